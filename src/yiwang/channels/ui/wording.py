"""How the platform says dates, limits, money and codes, in Chinese and in English. The filters of the templates."""

import json
import re
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from yiwang.domains.catalogue.notice import limit_words, money_words
from yiwang.foundation import clock

SHANGHAI = ZoneInfo("Asia/Shanghai")
_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
_NUMBER = re.compile(r"\d(?:[\d,.]*\d)?")


def is_english() -> bool:
    """Return whether the page that is being made is in English."""
    return (get_language() or "").startswith("en")


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
    return text_of(value) or gettext("未公布")


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
    with_year = day.year != clock.today().year if year is None else year
    if is_english():
        words = f"{day.day} {_MONTHS_EN[day.month - 1]}" + (f" {day.year}" if with_year else "")
        return f"{_WEEKDAYS_EN[day.weekday()]} {words}" if weekday else words
    words = (f"{day.year} 年 " if with_year else "") + f"{day.month} 月 {day.day} 日"
    return f"{words}（周{_WEEKDAYS_ZH[day.weekday()]}）" if weekday else words


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
    return gettext("未公布") if value is None else text_of(limit_words(value))


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
    return mark_safe(
        _NUMBER.sub(lambda found: f"<b>{found.group()}</b>", escape(text_of(value)).replace("&#x27;", "’"))
    )


def data_block(value: Any) -> SafeString:
    """Return JSON (a string or what can become one) that cannot leave the script element that it stands in."""
    raw = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return mark_safe(raw.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))


FILTERS = {
    "published": published, "date_cn": date_cn, "datetime_cn": datetime_cn, "time_of_day": time_of_day,
    "weekday": weekday_of, "iso": iso, "limit": limit, "money": money, "number": number, "percent": percent,
    "filesize": filesize, "codegroup": codegroup, "strong_number": strong_number, "data_block": data_block,
}  # fmt: skip
