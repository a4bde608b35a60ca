"""Joint cases for tests: three offices, one form; the third item rests on the first."""

from itertools import count
from typing import Any

from yiwang.domains.cases.actions import accept_case, decide_case, review_case, save_answers, start_draft
from yiwang.domains.cases.models import Case, Draft
from yiwang.domains.cases.tests.factories import make_official, make_paper
from yiwang.domains.catalogue.content import Bundle, Limit, Part, Processing, Source, Text
from yiwang.domains.catalogue.queries import Guide
from yiwang.domains.catalogue.tests.factories import SHOP_FORM, make_item
from yiwang.domains.identity.models import Person
from yiwang.domains.identity.tests.factories import actor_of, make_office, make_person
from yiwang.domains.joint_cases.actions import submit_joint_case
from yiwang.domains.joint_cases.models import JointCase
from yiwang.foundation.jobs.worker import work_until_idle

_serial = count(1)
SHARED: dict[str, str | Source] = {"owner": "owner", "shop_name": "shop_name", "plan": "plan", "truth": "truth"}
PAGES = [{"key": "shared", "title": {"zh": "共用的", "en": "Shared"}, "fields": ["owner", "shop_name", "plan"]}]
LAST = [{"key": "last", "title": {"zh": "确认", "en": "Confirm"}, "fields": ["truth"]}]


def make_bundle(*, parts: list[Part] | None = None, items: int = 3, **changes: Any) -> Guide:
    """Publish a bundle of items of offices of their own; without `parts`: food, fire, and online, which needs food."""
    at = next(_serial)
    guides = [make_item(office=make_office(), name=Text(f"第{n}项", f"Item {n}")) for n in range(1, items + 1)]
    if parts is None:
        food = SHARED | {"kind": Source(value="hot"), "area": "area"}
        fire = SHARED | {"kind": "kind", "area": "area"}
        online = SHARED | {"kind": Source(field="kind", values={"hot": "cold", "cold": "hot"}), "area": "area"}
        parts = [
            Part("food", guides[0].code, fields=food),
            Part("fire", guides[1].code, fields=fire),
            Part("online", guides[2].code, needs=["food"], optional=True, fields=online),
        ]
    pages = [{**PAGES[0], "fields": [*PAGES[0]["fields"], "area", "kind"]}]
    bundle = Bundle(f"shop{at}", parts, pages=pages, last=LAST)
    return make_item(
        office=make_office(),
        code=f"bundle{at}",
        name=Text("开店一件事", "Open a shop"),
        type_code="20",
        legal_limit=None,
        promised_limit=Limit(15),
        form=None,
        materials=None,
        processing=Processing(),
        **({"bundle": bundle} | changes),
    )


def answers_of_shop(person: Person, **changes: Any) -> dict[str, Any]:
    """Return answers to the one form of `make_bundle`, with a paper just uploaded."""
    answers = {
        "wanted_parts": ["online"],
        "owner": person.name,
        "shop_name": "小满面馆",
        "plan": [str(make_paper(person).pk)],
        "area": 86.5,
        "kind": "cold",
        "food_items": 12,
        "online_items": 3,
        "truth": True,
    }
    return {key: value for key, value in (answers | changes).items() if value is not None}


def make_joint_draft(person: Person, bundle: Guide, **changes: Any) -> Draft:
    """Return a draft of a bundle, filled in."""
    by = actor_of(person)
    draft = start_draft(item_code=bundle.code, by=by)
    return save_answers(draft_id=draft.pk, answers=answers_of_shop(person, **changes), by=by)


def make_joint_case(*, person: Person | None = None, bundle: Guide | None = None, **changes: Any) -> JointCase:
    """Return a joint case that was just handed in."""
    person = person or make_person()
    draft = make_joint_draft(person, bundle or make_bundle(), **changes)
    return submit_joint_case(draft_id=draft.pk, by=actor_of(person))


def case_of(joint: JointCase, key: str) -> Case:
    """Return the case that a part is."""
    return Case.objects.select_related("office", "item").get(pk=joint.parts.get(key=key).case_id)


def decide(case: Case, *, grant: bool = True) -> None:
    """Have the office of a part accept, review and decide it, and let the worker do the rest."""
    official = actor_of(make_official(case))
    accept_case(case_id=case.pk, by=official)
    review_case(case_id=case.pk, verdict="support" if grant else "oppose", opinion="已核对。", by=official)
    decide_case(case_id=case.pk, grant=grant, reason="" if grant else "现场不符合要求。", by=official)
    work_until_idle()


__all__ = ["SHOP_FORM", "answers_of_shop", "case_of", "decide", "make_bundle", "make_joint_case", "make_joint_draft"]
