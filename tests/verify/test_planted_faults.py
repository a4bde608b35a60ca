"""The verifier is silent on a store that real actions made, and finds every fault that is planted in it."""
import pytest

pytestmark = pytest.mark.database


def test_whole(copy):
    assert copy.run() == (0, {})
