"""Joint cases (一件事) of the town: one whose second part followed the first, one whose second part was stopped."""

from typing import Any

from yiwang.domains.cases.actions import save_answers, start_draft
from yiwang.domains.cases.models import Case
from yiwang.domains.catalogue.actions import publish_items
from yiwang.domains.catalogue.content import Bundle, ItemContent, Limit, Part, Source, Text
from yiwang.domains.catalogue.loading import ReadOffice
from yiwang.domains.catalogue.loading.records import build_item
from yiwang.domains.joint_cases.actions import submit_joint_case
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.jobs.worker import work_until_idle

BOTH = "BOTH"


def apply_for_both(town: Any) -> None:
    """Publish a bundle of the town's two items, and hand it in twice: once granted, once refused."""
    fields: dict[str, str | Source] = {"shop_name": "shop_name"}
    parts = [
        Part("permit", town.permit, fields=fields | {"plan": "plan"}),
        Part("notice", town.notice, needs=["permit"], fields=fields),
    ]
    page = {"key": "shop", "title": {"zh": "店面"}, "fields": ["shop_name", "plan"]}
    content = ItemContent(
        name=Text("开面馆一件事"), type_code="20", promised_limit=Limit(15), bundle=Bundle("both", parts, pages=[page])
    )
    office = ReadOffice(code=town.office.code, name=town.office.name, region_code="")
    item = build_item(row=8, code=BOTH, base_code="B8", base_name="开面馆一件事", office=office, content=content)
    assert not publish_items(items=[item], source="yiwang", by=SYSTEM).refused
    for grant in (True, False):
        draft = start_draft(item_code=BOTH, by=town.applicant)
        answers = {"shop_name": "小满面馆三店", "plan": [town.upload()]}
        save_answers(draft_id=draft.pk, answers=answers, by=town.applicant)
        joint = submit_joint_case(draft_id=draft.pk, by=town.applicant)
        work_until_idle()
        town.review(Case.objects.get(joint_reference=joint.number), grant=grant)
