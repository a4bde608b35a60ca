"""Items for tests, published through the real action."""

from itertools import count
from typing import Any

from yiwang.domains.catalogue.actions.publishing import publish_items
from yiwang.domains.catalogue.content import ItemContent, Limit, Material, Processing, Result, Step, Text
from yiwang.domains.catalogue.loading import ReadOffice
from yiwang.domains.catalogue.loading.records import build_item
from yiwang.domains.catalogue.queries import Guide, guide
from yiwang.domains.organisations.models import Office
from yiwang.foundation.actors import SYSTEM

_serial = count(1)

SHOP_FORM: dict[str, Any] = {
    "schema": {
        "type": "object",
        "required": ["owner", "shop_name", "area", "items", "plan", "truth"],
        "properties": {
            "owner": {"type": "string", "minLength": 1, "maxLength": 100},
            "shop_name": {"type": "string", "minLength": 1, "maxLength": 100},
            "area": {"type": "number", "exclusiveMinimum": 0, "maximum": 100000},
            "kind": {"type": "string", "enum": ["hot", "cold"]},
            "items": {"type": "integer", "minimum": 0},
            "opened_on": {"type": "string", "format": "date"},
            "plan": {"type": "array", "items": {"type": "string", "format": "paper"}, "minItems": 1, "maxItems": 2},
            "truth": {"const": True},
        },
    },
    "ui": {
        "pages": [
            {"key": "owner", "title": {"zh": "你", "en": "You"}, "fields": ["owner"]},
            {
                "key": "shop",
                "title": {"zh": "你的店面", "en": "Your shop"},
                "fields": ["shop_name", "area", "kind", "items", "opened_on"],
            },
            {"key": "papers", "title": {"zh": "材料", "en": "Papers"}, "fields": ["plan", "truth"]},
        ],
        "fields": {
            "owner": {"label": {"zh": "经营者", "en": "Owner"}, "widget": "text", "prefill": "person.name"},
            "shop_name": {"label": {"zh": "店名", "en": "Name of the shop"}, "widget": "text"},
            "area": {
                "label": {"zh": "店面总面积", "en": "Floor area"},
                "widget": "number",
                "unit": {"zh": "平方米", "en": "m²"},
            },
            "kind": {
                "label": {"zh": "做热食还是冷食", "en": "Hot or cold"},
                "widget": "radio",
                "options": {"hot": {"zh": "热食", "en": "Hot"}, "cold": {"zh": "冷食", "en": "Cold"}},
            },
            "items": {
                "label": {"zh": "座位数", "en": "Seats"},
                "widget": "number",
                "when": {"field": "kind", "equals": "hot"},
            },
            "opened_on": {"label": {"zh": "哪天开门", "en": "Opens on"}, "widget": "date"},
            "plan": {"label": {"zh": "布局图", "en": "Floor plan"}, "widget": "upload", "material": "plan"},
            "truth": {"label": {"zh": "都是真的", "en": "All of it is true"}, "widget": "checkbox"},
        },
    },
}
"""Three pages: a prefilled field, a conditional one (called `items`, as a method of a dict is), a number, a date, an upload."""


def make_content(**changes: Any) -> ItemContent:
    """Return what an item says, with a form of three pages; `changes` replace elements."""
    elements: dict[str, Any] = {
        "name": Text("食品经营许可", "Food licence"),
        "type_code": "01",
        "summary": Text("开饭店先办这张证", "Before you open a restaurant"),
        "audience": ["person", "enterprise"],
        "legal_limit": Limit(10),
        "promised_limit": Limit(5),
        "visits": 0,
        "conditions": [Text("有营业执照", "You hold a business licence"), Text("有场地", "You have a place")],
        "materials": [Material("plan", Text("布局图", "Floor plan"))],
        "steps": [Step(Text("提交", "Apply")), Step(Text("决定", "Decision"))],
        "is_free": True,
        "results": [Result("letter", Text("准予决定书", "Decision"))],
        "life_events": ["opening"],
        "form": SHOP_FORM,
    }
    return ItemContent(**(elements | changes))


def make_item(*, office: Office | None = None, code: str = "", group_code: str = "", **changes: Any) -> Guide:
    """Publish an item of an office (a new one where none is given) and return its guide; `changes` replace elements."""
    at = next(_serial)
    code = code or f"11339900YW{at:04d}055D4330199003000"
    bureau = ReadOffice(
        office.code if office else f"11339900YW00{at:04d}0X",
        office.name if office else "演示西湖区市场监督管理局",
        (office.region_id or "330106") if office else "330106",
    )
    content = make_content(**changes)
    read = build_item(
        row=1, code=code, base_code=f"base-{at}", base_name=content.name.zh, office=bureau, content=content,
        group_code=group_code or None,
    )  # fmt: skip
    report = publish_items(items=[read], source="yiwang", by=SYSTEM)
    assert not report.refused, report.refused
    found = guide(code)
    assert found is not None
    return found


def instant(**changes: Any) -> Processing:
    """Return the processing of an item that is decided at once."""
    return Processing(instant=True, **changes)
