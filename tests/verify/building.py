"""A small store, made by the real actions: cases of every ending, certificates, papers, a rating, a message that was sent."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from tests.verify.joining import apply_for_both
from tests.verify.procedure import leave_the_ordinary_way
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
from yiwang.domains.cases.tests.ruling import make_rule
from yiwang.domains.catalogue.actions.publishing import publish_items
from yiwang.domains.catalogue.content import ItemContent, Limit
from yiwang.domains.catalogue.content.structs import Material, Processing, Result, Text
from yiwang.domains.catalogue.loading.records import ReadOffice, build_item
from yiwang.domains.catalogue.queries import guide
from yiwang.domains.certificates.actions import keep_certificate_pdf, load_certificate_types, withdraw_certificate
from yiwang.domains.certificates.models import Certificate, CertificateType
from yiwang.domains.certificates.queries import store_pdf
from yiwang.domains.deliveries.actions import (
    collect_result,
    hand_out,
    keep_address,
    order_delivery,
    take_courier_event,
)
from yiwang.domains.deliveries.models import Delivery
from yiwang.domains.deliveries.ports import CourierEvent
from yiwang.domains.deliveries.queries import AddressValues
from yiwang.domains.documents.actions import keep_document_pdf
from yiwang.domains.documents.queries import documents_of
from yiwang.domains.documents.queries import store_pdf as store_document_pdf
from yiwang.domains.identity.models import Staff
from yiwang.domains.identity.tests import factories
from yiwang.domains.papers.actions import attach_paper
from yiwang.domains.papers.queries import store_upload
from yiwang.domains.payments.actions import open_payment, raise_charge, take_trade_news
from yiwang.domains.payments.models import Refund
from yiwang.domains.payments.ports import TradeNews
from yiwang.domains.ratings.actions import rate_case
from yiwang.domains.regions.actions import load_regions
from yiwang.domains.rules.tables import Column, Row, Table, Trial
from yiwang.domains.seals.actions import issue_seal
from yiwang.foundation.actors import SYSTEM, Actor
from yiwang.foundation.clock import moved_to, now, today
from yiwang.foundation.clock.actions import set_calendar
from yiwang.foundation.forms.texts import Text as FormText
from yiwang.foundation.jobs.models import Job
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
    leave_the_ordinary_way(town)
    _decide_by_rule(town)
    _charge(town)
    _send_parcels(town)
    apply_for_both(town)
    work_until_idle()


def _decide_by_rule(town: Town) -> None:
    """Have one case granted by a rule, and one left to a person."""
    office = ReadOffice(code=town.office.code, name=town.office.name, region_code="")
    form = shop_form()
    del form["schema"]["properties"]["plan"], form["ui"]["fields"]["plan"]
    form["schema"]["required"] = form["ui"]["pages"][0]["fields"] = ["shop_name"]
    content = ItemContent(name=Text("挂一块招牌", "A sign"), type_code="20", form=form)
    sign = build_item(row=9, code="SIGN", base_code="B9", base_name="招牌", office=office, content=content)
    publish_items(items=[sign], source="yiwang", by=SYSTEM)
    column = Column("answer.shop_name", FormText("店名", "Name"), "text", "starts")
    trials = (Trial("一", {"answer.shop_name": "小满"}), Trial("二", {"answer.shop_name": "大满"}, "person"))
    item = guide("SIGN")
    assert item is not None
    make_rule(item, Table((column,), (Row(("小满",)),), trials))
    for key, name in (("k-rule", "小满面馆"), ("k-rule-missed", "大满面馆")):
        case, _ = submit_case(item_code="SIGN", answers={"shop_name": name}, key=key, by=town.applicant.through("api"))
        town.ledger.append({"key": key, "number": case.number})
        work_until_idle()


def _send_parcels(town: Town) -> None:
    """Have one parcel signed for, one sent back, one picked up at the window, and one case that waits for its parcel."""
    load_regions(rows=[("330000", "浙江省", "Zhejiang", 1, "")], by=SYSTEM)
    values = AddressValues("林晓岚", "19900000123", "330000", "演示花园 3 幢")
    keep_address(values=values, by=town.applicant)
    about = {"person_id": town.applicant.known_id, "office_code": town.office.code, "direction": "out"}
    waiting = town.hand_in("k-parcel")
    references = ("PARCEL-1", "PARCEL-2", "PARCEL-3", waiting.number)
    for reference in references:
        way = "pickup" if reference == "PARCEL-3" else "courier"
        order_delivery(reference=reference, **about, way=way, by=town.applicant)
    for reference in references[:3]:
        hand_out(
            reference=reference, person_id=about["person_id"], firm_id=None, office_code=town.office.code, by=SYSTEM
        )
    town.review(waiting, grant=True)
    kept = town.hand_in("k-pickup")
    order_delivery(reference=kept.number, **about, way="pickup", by=town.applicant)
    town.review(kept, grant=True)
    work_until_idle()
    for reference, kinds in (("PARCEL-1", ("collected", "delivered")), ("PARCEL-2", ("failed", "returned"))):
        parcel = Delivery.objects.get(reference=reference)
        for number, kind in enumerate(kinds, start=2):
            event = CourierEvent(f"e{number}", str(parcel.pk), parcel.waybill, number, kind, now(), signer="self")
            take_courier_event(event=event, by=SYSTEM)
    window = Delivery.objects.get(reference="PARCEL-3")
    collect_result(delivery_id=window.pk, document_checked=True, by=town.official)


def _charge(town: Town) -> None:
    """Have a fee charged and paid, and a second order for it paid as well: that money goes back."""
    fee = {
        "name": "登记费",
        "amount_fen": 8000,
        "basis": "收费标准",
        "reduction_fen": 3000,
        "reduction_basis": "小微企业",
    }
    charge = raise_charge(
        reference="FEE-1", payer_person_id=town.applicant.known_id, office_code=town.office.code, lines=[fee],
        due_on=today(), by=SYSTEM,
    )  # fmt: skip
    first = open_payment(charge_id=charge.pk, by=town.applicant)
    with moved_to(now() + dt.timedelta(hours=1)):
        second = open_payment(charge_id=charge.pk, by=town.applicant)
    for order in (first, second):
        news = TradeNews("paid", f"nonce-of-{order.number}", order.number, f"T{order.number}", 5000)
        take_trade_news(news=news, by=SYSTEM)
    refund = Refund.objects.get()
    back = TradeNews("refunded", "nonce-of-refund", second.number, f"T{second.number}", 5000, refund.number)
    take_trade_news(news=back, by=SYSTEM)
    Job.objects.filter(kind="send_refund").update(state=Job.State.DONE, done_at=now())  # there is no provider to tell


def _keep_pdfs(case: Any) -> None:
    """Keep a PDF of each kind as if somebody had asked for it: none is drawn ahead."""
    certificate = Certificate.objects.get(case_id=case.pk)
    key = store_pdf(certificate, b"%PDF-1.7 stand-in")
    keep_certificate_pdf(certificate_id=certificate.pk, pdf_key=key, by=SYSTEM)
    document = documents_of(case.pk)[0]
    key = store_document_pdf(document, b"%PDF-1.7 stand-in")
    keep_document_pdf(document_id=document.pk, pdf_key=key, by=SYSTEM)
