"""A courier that only notes, and the places that parcels go to."""

import pytest

from yiwang.domains.deliveries.tests.factories import make_places
from yiwang.domains.deliveries.tests.fakes import FakeCourier
from yiwang.foundation import ports


@pytest.fixture
def courier(monkeypatch: pytest.MonkeyPatch) -> FakeCourier:
    """Give the courier that orders go to."""
    fake = FakeCourier()
    monkeypatch.setattr("yiwang.domains.deliveries.jobs.connector", lambda name: fake)
    return fake


@pytest.fixture
def places(db: None) -> None:
    """Make the hall and the locker, and let nobody remember another courier."""
    make_places()
    ports.connector.cache_clear()
