"""The town, for every test of the API."""

import pytest

from tests.openapi.town import Town, found_town


@pytest.fixture
def town(db: None) -> Town:
    """Give a town with its people, items and tokens."""
    return found_town()
