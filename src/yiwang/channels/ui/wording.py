"""How the platform says dates, limits, money and codes, in Chinese and in English. The filters of the templates."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from yiwang.domains.catalogue.notice import limit_words, money_words
from yiwang.foundation import clock

HOTLINE = "12345"
"""The one number of government service hotlines in every city (国办发〔2020〕53号)."""
SHANGHAI = ZoneInfo("Asia/Shanghai")
AHEAD_OF_UTC = timedelta(hours=8)
"""China has one time, without a summer time."""

_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
_NUMBER = re.compile(r"\d(?:[\d,.]*\d)?")


class _Page(threading.local):
    """The language of the page that this thread is drawing: asked a hundred times a page."""

    english: bool | None = None


_page = _Page()


@contextmanager
def drawing(*, english: bool) -> Iterator[None]:
    """Hold the language while a page is drawn; nothing may change it in between."""
    before, _page.english = _page.english, english
    try:
        yield
    finally:
        _page.english = before


def is_english() -> bool:
    """Return whether the page that is being made is in English."""
    known = _page.english
    return (get_language() or "").startswith("en") if known is None else known


@lru_cache(maxsize=4_096)
def _said(english: bool, message: str) -> str:
    return gettext(message)


def said(message: str) -> str:
    """Return a message of ours in the language of the page. Only for words of the code: each is kept."""
    return _said(is_english(), message)


def _english(value: Any) -> str:
    if type(value) is str:
        return value
    if value is None:
        return ""
    if hasattr(value, "in_"):
        return str(value.in_("en"))
    if isinstance(value, dict):
        return str(value.get("en") or value.get("zh", ""))
    return str(value)


def _chinese(value: Any) -> str:
    if type(value) is str:
        return value
    if value is None:
        return ""
    if hasattr(value, "in_"):
        return str(value.in_("zh"))
    if isinstance(value, dict):
        return str(value.get("zh", ""))
    return str(value)


TEXTS_IN = {"en": _english, "zh-hans": _chinese}
"""Language → what makes a Text, a `{zh, en}` mapping, a lazy or a plain string into a string; None becomes nothing."""


def text_of(value: Any) -> str:
    """Return a Text, a `{zh, en}` mapping or a plain string in the language of the page; nothing for None."""
    return _english(value) if is_english() else _chinese(value)


def published(value: Any) -> str:
    """Return the text, or 未公布 where the source does not state it."""
    return text_of(value) or said("未公布")


def _local(value: Any) -> date | datetime | None:
    if isinstance(value, str) and value:
        value = datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value)
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI) if value.tzinfo else value.replace(tzinfo=SHANGHAI)
    return value or None


def date_cn(value: Any, weekday: bool = False, year: bool | None = None) -> str:
    """Return 11 月 25 日（周三） / Wednesday 25 November; the year is said where it is not this one."""
    day = _local(value)
    if day is None:
        return ""
    with_year = day.year != (clock.now() + AHEAD_OF_UTC).year if year is None else year
    return _day(day.year, day.month, day.day, weekday, with_year, is_english())


@lru_cache(maxsize=2_048)
def _day(year: int, month: int, number: int, weekday: bool, with_year: bool, english: bool) -> str:
    if english:
        words = f"{number} {_MONTHS_EN[month - 1]}" + (f" {year}" if with_year else "")
        return f"{_WEEKDAYS_EN[date(year, month, number).weekday()]} {words}" if weekday else words
    words = (f"{year} 年 " if with_year else "") + f"{month} 月 {number} 日"
    return f"{words}（周{_WEEKDAYS_ZH[date(year, month, number).weekday()]}）" if weekday else words


def datetime_cn(value: Any, year: bool | None = None) -> str:
    """Return 11 月 17 日 09:42 / 17 November, 09:42, in the time of Shanghai."""
    moment = _local(value)
    if not isinstance(moment, datetime):
        return date_cn(moment, year=year)
    return f"{date_cn(moment, year=year)}{', ' if is_english() else ' '}{moment:%H:%M}"


def time_of_day(value: Any) -> str:
    """Return 09:42, in the time of Shanghai."""
    moment = _local(value)
    return f"{moment:%H:%M}" if isinstance(moment, datetime) else ""


def weekday_of(value: Any, short: bool = False) -> str:
    """Return 周三 / Wednesday, or 三 / Wed where it has to be short."""
    day = _local(value)
    if day is None:
        return ""
    if is_english():
        return _WEEKDAYS_EN[day.weekday()][: 3 if short else None]
    return ("" if short else "周") + _WEEKDAYS_ZH[day.weekday()]


def iso(value: Any) -> str:
    """Return the date or time for a `datetime` attribute."""
    moment = _local(value)
    if isinstance(moment, datetime):
        return moment.isoformat(timespec="minutes")
    return moment.isoformat() if moment else ""


def limit(value: Any) -> str:
    """Return a Limit in words: 5 个工作日, 马上办好 for none at all, 未公布 for None."""
    return said("未公布") if value is None else text_of(_limit_words(value))


_limit_words = lru_cache(maxsize=512)(limit_words)


def money(fen: int | None) -> str:
    """Return an amount of fen in words: 免费, 20 元, 12.50 元 / Free, ¥20, ¥12.50; nothing for None."""
    return "" if fen is None else text_of(money_words(fen))


def number(value: int | float | None) -> str:
    """Return a figure with its thousands set apart."""
    return "" if value is None else f"{value:,}"


def percent(part: float | None, places: int = 1) -> str:
    """Return a share of one as a percentage: 0.978 → 97.8%."""
    return "" if part is None else f"{part * 100:.{places}f}%"


def filesize(size: int | None) -> str:
    """Return a number of bytes as 820 KB or 1.2 MB."""
    if size is None:
        return ""
    return f"{max(1, round(size / 1024))} KB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB"


def codegroup(code: Any, size: int = 4) -> str:
    """Return a code in groups of four, as it is read aloud and typed back."""
    bare = str(code or "").replace(" ", "")
    return " ".join(bare[i : i + size] for i in range(0, len(bare), size))


def strong_number(value: Any) -> SafeString:
    """Return the text with its figures in bold; everything else is escaped."""
    return _strong_number(text_of(value))


@lru_cache(maxsize=1_024)
def _strong_number(text: str) -> SafeString:
    return mark_safe(_NUMBER.sub(lambda found: f"<b>{found.group()}</b>", escape(text).replace("&#x27;", "’")))


class DataBlock(SafeString):
    """JSON that `data_block` has made safe already."""


def data_block(value: Any) -> SafeString:
    """Return JSON (a string or what can become one) that cannot leave the script element that it stands in."""
    if isinstance(value, DataBlock):
        return value
    raw = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return DataBlock(raw.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))


FILTERS = {
    "published": published, "date_cn": date_cn, "datetime_cn": datetime_cn, "time_of_day": time_of_day,
    "weekday": weekday_of, "iso": iso, "limit": limit, "money": money, "number": number, "percent": percent,
    "filesize": filesize, "codegroup": codegroup, "strong_number": strong_number, "data_block": data_block,
}  # fmt: skip
