"""A small store, made by the real actions: cases of every ending, certificates, papers, a rating, a message that was sent."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from yiwang.domains.cases.actions import (
    accept_case,
    decide_case,
    lapse_case,
    refuse_to_accept,
    request_correction,
    review_case,
    start_draft,
    submit_case,
    submit_draft,
    supply_correction,
    withdraw_case,
)
from yiwang.domains.cases.actions.drafting import save_answers
from yiwang.domains.catalogue.actions.publishing import publish_items
from yiwang.domains.catalogue.content import ItemContent, Limit
from yiwang.domains.catalogue.content.structs import Material, Processing, Result, Text
from yiwang.domains.catalogue.loading.records import ReadOffice, build_item
from yiwang.domains.certificates.actions import keep_certificate_pdf, load_certificate_types, withdraw_certificate
from yiwang.domains.certificates.models import Certificate, CertificateType
from yiwang.domains.certificates.queries import store_pdf
from yiwang.domains.documents.actions import keep_document_pdf
from yiwang.domains.documents.queries import documents_of
from yiwang.domains.documents.queries import store_pdf as store_document_pdf
from yiwang.domains.identity.models import Staff
from yiwang.domains.identity.tests import factories
from yiwang.domains.papers.actions import attach_paper
from yiwang.domains.papers.queries import store_upload
from yiwang.domains.ratings.actions import rate_case
from yiwang.domains.seals.actions import issue_seal
from yiwang.foundation.actors import SYSTEM, Actor
from yiwang.foundation.clock import moved_to, now, today
from yiwang.foundation.clock.actions import set_calendar
from yiwang.foundation.jobs.worker import work_until_idle
from yiwang.foundation.numbers.taking import forget_blocks
from yiwang.foundation.reads.actions import record_read

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)
PERMIT, NOTICE = "SHOP", "NOTICE"


def shop_form() -> dict[str, Any]:
    """A form of one page, with an upload."""
    return {
        "schema": {
            "type": "object",
            "required": ["shop_name", "plan"],
            "properties": {
                "shop_name": {"type": "string", "minLength": 1, "maxLength": 100},
                "plan": {"type": "array", "items": {"type": "string", "format": "paper"}, "minItems": 1, "maxItems": 3},
            },
        },
        "ui": {
            "pages": [{"key": "shop", "title": {"zh": "店面", "en": "Shop"}, "fields": ["shop_name", "plan"]}],
            "fields": {
                "shop_name": {"label": {"zh": "店名", "en": "Name"}, "widget": "text"},
                "plan": {"label": {"zh": "平面图", "en": "Plan"}, "widget": "upload", "material": "plan"},
            },
        },
    }


@dataclass
class Town:
    """One office, one official with all duties and a colleague, one applicant, two items."""

    office: Any
    applicant: Actor
    official: Actor
    colleague: Actor
    ledger: list[dict[str, str]] = field(default_factory=list)

    @property
    def permit(self) -> str:
        return self.office.code + "3" + "330100100000"

    @property
    def notice(self) -> str:
        return NOTICE

    def upload(self) -> str:
        """Attach a paper; return its id as an answer holds it."""
        return str(attach_paper(stored=store_upload(PNG), name="plan.png", by=self.applicant).pk)

    def hand_in(self, key: str, item: str = "") -> Any:
        """Submit an application through the API, and note it in the ledger."""
        answers: dict[str, Any] = {"shop_name": "小满面馆"}
        if item != self.notice:
            answers["plan"] = [self.upload()]
        case, _ = submit_case(item_code=item or self.permit, answers=answers, key=key, by=self.applicant.through("api"))
        self.ledger.append({"key": key, "number": case.number})
        return case

    def review(self, case: Any, *, grant: bool) -> None:
        """Accept, have two officials review, and decide."""
        accept_case(case_id=case.pk, by=self.official)
        for who in (self.official, self.colleague):
            review_case(case_id=case.pk, verdict="support", opinion="材料与现场一致", by=who)
        decide_case(case_id=case.pk, grant=grant, reason="" if grant else "面积不符", by=self.official)
        work_until_idle()


def found_town() -> Town:
    """Make the office, its seal, its items, the calendar and the people."""
    forget_blocks()
    day = today()
    days = {day + dt.timedelta(days=2): (False, "演示假"), day + dt.timedelta(days=10): (True, "调休")}
    set_calendar(days=days, official_years={day.year: "演示通知"}, by=SYSTEM)
    office = factories.make_office()
    issue_seal(office_code=office.code, by=SYSTEM)
    kind = CertificateType(code=f"{office.code}001", name="演示经营许可证", definer=office.name, holder="person")
    load_certificate_types(types=[kind], by=SYSTEM)
    person = factories.make_person()
    roles = ("window", "reviewer", "head")
    staff = [factories.make_staff(office=office, roles=roles, name=name) for name in ("方敏", "何涛")]
    town = Town(office, factories.actor_of(person), *(factories.actor_of(one) for one in staff))
    publish_items(items=_items(town, kind.code), source="yiwang", by=SYSTEM)
    return town


def _items(town: Town, certificate_type: str) -> list[Any]:
    office = ReadOffice(code=town.office.code, name=town.office.name, region_code="")
    plain_form = shop_form()
    del plain_form["schema"]["properties"]["plan"], plain_form["ui"]["fields"]["plan"]
    plain_form["schema"]["required"] = plain_form["ui"]["pages"][0]["fields"] = ["shop_name"]
    permit = ItemContent(
        name=Text("开一家面馆", "Open a noodle shop"),
        type_code="01",
        promised_limit=Limit(5),
        legal_limit=Limit(1, "month"),
        materials=[Material(key="plan", name=Text("平面图"))],
        results=[Result(kind="certificate", name=Text("许可证"), certificate_type=certificate_type)],
        form=shop_form(),
        processing=Processing(substance_check=True, correction_days=3, certificate_fields={"shop": "shop_name"}),
    )
    notice = ItemContent(
        name=Text("面馆备案", "Note a noodle shop"),
        type_code="20",
        form=plain_form,
        processing=Processing(instant=True),
    )
    named = ((town.permit, permit), (town.notice, notice))
    return [
        build_item(row=at, code=code, base_code=f"B{at}", base_name="面馆", office=office, content=content)
        for at, (code, content) in enumerate(named)
    ]


def live(town: Town) -> None:
    """Let cases of every ending happen, spread over three weeks."""
    start = now()
    granted = town.hand_in("k-granted")
    work_until_idle()
    town.review(granted, grant=True)
    rate_case(case_id=granted.pk, grade="satisfied", comment="快，问 13800138000 也行", by=town.applicant)
    town.review(town.hand_in("k-refused"), grant=False)
    work_until_idle()
    _keep_pdfs(granted)
    TOTP.activate(Staff.objects.get(pk=town.official.id).account, generate_totp_secret())
    draft = start_draft(item_code=town.notice, by=town.applicant)
    save_answers(draft_id=draft.pk, answers={"shop_name": "小满面馆二店"}, by=town.applicant)
    submit_draft(draft_id=draft.pk, by=town.applicant)
    start_draft(item_code=town.permit, by=town.applicant)
    record_read(person_id=town.applicant.id, what="case", reason="办理本件", case_id=granted.pk, by=town.official)
    returned, lapsing = town.hand_in("k-corrected"), town.hand_in("k-lapsed")
    for case in (returned, lapsing):
        wanted = [{"field": "shop_name", "text": "写全称"}]
        request_correction(case_id=case.pk, items=wanted, by=town.official)
    refused = town.hand_in("k-not-accepted")
    refuse_to_accept(case_id=refused.pk, ground="untrue", reason="平面图不是这家店的", by=town.official)
    revoked = town.hand_in("k-revoked")
    town.review(revoked, grant=True)
    certificate = Certificate.objects.get(case_id=revoked.pk)
    withdraw_certificate(certificate_id=certificate.pk, state="revoked", ground="fraud", by=town.official)
    with moved_to(start + dt.timedelta(days=1)):
        withdraw_case(case_id=town.hand_in("k-withdrawn").pk, by=town.applicant)
        answers = {"shop_name": "小满面馆总店", "plan": [town.upload()]}
        supply_correction(case_id=returned.pk, answers=answers, by=town.applicant)
        accept_case(case_id=returned.pk, by=town.official)
        town.hand_in("k-waiting")
        work_until_idle()
    with moved_to(start + dt.timedelta(days=20)):
        lapse_case(case_id=lapsing.pk, by=SYSTEM)
        work_until_idle()


def _keep_pdfs(case: Any) -> None:
    """Keep a PDF of each kind as if somebody had asked for it: none is drawn ahead."""
    certificate = Certificate.objects.get(case_id=case.pk)
    key = store_pdf(certificate, b"%PDF-1.7 stand-in")
    keep_certificate_pdf(certificate_id=certificate.pk, pdf_key=key, by=SYSTEM)
    document = documents_of(case.pk)[0]
    key = store_document_pdf(document, b"%PDF-1.7 stand-in")
    keep_document_pdf(document_id=document.pk, pdf_key=key, by=SYSTEM)
