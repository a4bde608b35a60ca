"""What counts as an outage, and how long somebody waits."""

import errno
import time
from unittest import mock

import pytest
from django.db import DataError, IntegrityError, InterfaceError, InternalError, OperationalError

from yiwang.foundation import deadlines
from yiwang.foundation.deadlines import REQUEST_SECONDS, as_long_as_it_takes, request_time, seconds_left, within
from yiwang.foundation.failpoints import POINTS, chosen
from yiwang.foundation.outages import is_outage


class TheDrivers(Exception):
    sqlstate = ""


def with_state(state: str) -> InternalError:
    error, cause = InternalError("told by the server"), TheDrivers()
    cause.sqlstate = state
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("database is locked"),
        InterfaceError("the connection is closed"),
        with_state("25P03"),
        with_state("25006"),
        OSError(errno.ENOSPC, "No space left on device"),
    ],
)
def test_database_and_disk_that_cannot_serve_are_an_outage(error: Exception) -> None:
    assert is_outage(error)


@pytest.mark.parametrize(
    "error",
    [
        None,
        IntegrityError("unique"),
        DataError("out of range"),
        with_state("42P01"),
        InterfaceError("Error binding parameter 1"),
        FileNotFoundError(errno.ENOENT, "no such file"),
        ValueError(),
    ],
)
def test_a_fault_of_ours_is_none(error: Exception | None) -> None:
    assert not is_outage(error)


def test_a_deadline_is_there_for_its_block_only() -> None:
    assert seconds_left() is None
    with within(2):
        assert 1.9 < (seconds_left() or 0) <= 2
        with as_long_as_it_takes():
            assert deadlines.has_all_time()
    assert seconds_left() is None
    assert not deadlines.has_all_time()


def test_who_stood_in_line_behind_a_slow_request_has_less_time() -> None:
    time.sleep(deadlines.IN_LINE_SECONDS * 2)
    with request_time():
        assert (seconds_left() or 0) > REQUEST_SECONDS - 0.1
        time.sleep(0.3)
    with request_time():
        assert (seconds_left() or 0) <= REQUEST_SECONDS - 0.3
    time.sleep(deadlines.IN_LINE_SECONDS * 2)
    with request_time():  # nobody was before it
        assert (seconds_left() or 0) > REQUEST_SECONDS - 0.1


def test_a_fail_point_is_nothing_unless_asked_for_in_a_trial() -> None:
    quiet = chosen("", is_trial=False)
    for name in POINTS:
        quiet(name)
    with pytest.raises(SystemExit, match="for trials"):
        chosen("sealing.unsigned", is_trial=False)
    with pytest.raises(SystemExit, match="is no point"):
        chosen("sealing.unsinged", is_trial=True)


def test_a_fail_point_ends_the_process_when_it_is_passed_so_often() -> None:
    with mock.patch("yiwang.foundation.failpoints.os._exit", side_effect=SystemExit(137)) as end:
        point = chosen("cursor.before:2", is_trial=True)
        point("cursor.before")
        point("effect.before")
        assert not end.called
        with pytest.raises(SystemExit):
            point("cursor.before")
    end.assert_called_once_with(137)
