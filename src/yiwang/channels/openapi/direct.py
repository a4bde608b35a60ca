"""Answers of the reads that are asked most, written straight from what was read.

Other answers are checked against their schema on the way out. These are not: a test asks that the two agree.
"""

import datetime as dt
from typing import Any

import msgspec
from django.http import HttpResponse

from yiwang.foundation.clock import ZONE


def shanghai(moment: dt.datetime | None) -> str | None:
    """Return a time with the offset of Shanghai, to the second."""
    return None if moment is None else moment.astimezone(ZONE).isoformat(timespec="seconds")


def as_json(body: dict[str, Any]) -> HttpResponse:
    """Return an answer. Times are written by `shanghai`; dates, keys and words as JSON has them."""
    return HttpResponse(msgspec.json.encode(body), content_type="application/json; charset=utf-8")
