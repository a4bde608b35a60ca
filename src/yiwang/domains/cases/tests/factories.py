"""Cases for tests, brought to a state through the real actions."""

from itertools import count
from typing import Any

from yiwang.domains.cases.actions import (
    accept_case,
    decide_case,
    request_correction,
    review_case,
    submit_case,
)
from yiwang.domains.cases.models import Case
from yiwang.domains.catalogue.queries import Guide
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.identity.models import Firm, Person, Staff
from yiwang.domains.identity.tests.factories import actor_of, make_office, make_person, make_staff
from yiwang.domains.papers.actions import attach_paper
from yiwang.domains.papers.models import Paper
from yiwang.domains.papers.queries import store_upload
from yiwang.domains.seals.actions import issue_seal
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.jobs.worker import work_until_idle

_serial = count(1)

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R/Size 3>>\nstartxref\n9\n%%EOF\n"
)
"""The smallest PDF that may be handed in."""


def make_paper(person: Person, name: str = "布局图.pdf") -> Paper:
    """Return a paper that a person uploaded."""
    return attach_paper(stored=store_upload(PDF), name=name, by=actor_of(person))


def shop_answers(person: Person, **changes: Any) -> dict[str, Any]:
    """Return answers that fit the form of `make_item`, with a paper just uploaded."""
    paper = str(make_paper(person).pk)
    answers = {
        "owner": person.name,
        "shop_name": "小满面馆",
        "area": 86.5,
        "kind": "cold",
        "plan": [paper],
        "truth": True,
    }
    return answers | changes


def make_case(
    *, person: Person | None = None, item: Guide | None = None, firm: Firm | None = None, key: str = "", **answers: Any
) -> Case:
    """Return a case that was just submitted."""
    person = person or make_person()
    item = item or make_item(office=make_office())
    case, _new = submit_case(
        item_code=item.code,
        answers=shop_answers(person, **answers),
        key=key or f"test-{next(_serial)}",
        by=actor_of(person, firm=firm),
    )
    return case


def make_official(case: Case, *, name: str = "方敏") -> Staff:
    """Return an official of the office that answers for a case, with all duties; the office has its seal."""
    issue_seal(office_code=case.office_id, by=SYSTEM)
    return make_staff(office=case.office, name=name)


def ask_for_correction(case: Case, items: list[dict[str, str]] | None = None) -> Case:
    """Have the office ask, once, for what is missing."""
    wanted = items or [{"field": "area", "text": "面积和图上不一样，请改"}, {"field": "", "text": "带上租约"}]
    return request_correction(case_id=case.pk, items=wanted, by=actor_of(make_official(case)))


def finish(case: Case, *, grant: bool = True) -> Case:
    """Accept, review and decide a case, and let the worker seal and close it."""
    official = actor_of(make_official(case))
    accept_case(case_id=case.pk, by=official)
    review_case(case_id=case.pk, verdict="support" if grant else "oppose", opinion="已核对。", by=official)
    decide_case(case_id=case.pk, grant=grant, reason="" if grant else "面积不够。", by=official)
    work_until_idle()
    case.refresh_from_db()
    return case
