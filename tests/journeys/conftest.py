"""One province for all journeys of a test session, with its web and worker running, and its officials at hand."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.province import PARTIES, Province, free_port, shared_by

Officials = Callable[..., None]


@pytest.fixture(scope="session")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    """Give the running demo province. Of its outsiders it knows where they are; who needs one starts it."""
    folder: Path = tmp_path_factory.mktemp("province") / "store"
    found = Province(folder)
    found.build(shared_by(tmp_path_factory))
    found.parties = {name: free_port() for name in PARTIES}
    found.start("web")
    found.start("worker")
    try:
        found.wait()
        yield found
    finally:
        found.remove()


@pytest.fixture(scope="session")
def officials(province: Province) -> Iterator[Officials]:
    """Give `officials("accept", number)`: have offices work through their actions, in one process for all journeys."""
    running: list[subprocess.Popen[str]] = []

    def ask(*words: str) -> None:
        if not running:
            command = [sys.executable, "-m", "tests.journeys.officials"]
            environment = province.environment | {"DJANGO_SETTINGS_MODULE": "yiwang.config.settings"}
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
            running.append(subprocess.Popen(command, cwd=ROOT, env=environment, text=True, **pipes))
        process = running[0]
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps(words) + "\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        assert answer, "the officials have left"
        assert json.loads(answer) == "done", json.loads(answer)

    yield ask
    for process in running:
        process.communicate(timeout=15)
