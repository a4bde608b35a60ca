"""综合窗口, over HTTP: called, identified, the same form, papers with their grades, the receipt, and results handed over."""

import datetime as dt
import re
from html import unescape
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries.shelf import results_on_shelf
from yiwang.domains.cases.tests.factories import PDF, finish, make_case
from yiwang.domains.catalogue.content import Processing, PromiseTerms, Text
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.deliveries.actions import take_back_unclaimed
from yiwang.domains.deliveries.models import Delivery
from yiwang.domains.deliveries.tests.factories import HALL, make_delivery, make_places
from yiwang.domains.documents.models import Document
from yiwang.domains.documents.queries import data_of
from yiwang.domains.halls.actions import book_appointment
from yiwang.domains.halls.models import Closure, HandOut, Reception, Ticket
from yiwang.domains.halls.tests.factories import at, make_hall, service, slot, window
from yiwang.domains.identity.tests.factories import actor_of, id_number, make_office, make_person, make_staff, sign_in
from yiwang.domains.identity.tests.fakes import Register
from yiwang.domains.notices.models import Message
from yiwang.domains.papers.models import Paper
from yiwang.foundation import vault
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import moved_to, now, today
from yiwang.foundation.jobs.worker import work_until_idle
from yiwang.foundation.journal.queries import entries_of_kind, latest_of_kind, timeline
from yiwang.foundation.reads.models import Read

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hall():
    with moved_to(at(9)):
        yield make_hall()


@pytest.fixture(autouse=True)
def register(monkeypatch):
    """The population register: it confirms whomever it is asked for, until a test tells it otherwise."""
    found = Register()
    monkeypatch.setattr("yiwang.domains.identity.queries.connector", lambda _name: found)
    return found


@pytest.fixture
def clerk(hall):
    return sign_in(Client(), make_staff(office=hall.office, name="方敏"))


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return unescape(answer.content.decode())


def post(client: Client, address: str, status: int = 302, **data: Any) -> Any:
    answer = client.post(address, data)
    assert answer.status_code == status, answer.content.decode()[-2000:]
    return answer


def receive(client: Client, number: str, name: str = "林晓岚", evidence: str = "face") -> str:
    """Identify somebody, and return the address of the reception."""
    typed = {"name": name, "id_kind": "resident_id", "id_number": number, "evidence": evidence}
    return post(client, "/desk/counter", **typed)["Location"]


def shown_on(form: str) -> list[str]:
    """Return the questions that stand on a page."""
    return re.findall(r'name="_shown" value="([^"]+)"', form)


def test_a_case_from_the_queue_to_the_printed_receipt(hall, clerk):
    item, number, board = make_item(office=hall.office), id_number(), f"/desk/halls/{hall.pk}"
    assert clerk.get("/desk/halls/")["Location"] == board
    post(clerk, f"{board}/windows/{window(hall).pk}/open")
    post(clerk, f"{board}/tickets", service=str(service(hall).pk))
    post(clerk, f"{board}/windows/{window(hall).pk}/next")
    assert "A001" in page(clerk, board) and "A001" in page(Client(), f"/halls/{hall.pk}/screen")

    assert clerk.post("/desk/counter", {"name": "林", "id_kind": "resident_id", "id_number": "1"}).status_code == 422
    here = receive(clerk, number)
    shown = page(clerk, here)
    assert "林晓岚" in shown and number not in shown, "the number stands there masked"
    assert clerk.get("/desk/counter")["Location"] == here, "one person at a time"

    form = post(clerk, f"{here}/items/{item.code}/start")["Location"]
    assert "multipart/form-data" in page(clerk, form)
    answers = {
        "_shown": shown_on(page(clerk, form)),
        "owner": "林晓岚",
        "shop_name": "小满面馆",
        "kind": "cold",
        "truth": "true",
    }
    wrong = post(clerk, form, 422, **answers, area="")
    assert "f-area" in wrong.content.decode()
    answers["_shown"] = shown_on(wrong.content.decode())
    plan = SimpleUploadedFile("布局图.pdf", PDF, "application/pdf")
    check = post(clerk, form, **answers, area="86.5", **{"plan-file": plan})["Location"]
    paper = Paper.objects.get()
    assert "未与原件核对" in page(clerk, check)
    graded = {f"grade-{paper.pk}": "A", "declare": "yes"}
    assert "由哪个机构出具" in post(clerk, check, 422, **graded).content.decode()
    assert Case.objects.count() == 0
    receipt = post(clerk, check, **graded | {f"grade-{paper.pk}": "B"})["Location"]

    case = Case.objects.get()
    assert (case.channel, case.applicant.name, case.office_id) == ("window", "林晓岚", hall.office_id)
    submitted = timeline(case.pk)[0]
    assert (submitted.actor_kind, submitted.on_behalf_of) == ("staff", case.applicant_id)
    paper.refresh_from_db()
    assert (paper.grade, paper.case_id) == ("B", case.pk)
    printed = page(clerk, receipt)
    forms = [one["form"] for one in data_of(Document.objects.get(case_id=case.pk, kind="receipt"))["materials"]]
    assert forms == ["窗口填写", "窗口扫描件"], "the sealed receipt says how it came"
    assert case.query_code[:4] in printed and "此件经与原件核对无误" in printed
    assert Read.objects.filter(person_id=case.applicant_id, what="answers").count() >= 1
    post(clerk, f"{here}/end")
    assert Ticket.objects.get().state == "done" and page(clerk, receipt, 404)
    assert entries_of_kind("CaseSubmitted", case_id=case.pk)


