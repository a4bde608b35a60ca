"""Several forms become one: what is shared is asked once, conditions follow, and what cannot be one question is refused."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from yiwang.domains.catalogue.actions import amend_item, publish_items
from yiwang.domains.catalogue.content import Bundle, ItemContent, Part, Source, Text
from yiwang.domains.catalogue.content.merging import Merged, merge
from yiwang.domains.catalogue.content.parting import part_answers, stages, waits_for, wanted_parts
from yiwang.domains.catalogue.loading import ReadItem, read_items
from yiwang.domains.catalogue.queries import bundle_by_slug, bundles, bundles_with, forget_edition, guide
from yiwang.domains.catalogue.tests.factories import SHOP_FORM, make_content, make_item
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.forms import compile_form
from yiwang.foundation.jobs.worker import work_until_idle

SHARED: dict[str, str | Source] = {key: key for key in ("owner", "shop_name", "plan", "truth")}
PAGES = [{"key": "shared", "title": {"zh": "共用的"}, "fields": ["owner", "shop_name", "plan", "kind"]}]
LAST = [{"key": "last", "title": {"zh": "确认"}, "fields": ["truth"]}]


def merged(*parts: Part, form: dict[str, Any] = SHOP_FORM, **fields: Any) -> Merged:
    contents = {part.key: make_content() for part in parts}
    bundle = Bundle("shop", list(parts), pages=PAGES, last=LAST, fields=fields)
    return merge(bundle, contents, {part.key: form for part in parts})


def demo() -> dict[str, ItemContent]:
    root = Path(settings.DEMO_DATA)
    read = [*read_items(root / "items", "yiwang"), *read_items(root / "bundles", "yiwang")]
    return {one.code: one.content for one in read if isinstance(one, ReadItem)}


def test_a_shared_question_is_asked_once_and_the_others_stay_with_their_part() -> None:
    one = merged(
        Part("food", "a", fields=SHARED), Part("fire", "b", title=Text("消防"), fields=SHARED | {"kind": "kind"})
    )
    assert one.faults == [] and one.form is not None
    form = compile_form(one.form)
    assert [page.key for page in form.pages] == ["shared", "food_shop", "fire_shop", "last"]
    assert [f.key for f in form.pages[0].fields] == ["owner", "shop_name", "plan", "kind"]
    assert form.pages[2].title.zh.startswith("消防")
    assert {"food_kind", "food_items", "fire_items"} <= set(form.fields) and "fire_kind" not in form.fields
    assert [f.key for f in form.visible_fields({"kind": "hot", "food_kind": "cold"})].count("fire_items") == 1
    assert "food_items" not in [f.key for f in form.visible_fields({"kind": "hot", "food_kind": "cold"})]
    assert [material.key for material in one.materials] == ["plan"]


def test_an_optional_part_is_asked_for_first_and_its_pages_follow_the_choice() -> None:
    one = merged(Part("food", "a", fields=SHARED), Part("fire", "b", optional=True, needs=["food"], fields=SHARED))
    assert one.form is not None
    form = compile_form(one.form)
    assert [p.key for p in form.visible_pages({})] == ["parts", "shared", "food_shop", "last"]
    assert "fire_shop" in [p.key for p in form.visible_pages({"wanted_parts": ["fire"]})]


def test_fixed_answers_decide_conditions_and_words_are_translated() -> None:
    hot = Part("food", "a", fields=SHARED | {"kind": Source(value="hot")})
    other = Source(field="kind", values={"warm": "hot", "cool": "cold"})
    kind = {
        "schema": {"type": "string", "enum": ["warm", "cool"]},
        "options": {"warm": "热", "cool": "冷"},
        "label": "冷热",
    }
    one = merged(hot, Part("fire", "b", fields=SHARED | {"kind": other}), kind=kind | {"widget": "radio"})
    assert one.faults == [] and one.form is not None
    form = compile_form(one.form)
    assert not form.fields["food_items"].when
    answers = {"kind": "warm", "owner": "林晓岚", "fire_items": 3, "food_items": 5}
    assert "fire_items" in [f.key for f in form.visible_fields(answers)]
    assert "fire_items" not in [f.key for f in form.visible_fields({"kind": "cool"})]
    keys = SHOP_FORM["schema"]["properties"]
    assert part_answers(hot, keys, answers) == {"owner": "林晓岚", "kind": "hot", "items": 5}
    told = part_answers(Part("fire", "b", fields=SHARED | {"kind": other}), keys, answers)
    assert told == {"owner": "林晓岚", "kind": "hot", "items": 3}


@pytest.mark.parametrize(
    ("parts", "fields", "fault"),
    [
        ([Part("food", "a", fields={"nothing": "owner"})], {}, "does not ask"),
        ([Part("food", "a", fields={"area": "area"})], {}, "on no page"),
        ([Part("food", "a", fields={"area": "owner", "owner": "owner"})], {}, "cannot be one question"),
        ([Part("food", "a", needs=["fire"])], {}, "no such part"),
        ([Part("food", "a", needs=["fire"]), Part("fire", "b", needs=["food"])], {}, "wait for each other"),
        ([Part("food", "a", fields={"kind": "kind"})], {"kind": {"enum": ["hot", "raw"]}}, "knows no raw"),
        ([Part("food", "a", fields={"kind": Source(certificate="x.y")})], {}, "a condition looks at it"),
    ],
)
def test_what_does_not_fit_together_is_said(parts: list[Part], fields: dict[str, Any], fault: str) -> None:
    assert fault in "; ".join(merged(*parts, **fields).faults)


def test_what_is_not_wanted_is_not_waited_for() -> None:
    parts = [Part("a", "a", optional=True), Part("b", "b", needs=["a"]), Part("c", "c", needs=["b"])]
    bundle = Bundle("x", parts)
    assert [[one.key for one in stage] for stage in stages(parts)] == [["a"], ["b"], ["c"]]
    wanted = wanted_parts(bundle, {})
    assert [one.key for one in wanted] == ["b", "c"]
    assert waits_for(parts[1], wanted) == [] and waits_for(parts[2], wanted) == ["b"]


def test_the_four_bundles_of_the_demo_ask_half_of_what_their_items_ask() -> None:
    contents = demo()
    found = {c.bundle.slug: c for c in contents.values() if c.bundle}
    assert {"birth", "restaurant", "retirement", "farewell"} <= set(found)
    for content in found.values():
        assert content.bundle is not None
        items = {part.key: contents[part.item] for part in content.bundle.parts}
        one = merge(content.bundle, items, {key: item.form or {} for key, item in items.items()})
        assert one.faults == [] and one.form is not None
        asked = sum(len((item.form or {})["schema"]["properties"]) for item in items.values())
        assert len(compile_form(one.form).fields) < 0.7 * asked


@pytest.mark.django_db(transaction=True)
def test_a_bundle_follows_its_items_and_is_suspended_when_they_no_longer_fit() -> None:
    item = make_item()
    content = make_content(
        name=Text("开店一件事"),
        form=None,
        bundle=Bundle("follow", [Part("food", item.code, fields=SHARED)], PAGES, LAST),
    )
    made = make_item(code="follow1", **{k: getattr(content, k) for k in ("name", "form", "bundle")})
    assert made.content.form is not None and made.content.bundle is not None
    assert made.content.bundle.parts[0].version == str(item.version_id)
    longer = SHOP_FORM["schema"]["properties"] | {"cook": {"type": "string"}}
    pages = [*SHOP_FORM["ui"]["pages"][:2], {**SHOP_FORM["ui"]["pages"][2], "fields": ["cook", "plan", "truth"]}]
    form = {
        "schema": SHOP_FORM["schema"] | {"properties": longer},
        "ui": {"pages": pages, "fields": SHOP_FORM["ui"]["fields"] | {"cook": {"label": "厨师"}}},
    }
    amend_item(item_code=item.code, changes={"form": form}, by=SYSTEM)
    work_until_idle()
    renewed = guide("follow1")
    assert renewed is not None and renewed.version_number == 2 and renewed.content.form is not None
    assert "food_cook" in renewed.content.form["schema"]["properties"]
    forget_edition()
    assert [b.code for b in bundles_with(item.code)] == ["follow1"] and len(bundles()) == 1
    without = {k: v for k, v in longer.items() if k != "owner"}
    form = {
        "schema": {"type": "object", "properties": without},
        "ui": {
            "pages": [{"key": "all", "title": "全部", "fields": list(without)}],
            "fields": {k: v for k, v in form["ui"]["fields"].items() if k != "owner"},
        },
    }
    amend_item(item_code=item.code, changes={"form": form}, by=SYSTEM)
    work_until_idle()
    stopped = bundle_by_slug("follow")
    assert stopped is not None and stopped.state == "suspended" and stopped.version_number == 2
    forget_edition()
    assert bundles() == []


@pytest.mark.django_db
def test_a_bundle_of_items_that_are_not_there_is_refused() -> None:
    content = make_content(form=None, bundle=Bundle("x", [Part("food", "nowhere")], PAGES, LAST))
    with pytest.raises(AssertionError, match="no such item"):
        make_item(bundle=content.bundle, form=None)
    assert publish_items(items=[], source="yiwang", by=SYSTEM).refused == []
