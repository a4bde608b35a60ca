"""综合窗口, over HTTP: called, identified, the same form, papers with their grades, the receipt, and results handed over."""

import re
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yiwang.domains.cases.models import Case
from yiwang.domains.cases.tests.factories import PDF, finish, make_case
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.deliveries.tests.factories import HALL, make_delivery, make_places
from yiwang.domains.documents.models import Document
from yiwang.domains.documents.queries import data_of
from yiwang.domains.halls.models import HandOut, Reception, Ticket
from yiwang.domains.halls.tests.factories import at, make_hall, service, window
from yiwang.domains.identity.tests.factories import id_number, make_office, make_person, make_staff, sign_in
from yiwang.domains.papers.models import Paper
from yiwang.foundation.clock import moved_to
from yiwang.foundation.jobs.worker import work_until_idle
from yiwang.foundation.journal.queries import entries_of_kind, timeline
from yiwang.foundation.reads.models import Read

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hall():
    with moved_to(at(9)):
        yield make_hall()


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
    running = make_case(person=lin, item=make_item(office=hall.office))
    here = receive(clerk, number)
    assert "他在签收单上签的名" in page(clerk, here)
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
    handed = HandOut.objects.get()
    assert (handed.reference, handed.proof, handed.person_id) == (done.number, "signature", lin.pk)
    assert Reception.objects.get().person_id == lin.pk
    assert "方敏" in page(clerk, here)


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


def test_the_search_of_the_window_says_what_it_takes(hall, clerk):
    mine = make_item(office=hall.office)
    work_until_idle()
    here = receive(clerk, id_number())
    shown = page(clerk, f"{here}?q={mine.name}")
    assert f"{here}/items/{mine.code}/start" in shown