def test_the_register_is_asked_so_often_in_an_hour_and_each_time_is_written_down(hall, clerk, register, settings):
    """A window is no machine to try names on: whom the register refuses is not served, and can see that it was tried."""
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "window_lookup": "3/h/user"}
    lin = make_person(name="林晓岚", number=(number := id_number()))
    typed = {"name": "林晓岚", "id_kind": "resident_id", "evidence": "face"}
    register.say("unknown")
    assert "人口库里没有这个号码" in post(clerk, "/desk/counter", 409, **typed, id_number=id_number()).content.decode()
    register.say("mismatch")
    post(clerk, "/desk/counter", 409, **typed, id_number=number)
    register.say("match")
    post(clerk, "/desk/counter", 422, **typed, id_number="1")  # what cannot be a number costs no question
    here = receive(clerk, number)
    assert register.asked[1:] == [number, number] and Reception.objects.get().person_id == lin.pk
    told = [(e.fact["outcome"], e.fact["person_id"]) for e in latest_of_kind("RegisterAskedAtWindow")]
    assert sorted(told, key=str) == sorted(
        [("unknown", None), ("mismatch", str(lin.pk)), ("match", str(lin.pk))], key=str
    )
    reasons = set(Read.objects.filter(person_id=lin.pk, what="name").values_list("reason", flat=True))
    assert reasons == {"在窗口核对证件，没有接待", "在窗口核对证件"}
    post(clerk, f"{here}/end")
    assert "最多核对" in post(clerk, "/desk/counter", 409, **typed, id_number=number).content.decode()
    assert len(register.asked) == 3
    receive(sign_in(Client(), make_staff(office=hall.office)), number)  # a colleague has tries of their own


def test_the_head_of_the_office_that_runs_a_hall_keeps_it_closed_for_a_day(hall):
    """Window duty is for those who sit there; whoever answers for the hall says when it is closed."""
    head = sign_in(Client(), make_staff(office=hall.office, roles=("head",), name="钱一鸣"))
    board = f"/desk/halls/{hall.pk}"
    assert board in page(head, "/desk/me") and head.get("/desk/halls/")["Location"] == board
    seen = page(head, board)
    assert "有一天不开门" in seen and "帮人取号" not in seen and "今天预约的" not in seen and "坐到这里" not in seen
    window_only = sign_in(Client(), make_staff(office=hall.office, roles=("window",)))
    assert "有一天不开门" not in page(window_only, board)
    day = {"day": f"{at(9):%Y-%m-%d}", "reason": "停电检修"}
    assert window_only.post(f"{board}/closures", day).status_code == 403
    post(head, f"{board}/closures", **day)
    assert Closure.objects.get(hall=hall).reason == "停电检修"
    assert head.post(f"{board}/tickets", {}).status_code == head.get("/desk/counter").status_code == 403
    elsewhere = sign_in(Client(), make_staff(office=make_office(name="演示余杭区民政局"), roles=("head",)))
    assert page(elsewhere, board, 404) and "没有窗口" in page(elsewhere, "/desk/halls/")


def test_what_a_person_began_at_home_is_finished_at_the_window(hall, clerk):
    item, lin = make_item(office=hall.office), make_person(name="林晓岚", number=(number := id_number()))
    home = sign_in(Client(), lin)
    home.get(f"/items/{item.code}/apply")
    here = receive(clerk, number)
    assert item.name in page(clerk, here)
    assert post(clerk, f"{here}/items/{item.code}/start")["Location"].endswith(item.code)
    colleague = sign_in(Client(), make_staff(office=hall.office))
    for address in (here, f"{here}/items/{item.code}"):
        page(colleague, address, 404)
        page(sign_in(Client(), lin), address, 403)
    other = make_item(office=make_office(name="演示余杭区民政局"))
    assert clerk.post(f"{here}/items/{other.code}/start").status_code == 409, "not an office of this window"
    work_until_idle()
    assert "窗口正在接待你" in page(home, "/me/messages")


