"""One province for all journeys of a test session, with its web and worker running."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.province import Province, shared_by


@pytest.fixture(scope="session")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    """Give the running demo province."""
    folder: Path = tmp_path_factory.mktemp("province") / "store"
    found = Province(folder)
    found.build(shared_by(tmp_path_factory))
    found.start("web")
    found.start("worker")
    try:
        found.wait()
        yield found
    finally:
        found.remove()
