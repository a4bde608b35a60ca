"""Definitions that the tests share."""

from typing import Any

PAPER = "0198f0a0-0000-7000-8000-000000000001"
OTHER_PAPER = "0198f0a0-0000-7000-8000-000000000002"


def text(zh: str, en: str = "") -> dict[str, str]:
    return {"zh": zh, "en": en} if en else {"zh": zh}


def form_of(spec: dict[str, Any], required: bool = True, **ui: Any) -> dict[str, Any]:
    """A form of one page with the one field `q`."""
    return {
        "schema": {"type": "object", "required": ["q"] if required else [], "properties": {"q": spec}},
        "ui": {
            "pages": [{"key": "one", "title": "一页", "fields": ["q"]}],
            "fields": {"q": {"label": text("店面面积", "Area of the shop"), **ui}},
        },
    }


def shop() -> dict[str, Any]:
    """A form with every widget, a conditional field and a conditional page."""
    strings = {"type": "string"}
    return {
        "schema": {
            "type": "object",
            "required": ["name", "area", "opened", "region", "who", "staff_name", "plan", "agree"],
            "properties": {
                "name": {**strings, "minLength": 1, "maxLength": 100},
                "area": {"type": "number", "exclusiveMinimum": 0, "maximum": 100000},
                "opened": {**strings, "format": "date"},
                "region": {**strings, "format": "region"},
                "rent": {"type": "integer", "minimum": 0},
                "kinds": {"type": "array", "items": {"enum": ["hot", "cold", "drinks"]}},
                "who": {"enum": ["me", "staff"]},
                "staff_name": {**strings},
                "owner_id": {**strings, "format": "citizen-id"},
                "mail": {**strings, "format": "email"},
                "phone": {**strings, "format": "phone"},
                "code": {**strings, "format": "credit-code"},
                "street": {"enum": [f"s{n}" for n in range(9)]},
                "story": {**strings, "maxLength": 500},
                "plan": {"type": "array", "items": {**strings, "format": "paper"}, "minItems": 1, "maxItems": 2},
                "agree": {"const": True},
            },
        },
        "ui": {
            "pages": [
                {"key": "shop", "title": text("你的店面", "Your shop"),
                 "fields": ["name", "area", "opened", "region", "rent", "kinds", "street"]},
                {"key": "people", "title": "人", "fields": ["who", "staff_name", "owner_id", "mail", "phone", "code"]},
                {"key": "drinks", "title": "饮品", "fields": ["story"], "when": {"field": "kinds", "in": ["drinks"]}},
                {"key": "rest", "title": "材料", "fields": ["plan", "agree"]},
            ],
            "fields": {
                "name": {"label": text("店名", "Name of the shop"), "autocomplete": "organization"},
                "area": {"label": text("店面总面积", "Total area"), "unit": text("平方米", "m²"),
                         "hint": text("房产证或租约上有", "On the title deed or the lease"),
                         "error": text("只填数字，例如 86.5。", "Enter digits only, for example 86.5.")},
                "opened": {"label": text("开业日期", "Opening date")},
                "region": {"label": text("所在地区", "Area")},
                "rent": {"label": text("每月租金", "Monthly rent"), "widget": "money"},
                "kinds": {"label": text("经营项目", "What you sell"),
                          "options": {"hot": text("热食", "Hot food"), "cold": "冷食", "drinks": "饮品"}},
                "who": {"label": text("谁负责食品安全？", "Who is responsible for food safety?"),
                        "options": {"me": {"label": "我自己", "hint": "健康证还有效"}, "staff": "店里的员工"}},
                "staff_name": {"label": text("员工姓名", "Employee's name"),
                               "when": {"field": "who", "equals": "staff"}},
                "owner_id": {"label": text("身份证号码", "ID card number"), "prefill": "person.id_number"},
                "mail": {"label": text("邮箱", "E-mail")},
                "phone": {"label": text("联系电话", "Phone number"), "prefill": "person.phone"},
                "code": {"label": text("统一社会信用代码", "Credit code")},
                "street": {"label": text("街道", "Street"), "options": {f"s{n}": f"{n} 街" for n in range(9)}},
                "story": {"label": text("饮品的做法", "How you make drinks"), "widget": "textarea"},
                "plan": {"label": text("平面图", "Floor plan"), "material": "floor_plan"},
                "agree": {"label": text("上面的内容都是真的", "All of this is true")},
            },
        },
    }  # fmt: skip