def test_results_are_handed_over_once_and_the_person_sees_it(hall, clerk):
    number = id_number()
    lin = make_person(name="林晓岚", number=number)
    done = finish(make_case(person=lin, item=make_item(office=hall.office)))
    second = finish(make_case(person=lin, item=make_item(office=hall.office)))
    running = make_case(person=lin, item=make_item(office=hall.office))
    electronic = finish(make_case(person=lin, item=make_item(office=hall.office)))
    elsewhere = finish(make_case(person=lin, item=make_item(office=make_office())))
    Case.objects.exclude(pk=electronic.pk).update(channel="window")  # handed in there, and so fetched there
    shelf = results_on_shelf(actor_of(lin), limit=3)
    assert {one.pk for one in shelf} == {done.pk, second.pk, elsewhere.pk}, "what waits for nobody takes no place"
    sent = receive(clerk, id_number(), "张三")  # somebody else, who found the receipt with its query code
    for code in (done.query_code, "", " "):
        wrong = post(clerk, f"{sent}/handing-out", 422, reference=done.number, proof="code", code=code)
        assert "取件码不对" in wrong.content.decode(), "the query code lets one look, not take"
    told = page(sign_in(Client(), lin), f"/me/cases/{second.number}")
    code = re.search(r"把取件码 ([0-9A-Z]{4} ?[0-9A-Z]{4}) 给他", told)
    assert code and second.query_code not in code[1].replace(" ", ""), (
        "what opens it stands in the owner's account only"
    )
    post(clerk, f"{sent}/handing-out", reference=second.number, proof="code", code=code[1].lower())
    assert "把取件码" not in page(sign_in(Client(), lin), f"/me/cases/{second.number}"), "it has gone out"
    post(clerk, f"{sent}/end")
    here = receive(clerk, number)
    offered = page(clerk, here)
    assert "他在签收单上签的名" in offered and f'value="{done.number}"' in offered
    for other, why in ((electronic, "没有这个编号"), (elsewhere, "别的部门办的")):
        assert f'value="{other.number}"' not in offered
        wrong = post(clerk, f"{here}/handing-out", 409, reference=other.number, proof="signature", signature="林晓岚")
        assert why in wrong.content.decode()
    give = f"{here}/handing-out"
    assert (
        "没有这个编号"
        in post(clerk, give, 409, reference=running.number, proof="signature", signature="林晓岚").content.decode()
    )
    assert (
        "签名要和证件"
        in post(clerk, give, 422, reference=done.number, proof="signature", signature="林").content.decode()
    )
    post(clerk, give, reference=done.number, proof="signature", signature="林晓岚")
    assert (
        "已经交出去"
        in post(clerk, give, 409, reference=done.number, proof="code", code=done.query_code).content.decode()
    )
    handed = HandOut.objects.get(reference=done.number)
    assert (handed.reference, handed.proof, handed.person_id) == (done.number, "signature", lin.pk)
    assert "方敏" in page(clerk, here)
    work_until_idle()
    home = sign_in(Client(), lin)
    assert page(home, "/me/messages").count("的结果在窗口交出去了") == 2, "it and the one that went out by code"
    assert "的窗口交出去了，核对了证件" in page(home, f"/me/cases/{done.number}")
    assert "的窗口交出去了，凭取件码" in page(home, f"/me/cases/{second.number}")


def test_a_result_that_waits_to_be_picked_up_is_delivered_by_the_window(hall, clerk):
    """统一窗口出件: what the window hands over against document and signature ends the pick-up, and closes the case."""
    number = id_number()
    lin = make_person(name="林晓岚", number=number)
    make_places()
    case = make_case(person=lin, item=make_item(office=hall.office))
    parcel = make_delivery(lin, hall.office, reference=case.number, way="pickup", hall=HALL)
    finish(case)
    case.refresh_from_db()
    parcel.refresh_from_db()
    assert (case.state, parcel.state) == ("issued", "ready")
    here = receive(clerk, number)
    wrong = post(clerk, f"{here}/handing-out", 422, reference=case.number, proof="code", code=case.query_code)
    assert "取件码不对" in wrong.content.decode(), "the pick-up has a code of its own"
    post(clerk, f"{here}/handing-out", reference=case.number, proof="signature", signature="林晓岚")
    work_until_idle()
    case.refresh_from_db()
    parcel.refresh_from_db()
    assert (case.state, parcel.state) == ("closed", "delivered")


