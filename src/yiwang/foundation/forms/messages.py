"""Problems in plain words: first how to fix it, then what was entered. The field's own `error` text wins."""

from typing import Any

from yiwang.foundation.forms.structs import Field, Problem, number_text, yuan
from yiwang.foundation.forms.texts import Text

FIXES: dict[str, tuple[str, str]] = {
    "unknown_field": ("去掉这一项，这张表没有问它", "Remove this answer: the form does not ask for it"),
    "not_an_object": ("把答案写成一个对象，每项一个键", "Send the answers as one object, with a key for each"),
    "wrong_type": ("重新填这一项", "Fill in this answer again"),
    "control_character": (
        "删掉看不见的控制字符，再输入一遍",
        "Remove the invisible control characters and type it again",
    ),
    "one_line": ("写在一行里，不要换行", "Write it on one line, without a line break"),
    "too_short": ("至少写 {limit} 个字", "Write at least {limit} characters"),
    "too_long": ("最多写 {limit} 个字", "Write at most {limit} characters"),
    "pattern": ("照说明的样子填", "Follow the example above the field"),
    "not_an_option": ("从列出的选项里选", "Choose from the options listed"),
    "must_agree": ("打勾才能继续", "Tick the box to go on"),
    "number": ("只填数字，例如 86.5", "Enter digits only, for example 86.5"),
    "integer": ("只填整数，例如 12", "Enter a whole number, for example 12"),
    "money": ("只填金额，最多两位小数，例如 1200.50", "Enter an amount with at most two decimals, for example 1200.50"),
    "minimum": ("至少填 {limit}", "Enter {limit} or more"),
    "above": ("要比 {limit} 多", "Enter more than {limit}"),
    "maximum": ("最多填 {limit}", "Enter {limit} or less"),
    "below": ("要比 {limit} 少", "Enter less than {limit}"),
    "step": ("按 {limit} 的倍数填", "Enter a multiple of {limit}"),
    "too_few": ("至少选 {limit} 项", "Choose at least {limit}"),
    "too_many": ("最多选 {limit} 项", "Choose at most {limit}"),
    "repeated": ("同一项只选一次", "Choose each one only once"),
    "date_incomplete": (
        "把年、月、日都填上，例如 2026 年 11 月 23 日",
        "Enter the year, month and day, for example 2026 11 23",
    ),
    "date": ("填日历上有的日子，例如 2026 年 11 月 23 日", "Enter a date that exists, for example 2026 11 23"),
    "region": ("从列表里选一个地区", "Choose an area from the list"),
    "phone": (
        "填 11 位手机号，或者带区号的座机号，境外号码以 + 开头",
        "Enter an 11-digit mobile number, a landline with its area code, or a foreign number that starts with +",
    ),
    "email": ("填完整的邮箱地址，例如 name@example.cn", "Enter a whole e-mail address, for example name@example.cn"),
    "citizen_id": (
        "对照身份证再填一遍，一共 18 位，最后一位可能是 X",
        "Copy the number from the ID card again: 18 places, the last may be X",
    ),
    "credit_code": (
        "对照营业执照再填一遍，一共 18 位，没有字母 I、O、S、V、Z",
        "Copy the code from the business licence again: 18 places, without the letters I, O, S, V and Z",
    ),
    "paper": ("重新上传这份文件", "Upload this file again"),
    "total": ("{column}加起来要等于 {limit}", "The column {column} has to add up to {limit}"),
}
"""Stable code → how to fix it."""

_UPLOADS = {
    "too_few": ("至少上传 {limit} 份", "Upload at least {limit}"),
    "too_many": ("最多上传 {limit} 份，删掉多出来的", "Upload at most {limit}: remove the others"),
    "repeated": ("同一份文件只传一次", "Upload each file only once"),
}
_ROWS = {
    "too_few": ("至少要有 {limit} 条", "Add at least {limit}"),
    "too_many": ("最多 {limit} 条，删掉多出来的", "{limit} at most: remove the others"),
}
_ECHOED = frozenset({"number", "integer", "money", "minimum", "above", "maximum", "below", "step", "pattern", "email",
                     "date", "date_incomplete", "unknown_field"})  # fmt: skip
_CODE_FACTS = {
    "length": ("你填了 {count} 位", "You entered {count} places"),
    "old_15": ("这是旧的 15 位号码", "This is an old number of 15 places"),
}
_WRONG_CODE = ("有一位对不上", "One of the places does not fit")
_DATE_WORDS = dict.fromkeys(map(ord, "年月日"))
_ENDS = "。．.！!；;"


def _required(field: Field) -> tuple[str, str]:
    match field.widget:
        case "radio" | "select" | "region":
            return "选一项", "Choose one"
        case "checkboxes":
            return "至少选一项", "Choose at least one"
        case "checkbox":
            return FIXES["must_agree"]
        case "date":
            return "填写年、月、日", "Enter the year, month and day"
        case "group" | "table":
            entry = field.entry or field.label
            return f"至少加一条：{entry.zh}", f"Add at least one entry: {_in_sentence(entry.in_('en'))}"
        case "upload":
            return f"上传{field.label.zh}", f"Upload {_in_sentence(field.label.in_('en'))}"
    return f"填写{field.label.zh}", f"Enter {_in_sentence(field.label.in_('en'))}"