def good_answers() -> dict[str, Any]:
    return {
        "name": "小满面馆", "area": 86.5, "opened": "2026-11-23", "region": "330106", "rent": 320050, "kinds": ["hot"],
        "who": "staff", "staff_name": "王𬉼", "owner_id": "11010519491231002X", "mail": "a@example.cn",
        "phone": "19900000417", "plan": [PAPER], "agree": True,
    }  # fmt: skip


def region_name(code: str) -> str | None:
    return {"330106": "西湖区", "330106001": "北山街道"}.get(code)


def household() -> dict[str, Any]:
    """A form with a group (a conditional cell, a cell that hangs on a question before it, an upload), a table with a sum, an address, an organisation."""
    strings = {"type": "string"}
    member = {
        "name": {**strings, "minLength": 1, "maxLength": 100},
        "kind": {"enum": ["child", "adult"]},
        "id_number": {**strings, "format": "citizen-id"},
        "school": {**strings, "maxLength": 50},
        "permit": {**strings, "maxLength": 50},
        "photo": {"type": "array", "items": {**strings, "format": "paper"}, "maxItems": 1},
    }
    holder = {"name": strings, "share": {"type": "number", "minimum": 0, "maximum": 100}, "paid": {"type": "integer"}}
    return {
        "schema": {
            "type": "object",
            "required": ["why", "members", "holders", "home"],
            "properties": {
                "why": {"enum": ["join", "work"]},
                "members": {"type": "array", "maxItems": 5,
                            "items": {"type": "object", "required": ["name", "kind", "school"], "properties": member}},
                "holders": {"type": "array", "minItems": 1, "maxItems": 10,
                            "items": {"type": "object", "required": ["name", "share"], "properties": holder}},
                "home": {"type": "object"},
                "firm": {"type": "object"},
                "note": {**strings},
            },
        },
        "ui": {
            "pages": [
                {"key": "why", "title": "为什么", "fields": ["why"]},
                {"key": "people", "title": "人", "fields": ["members"]},
                {"key": "shares", "title": "股东", "fields": ["holders"]},
                {"key": "rest", "title": "其他", "fields": ["home", "firm", "note"]},
            ],
            "fields": {
                "why": {"label": "为什么", "options": {"join": "投靠", "work": "工作"}},
                "members": {
                    "label": text("一起迁的人", "People who move"), "widget": "group", "entry": text("家人", "Member"),
                    "columns": ["name", "kind", "id_number", "school", "permit", "photo"],
                    "fields": {
                        "name": {"label": text("姓名", "Name")},
                        "kind": {"label": "大人小孩", "options": {"child": "小孩", "adult": "大人"}},
                        "id_number": {"label": "身份证号码"},
                        "school": {"label": "学校", "when": {"field": "kind", "equals": "child"}},
                        "permit": {"label": "许可", "when": {"field": "why", "equals": "work"}},
                        "photo": {"label": "照片"},
                    },
                },
                "holders": {
                    "label": "股东", "widget": "table", "entry": text("股东", "Shareholder"),
                    "columns": ["name", "share", "paid"], "total": {"column": "share", "equals": 100},
                    "fields": {"name": {"label": "名称"}, "share": {"label": "比例", "unit": "%"},
                               "paid": {"label": "出资", "widget": "money"}},
                },
                "home": {"label": text("住址", "Home"), "widget": "address", "prefill": "person.address"},
                "firm": {"label": "单位", "widget": "organisation", "prefill": "firm.name"},
                "note": {"label": "备注", "when": {"field": "members", "filled": True}},
            },
        },
    }  # fmt: skip


def good_household() -> dict[str, Any]:
    return {
        "why": "join",
        "members": [
            {"name": "王小明", "kind": "child", "school": "演示小学", "photo": [PAPER]},
            {"name": "李𬉼", "kind": "adult", "id_number": "11010519491231002X"},
        ],
        "holders": [{"name": "王", "share": 60.5, "paid": 100}, {"name": "李", "share": 39.5}],
        "home": {"region": "330106001", "detail": "演示路 1 号"},
        "firm": {"name": "演示公司", "credit_code": "91110000600037341L"},
    }