def test_what_nobody_fetched_in_time_and_a_window_hands_over_after_all_closes_its_case(hall, clerk):
    number = id_number()
    lin = make_person(name="林晓岚", number=number)
    make_places()
    case = make_case(person=lin, item=make_item(office=hall.office))
    parcel = make_delivery(lin, hall.office, reference=case.number, way="pickup", hall=HALL)
    finish(case)
    Delivery.objects.update(keep_until=today() - dt.timedelta(days=1), reminded_at=now())
    take_back_unclaimed(by=SYSTEM)
    work_until_idle()
    case.refresh_from_db()
    parcel.refresh_from_db()
    assert (case.state, case.awaits_applicant, parcel.state) == ("issued", True, "returned")
    here = receive(clerk, number)
    post(clerk, f"{here}/handing-out", reference=case.number, proof="signature", signature="林晓岚")
    work_until_idle()
    case.refresh_from_db()
    last = Delivery.objects.get(reference=case.number, sequence=2)
    assert (case.state, last.way, last.state, last.signer) == ("closed", "pickup", "delivered", "document")
    told = list(Message.objects.filter(person_id=lin.pk).values_list("kind", flat=True))
    assert (told.count("delivery_ready"), told.count("handed_over")) == (1, 1), "nobody is asked to come once more"


@pytest.mark.parametrize("way", ["screen", "paper"])
def test_a_promise_is_read_and_signed_at_the_window(hall, clerk, way):
    """告知承诺 (国办发〔2020〕42号): told once, in writing; signed by the applicant, on the screen or by hand, before an official."""
    terms = PromiseTerms("2026-1", Text("我已知晓，符合条件，愿承担责任。"), covers=["plan"], verify_days=10)
    item = make_item(office=hall.office, processing=Processing(promise=terms))
    here = receive(clerk, id_number())
    form = post(clerk, f"{here}/items/{item.code}/start")["Location"]
    shown = shown_on(page(clerk, form))
    answers = {"owner": "林晓岚", "shop_name": "小满面馆", "kind": "cold", "truth": "true"}
    more = shown_on(post(clerk, form, 422, _shown=shown, **answers, area="").content.decode())
    check = post(clerk, form, _shown=more, **answers, area="86.5")["Location"]
    assert "我已知晓，符合条件" in page(clerk, check) and "林晓岚" in page(clerk, f"{form}/promise")
    assert "有 1 处要改" in post(clerk, check, 422, declare="yes").content.decode(), (
        "not promised: the paper is missing"
    )
    for name in ("", "林晓"):
        refused = post(clerk, check, 422, declare="yes", promise="yes", signed=name).content.decode()
        assert "写上和证件一样的姓名" in refused
    broken = SimpleUploadedFile("承诺书.pdf", b"no file at all", "application/pdf")
    assert Case.objects.count() == 0 and post(
        clerk, check, 422, declare="yes", promise="yes", **{"promise-file": broken}
    )
    scan = {"promise-file": SimpleUploadedFile("承诺书.pdf", PDF, "application/pdf")}
    post(clerk, check, declare="yes", promise="yes", **(scan if way == "paper" else {"signed": "林晓岚"}))
    case = Case.objects.get()
    kept = case.promise
    assert (kept.way, kept.witness.name, kept.text_version) == (way, "方敏", "2026-1")
    assert entries_of_kind("PromiseWitnessed", case_id=case.pk)[0]["way"] == way
    looked = page(clerk, f"/desk/cases/{case.number}")
    assert "方敏 当面看着签的" in looked and ("看扫描件" in looked) == (way == "paper")
    if way == "paper":
        assert clerk.get(f"/desk/cases/{case.number}/papers/{kept.paper_id}?download").content[:4] == b"%PDF"
    else:
        assert vault.open_text(bytes(kept.signature_sealed), f"cases_promise:{case.pk}:signature") == "林晓岚"


def test_who_is_expected_is_found_by_a_name_that_stands_in_no_address(hall, clerk):
    """Whoever reads the log of access reads no names."""
    by = actor_of(make_person(name="林晓岚"))
    booked = book_appointment(slot_id=slot(hall, at(10)).pk, by=by)
    board = f"/desk/halls/{hall.pk}"
    for words, is_found in (("林晓岚", True), (booked.code, True), ("张三", False)):
        found = post(clerk, f"{board}/find", q=words)["Location"]
        assert words not in unquote(found) and (booked.code in page(clerk, found)) == is_found
    assert booked.code in page(clerk, f"{board}?q=张三"), "words in an address are not looked at"
    assert post(clerk, f"{board}/find", q=" ")["Location"] == board


def test_the_search_of_the_window_says_what_it_takes(hall, clerk):
    mine = make_item(office=hall.office)
    work_until_idle()
    here = receive(clerk, id_number())
    shown = page(clerk, f"{here}?q={mine.name}")
    assert f"{here}/items/{mine.code}/start" in shown
