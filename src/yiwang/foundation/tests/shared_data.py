"""The reference data that stands beside the repository on the developers' machines; elsewhere its tests are skipped."""

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[4]
DATA = REPOSITORY / ".." / "shared" / "data"


def shared(name: str) -> Path:
    """Return the path of a file of the reference data; skip the test, with the reason, where it is not there."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"reference data ../shared/data/{name} is not beside this repository")
    return path
