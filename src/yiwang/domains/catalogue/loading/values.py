"""Words and figures of the sources, turned into ours; what is not known is refused, never guessed."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping

from yiwang.domains.catalogue.content.structs import Audience, Limit, Material, Text, Unit
from yiwang.domains.catalogue.loading.records import BadRowError

_LIMIT = re.compile(r"(\d{1,5})\s*个?\s*[(（]?\s*([^\s()（）]*)\s*[)）]?")
_UNITS: dict[str, Unit] = {
    "工作日": "workday", "个工作日": "workday", "G": "workday",
    "自然日": "day", "日历日": "day", "日历天": "day", "日": "day", "天": "day", "Z": "day",
    "月": "month", "个月": "month", "自然月": "month",
    "年": "year", "自然年": "year",
}  # fmt: skip
_AT_ONCE = frozenset({"即办", "即时", "即时办结", "当场", "当场办结", "马上办", "立等可取"})
_NOT_STATED = frozenset({"", "-", "--", "/", "无", "null", "None", "NULL", "暂无", "未公布"})
_AUDIENCES: dict[str, Audience] = {
    "自然人": "person", "个人": "person", "企业法人": "enterprise", "企业": "enterprise", "事业法人": "institution",
    "事业单位": "institution", "社会组织法人": "organisation", "社会组织": "organisation", "行政机关": "agency",
    "其他组织": "other", "非法人企业": "other",
}  # fmt: skip
_YES = {"1": True, "是": True, "支持": True, "true": True, "0": False, "否": False, "不支持": False, "false": False}
_ANYONE = frozenset({"无", "无条件", "无条件受理", "无受理条件", "无条件办理", "无条件限制", "无限制条件"})
_PHONE = re.compile(
    r"(?<![\dA-Za-z])(?:[(（]?0\d{2,3}[)）]?\s?[-－—–]?\s?\d{7,8}|1[3-9]\d{9}|400[-－—]?\d{3}[-－—]?\d{4}|0\d{2,3}[-－—]\d{5})"
    r"(?:\s?[-－—转]\s?\d{1,5})?(?![\dA-Za-z])"
)
_PHONE_WORDS = re.compile(
    r"[，,；;、\s]*(?:咨询|联系|服务|业务|监督)?(?:电话|热线)[号码]*(?:为|是)?[：:]?\s*(?=[，,；;。、）)]|$)"
)
_EMPTY_BRACKETS = re.compile(r"[（(]\s*[，,；;、]*\s*[)）]")
_ENUMERATED = re.compile(
    r"[\s\u3000]+(?=(?:\d{1,2}[、.．]|[（(](?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）]|[一二三四五六七八九十]{1,3}、))"
)

# National themes of 国办函〔2016〕108号, as the sources write them → as we write them.
_THEMES = {"纳税": "纳税缴费", "社会保障（社会保险、社会救助）": "社会保障", "城市综合执法": "城市管理"}
_LIFE_EVENTS = {
    "生小孩": "birth", "结婚": "marriage", "升学": "school", "义务教育": "school", "找工作": "job", "失业": "unemployment",
    "创业": "startup", "迁居": "moving", "买房子": "home", "退休": "retirement", "养老服务": "retirement",
}  # fmt: skip


def tidy(value: str | None) -> str:
    """Return the text in NFC on one line, without space at its ends; "" for nothing."""
    if not value:
        return ""
    text = value if value.isascii() else unicodedata.normalize("NFC", value)
    return " ".join(text.split())


def stated(value: str | None) -> str | None:
    """Return the text, or None where the source says nothing (未公布)."""
    text = tidy(value)
    return None if text in _NOT_STATED else text


def parse_limit(value: str | None, unit: str | None = None) -> Limit | None:
    """Read `20(工作日)`, `20 个工作日`, `3月`, `即办`, or a bare number with its unit beside it; None for nothing stated.

    Raises:
        BadRowError: where there is a figure but no unit that we know.
    """
    text = stated(value)
    if text is None:
        return None
    if text in _AT_ONCE:
        return Limit(0)
    found = _LIMIT.fullmatch(text)
    word = (found[2] if found else "") or tidy(unit)
    if found and int(found[1]) == 0:
        return Limit(0)
    if not found or word not in _UNITS:
        raise BadRowError(f"时限“{text}{tidy(unit)}”看不懂", f"cannot read the time limit {text!r} {tidy(unit)!r}")
    return Limit(int(found[1]), _UNITS[word])


def audiences(words: Iterable[str]) -> list[Audience]:
    """Return whom an item serves, each kind once, in the order of table A.4.

    Raises:
        BadRowError: at a word that is not in the table.
    """
    seen = set()
    for word in words:
        text = tidy(word)
        if text not in _AUDIENCES:
            raise BadRowError(f"服务对象“{text}”不认识", f"unknown audience {text!r}")
        seen.add(_AUDIENCES[text])
    order: tuple[Audience, ...] = ("person", "enterprise", "institution", "organisation", "agency", "other")
    return [kind for kind in order if kind in seen]


def yes_no(value: str | None) -> bool | None:
    """Return True, False, or None where nothing is stated.

    Raises:
        BadRowError: at any other word.
    """
    text = stated(value)
    if text is None:
        return None
    if text not in _YES:
        raise BadRowError(f"应为“是”或“否”，不是“{text}”", f"expected yes or no, not {text!r}")
    return _YES[text]


def item_type(code: str | None, types: Mapping[str, str]) -> str:
    """Return our type code for the source's own.

    Raises:
        BadRowError: at a code that this source is not known to use.
    """
    text = tidy(code)
    if text not in types:
        raise BadRowError(f"事项类型代码“{text}”不认识", f"unknown item type code {text!r}")
    return types[text]


def materials(names: Iterable[str]) -> list[Material] | None:
    """Return the papers by name, each once, with keys that follow the name; None where none is stated."""
    papers: dict[str, Material] = {}
    for raw in names:
        name = tidy(raw)
        if name and name not in papers:
            papers[name] = Material(key=material_key(name), name=Text(name))
    return list(papers.values()) or None


def material_key(name: str) -> str:
    """Return a key that stays the same when papers are reordered."""
    return "m" + hashlib.blake2s(name.encode(), digest_size=5).hexdigest()


def conditions(value: str | None) -> list[Text] | None:
    """Return the conditions, one for each numbered point; [] where the source says that there is none."""
    text = tidy(value)
    if text.rstrip("。.") in _ANYONE:
        return []
    if text in _NOT_STATED:
        return None
    return [Text(part) for part in _ENUMERATED.split(text) if part]


def without_phones(value: str) -> tuple[str, bool]:
    """Return the text without telephone numbers, and whether there was one: a source's numbers age and are never shown."""
    if not any(c.isdigit() for c in value):
        return value, False
    text, count = _PHONE.subn("", value)
    if not count:
        return value, False
    return tidy(_EMPTY_BRACKETS.sub("", _PHONE_WORDS.sub("", text))), True


def themes(words: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the themes and the life events that the source's words stand for; 其他 says nothing and is left out."""
    found: dict[str, None] = {}
    events: dict[str, None] = {}
    for raw in words:
        word = tidy(raw)
        if word in _LIFE_EVENTS:
            events[_LIFE_EVENTS[word]] = None
        elif word and word != "其他":
            found[_THEMES.get(word, word)] = None
    return list(found), list(events)


def region_level(region_code: str) -> int:
    """Return the level of table A.2 that a division code stands at: 2 province, 3 city, 4 county, 5 street, 6 village."""
    if len(region_code) > 9:
        return 6
    if len(region_code) > 6:
        return 5
    if region_code.endswith("0000"):
        return 2
    return 3 if region_code.endswith("00") else 4


def region(value: str | None) -> str:
    """Return a division code of 6, 9 or 12 places without the zeros that only pad it.

    Raises:
        BadRowError: where it is not such a code.
    """
    text = tidy(value)
    if len(text) not in (6, 9, 12) or not (text.isascii() and text.isdigit()):
        raise BadRowError(f"行政区划代码“{text}”不合格", f"{text!r} is not a division code")
    for length in (6, 9):
        if len(text) > length and not text[length:].strip("0"):
            return text[:length]
    return text