def _in_sentence(label: str) -> str:
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _quoted(entered: Any) -> str:
    text = number_text(entered) if isinstance(entered, int | float) and not isinstance(entered, bool) else str(entered)
    seen = "".join(c for c in text[:60] if c.isprintable())
    return seen if len(seen) <= 30 else seen[:30] + "…"


def _facts(field: Field, code: str, entered: Any, detail: str | None) -> tuple[str, str]:
    if code in ("citizen_id", "credit_code"):  # never repeated: these numbers are kept off pages and logs
        zh, en = _CODE_FACTS.get(detail or "", _WRONG_CODE)
        return zh.replace("{count}", str(len(entered))), en.replace("{count}", str(len(entered)))
    if code in ("too_short", "too_long") and isinstance(entered, str):
        return f"你写了 {len(entered)} 个字", f"You wrote {len(entered)}"
    if code == "total":
        return f"现在是 {_amount(field, entered, 'zh')}", f"It is {_amount(field, entered, 'en')} now"
    if field.is_rows and code in ("too_few", "too_many"):
        return f"现在有 {entered} 条", f"There are {entered} now"
    if code in ("too_few", "too_many") and isinstance(entered, list):
        return f"现在是 {len(entered)} {'份' if field.widget == 'upload' else '项'}", f"There are {len(entered)} now"
    if code not in _ECHOED or isinstance(entered, list | dict | bool) or entered in (None, ""):
        return "", ""
    if isinstance(entered, int) and entered.bit_length() > 64:
        return "", ""
    if field.widget == "money" and isinstance(entered, int):
        entered = yuan(entered)
    quoted = _quoted(entered)
    english = " ".join(quoted.translate(_DATE_WORDS).split()) if field.widget == "date" else quoted
    return f"你填的是“{quoted}”", f'You entered "{english}"'


def _amount(field: Field, number: Any, language: str) -> str:
    """Return a number as the field counts: in yuan, with its unit, or plain."""
    if isinstance(number, bool) or not isinstance(number, int | float):
        return ""
    if field.widget == "money":
        return f"{yuan(int(number))} 元" if language == "zh" else f"¥{yuan(int(number))}"
    return f"{number_text(number)} {field.unit.in_(language)}" if field.unit else number_text(number)


def problem(
    field: Field,
    code: str,
    *,
    entered: Any = None,
    limit: Any = None,
    pointer: str = "",
    detail: str | None = None,
    measured: Field | None = None,
) -> Problem:
    """Return one problem of a field, worded from its code; `limit` and `detail` fill the wording where they matter.

    `measured` is the column that a total adds up. A problem of a cell names its row in the summary: “股东 2：填写姓名”.
    """
    if code == "required":
        zh, en = _required(field)
    else:
        special = _UPLOADS if field.widget == "upload" else _ROWS if field.is_rows else {}
        zh, en = special.get(code) or FIXES[code]
    counted = measured or field
    zh, en = zh.replace("{limit}", _amount(counted, limit, "zh")), en.replace("{limit}", _amount(counted, limit, "en"))
    zh, en = zh.replace("{column}", counted.label.zh), en.replace("{column}", counted.label.in_("en"))
    if field.error and code != "total":
        zh, en = field.error.zh.rstrip(_ENDS), field.error.in_("en").rstrip(_ENDS)
    fact_zh, fact_en = _facts(counted, code, entered, detail)
    message = Text(f"{zh}。" + (f"{fact_zh}。" if fact_zh else ""), f"{en}." + (f" {fact_en}." if fact_en else ""))
    label_zh, label_en = field.label.zh, field.label.in_("en")
    short_zh = zh if label_zh in zh else f"{label_zh.rstrip('？?。')}，{zh}"
    short_en = en if label_en.lower() in en.lower() else f"{label_en.rstrip('?.')}: {_in_sentence(en)}"
    steps = field.key.split("-")
    if len(steps) > 2 and field.entry:
        row = int(steps[1]) + 1
        short_zh, short_en = (
            f"{field.entry.zh} {row}：{short_zh}",
            f"{field.entry.in_('en')} {row}: {_in_sentence(short_en)}",
        )
    return Problem(
        field=field.key,
        pointer=pointer or "/" + field.key.replace("-", "/"),
        code=code,
        message=message,
        short=Text(short_zh, short_en),
        anchor=field.anchor,
    )


def stray(code: str, name: Any = "", within: str = "") -> Problem:
    """Return a problem that belongs to no field: an unknown key, or answers that are no object. `within` points to its row."""
    zh, en = FIXES[code]
    key = "".join(c if c.isprintable() else "�" for c in str(name)[:60]) if isinstance(name, str) else "?"
    named = code == "unknown_field"
    message = Text(f"{zh}。你填的是“{key}”。", f'{en}. You entered "{key}".') if named else Text(f"{zh}。", f"{en}.")
    pointer = within + "/" + key.replace("~", "~0").replace("/", "~1") if named else ""
    return Problem(field=key if named else "", pointer=pointer, code=code, message=message, short=Text(zh, en))
