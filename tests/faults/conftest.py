"""One town for each file of trials: founded once, hurt by all of them."""

from collections.abc import Iterator

import pytest

from tests.faults.installation import Town, a_town


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Give a town on the database of this run, nothing of it running."""
    with a_town(tmp_path_factory.mktemp("faults")) as found:
        yield found
