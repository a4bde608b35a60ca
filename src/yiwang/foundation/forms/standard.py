"""The standard application: for an item whose source gives no form of its own."""

import hashlib
import re
from collections.abc import Collection, Iterable
from typing import Any, Literal

from yiwang.foundation.forms.texts import Text, as_text

_PLAIN_KEY = re.compile(r"[a-z0-9][a-z0-9_]{0,49}")
_MAX_FILES = 10


def paper_key(material: str) -> str:
    """Return the answer key of a material's upload: readable where its key is plain, otherwise from its hash."""
    if _PLAIN_KEY.fullmatch(material):
        return f"paper_{material}"
    return "paper_x" + hashlib.sha256(material.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def standard_form(
    materials: Iterable[tuple[str, Any, bool]],
    audience: Literal["person", "firm"] = "person",
    languages: Collection[str] = ("zh", "en"),
) -> dict[str, Any]:
    """Return the definition of a standard application: the applicant, what is asked for, and the papers.

    `materials` are (key, name, required); a name is a string or has `zh` and `en`. A key that comes twice is
    asked once. English is left out unless `languages` has "en". The keys are stable: the same item gives the same form.
    """
    fields = _FIRM if audience == "firm" else _PERSON
    properties = {key: dict(spec) for key, (spec, _) in (fields | _REQUEST).items()}
    shown = {key: dict(ui) for key, (_, ui) in (fields | _REQUEST).items()}
    required = [key for key in properties if key not in _OPTIONAL]
    papers: list[str] = []
    for material, name, needed in materials:
        key = paper_key(material)
        if key in papers:
            continue
        papers.append(key)
        properties[key] = _upload(minimum=1)
        shown[key] = {"label": as_text(name), "widget": "upload", "material": material}
        required += [key] if needed else []
    properties["other_papers"] = _upload(minimum=0)
    shown["other_papers"] = {
        "label": Text("其他材料", "Other papers"),
        "hint": Text("你觉得有帮助的，都可以放在这里", "Anything else that may help"),
        "widget": "upload",
    }
    pages = [
        {"key": "applicant", "title": _APPLICANT[audience], "fields": list(fields)},
        {"key": "request", "title": Text("你要办的事", "What you ask for"), "fields": list(_REQUEST)},
        {"key": "papers", "title": Text("材料", "Papers"), "hint": _PAPERS_HINT, "fields": [*papers, "other_papers"]},
    ]
    ui = {"pages": pages, "fields": shown}
    return {"schema": {"type": "object", "required": required, "properties": properties},
            "ui": _plain(ui, "en" in languages)}  # fmt: skip


def _upload(minimum: int) -> dict[str, Any]:
    spec = {"type": "array", "items": {"type": "string", "format": "paper"}, "maxItems": _MAX_FILES}
    return spec | ({"minItems": minimum} if minimum else {})


def _plain(value: Any, english: bool) -> Any:
    """Return the same with texts as plain mappings, so that the form can be stored as JSON."""
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en} if english and value.en else {"zh": value.zh}
    if isinstance(value, dict):
        return {key: _plain(one, english) for key, one in value.items()}
    return [_plain(one, english) for one in value] if isinstance(value, list) else value


_Fields = dict[str, tuple[dict[str, Any], dict[str, Any]]]
_APPLICANT = {"person": Text("申请人", "Applicant"), "firm": Text("申请单位", "Applicant")}
_PAPERS_HINT = Text(
    "拍照或扫描都可以，字要看得清。有的材料由我们去取，就不用上传",
    "Photos or scans will do, as long as they can be read. What we fetch ourselves needs no upload",
)
_OPTIONAL = frozenset({"applicant_address"})
_PHONE = (
    {"type": "string", "format": "phone"},
    {
        "label": Text("联系电话", "Phone number"),
        "hint": Text("有进展时，我们用它联系你", "We use it to tell you about progress"),
        "widget": "phone",
        "prefill": "person.phone",
    },
)
_PERSON: _Fields = {
    "applicant_name": (
        {"type": "string", "minLength": 1, "maxLength": 100},
        {
            "label": Text("申请人姓名", "Full name"),
            "hint": Text("和身份证上一样", "As on your ID card"),
            "widget": "text",
            "prefill": "person.name",
        },
    ),
    "applicant_id_number": (
        {"type": "string", "format": "citizen-id"},
        {"label": Text("身份证号码", "ID card number"), "widget": "citizen_id", "prefill": "person.id_number"},
    ),
    "applicant_phone": _PHONE,
    "applicant_address": (
        {"type": "string", "maxLength": 200},
        {
            "label": Text("联系地址", "Address"),
            "hint": Text("写到门牌号，要寄纸质文书时用", "Down to the house number, for letters on paper"),
            "widget": "text",
            "prefill": "person.address",
        },
    ),
}
_FIRM: _Fields = {
    "firm_name": (
        {"type": "string", "minLength": 1, "maxLength": 200},
        {
            "label": Text("单位名称", "Name of the firm"),
            "hint": Text("和营业执照上一样", "As on the business licence"),
            "widget": "text",
            "prefill": "firm.name",
        },
    ),
    "firm_credit_code": (
        {"type": "string", "format": "credit-code"},
        {
            "label": Text("统一社会信用代码", "Unified social credit code"),
            "hint": Text("营业执照上有，18 位", "On the business licence, 18 places"),
            "widget": "credit_code",
            "prefill": "firm.credit_code",
        },
    ),
    "applicant_name": (
        {"type": "string", "minLength": 1, "maxLength": 100},
        {
            "label": Text("经办人姓名", "Who handles this"),
            "hint": Text("我们有事找这个人", "We turn to this person with questions"),
            "widget": "text",
            "prefill": "person.name",
        },
    ),
    "applicant_phone": _PHONE,
    "applicant_address": (
        {"type": "string", "maxLength": 200},
        {
            "label": Text("单位地址", "Address"),
            "hint": Text("写到门牌号，要寄纸质文书时用", "Down to the house number, for letters on paper"),
            "widget": "text",
            "prefill": "firm.address",
        },
    ),
}
_REQUEST: _Fields = {
    "request": (
        {"type": "string", "minLength": 2, "maxLength": 5000},
        {
            "label": Text("申请内容", "Your request"),
            "hint": Text(
                "写清楚要办什么、为什么办。不确定的也写下来，我们会联系你",
                "Say what you need and why. Write down what you are unsure of too: we will get in touch",
            ),
            "widget": "textarea",
        },
    ),
}
