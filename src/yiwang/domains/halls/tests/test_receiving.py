"""A person at a window: identified by the document, acted for while they stand there, results handed over against proof."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connection

from yiwang.domains.halls import ports
from yiwang.domains.halls.actions import (
    act_for_firm,
    call_next,
    end_reception,
    finish_ticket,
    hand_out_result,
    open_window,
    receive_person,
    take_ticket,
)
from yiwang.domains.halls.models import HandOut, Reception, Ticket
from yiwang.domains.halls.queries import actor_at_window, handed_out, open_reception, reception_of
from yiwang.domains.halls.tests.factories import at, make_hall, service, window
from yiwang.domains.identity.actions import confirm_real_name
from yiwang.domains.identity.models import Person
from yiwang.domains.identity.ports import RegisterAnswer
from yiwang.domains.identity.queries import doubt_about, id_number_of
from yiwang.domains.identity.tests.factories import (
    actor_of,
    id_number,
    make_firm,
    make_office,
    make_person,
    make_staff,
)
from yiwang.domains.identity.tests.fakes import Register
from yiwang.domains.notices.models import Message
from yiwang.domains.papers.actions import attach_paper, grade_paper
from yiwang.domains.papers.queries import marked_content, store_upload, watermark_of
from yiwang.foundation import vault
from yiwang.foundation.actions import InvalidInput
from yiwang.foundation.clock import moved_to
from yiwang.foundation.jobs.models import Schedule
from yiwang.foundation.jobs.worker import work_until_idle
from yiwang.foundation.journal.queries import latest_of_kind
from yiwang.foundation.reads.models import Read
from yiwang.foundation.tests.refusing import forbidden, hidden, refused

pytestmark = pytest.mark.django_db(transaction=True)

MATCH, OTHER, UNKNOWN = RegisterAnswer("match"), RegisterAnswer("mismatch"), RegisterAnswer("unknown")
NOT_KEPT, SILENT = RegisterAnswer("not_kept"), RegisterAnswer("unavailable")


@pytest.fixture
def hall():
    with moved_to(at(9)):
        yield make_hall()


@pytest.fixture
def clerk(hall):
    by = actor_of(make_staff(office=hall.office))
    open_window(window_id=window(hall).pk, by=by)
    return by


def receive(clerk, *, name="林晓岚", number, answer=MATCH, evidence="face", kind="resident_id"):
    return receive_person(name=name, id_kind=kind, id_number=number, answer=answer, evidence=evidence, by=clerk)


def regular_work() -> None:
    """Have the worker do what it does from time to time, as if that time were now."""
    Schedule.objects.all().delete()
    work_until_idle()


def end_reception_of(clerk, reception):
    end_reception(reception_id=reception.pk, by=clerk)
    return reception


def png() -> bytes:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (400, 560), "#ffffff").save(out, "PNG")
    return out.getvalue()


def test_somebody_without_an_account_is_registered_once_and_served_again(clerk):
    number = id_number()
    first = receive(clerk, number=number, evidence="card")
    assert (first.person.account_id, first.person.level, id_number_of(first.person)) == (None, 2, number)
    end_reception(reception_id=first.pk, by=clerk)
    second = receive(clerk, number=number.lower(), evidence="face")
    assert (second.person_id, second.assurance) == (first.person_id, 3)
    second.person.refresh_from_db()
    assert second.person.level == 3, "face compared with the document (高级实名)"
    assert Read.objects.filter(person_id=first.person_id, what="name").count() == 2
    assert [e.fact["evidence"] for e in latest_of_kind("PersonReceived")] == ["face", "card"]
    assert number not in str([e.fact for e in latest_of_kind("PersonRegistered")])


def test_name_and_number_must_belong_together(clerk):
    number = id_number()
    with refused("id_number", InvalidInput):
        receive(clerk, number="339921199206140000")
    with refused("not_confirmed"):
        receive(clerk, number=number, answer=OTHER)
    passport = receive(clerk, number="E12345678", kind="passport", answer=NOT_KEPT, name="Anna Maria")
    assert passport.person.level == 3
    with refused("receiving"):
        receive(clerk, number=number)
    end_reception(reception_id=passport.pk, by=clerk)
    known = make_person(name="沈建国", number=number)
    with refused("not_confirmed"):
        receive(clerk, number=number, name="沈建")
    with refused("no_evidence", InvalidInput):
        receive(clerk, number=number, name="沈建国", evidence="hearsay")
    with forbidden():
        receive(actor_of(known), number=number, name="沈建国")


def test_whom_the_register_does_not_know_is_not_served(clerk):
    with refused("unknown_document"):
        receive(clerk, number=id_number(), answer=UNKNOWN)
    lin = make_person(name="林晓岚", number=(number := id_number()))
    with refused("unknown_document"):  # not even one who was known: a document can be taken back
        receive(clerk, number=number, answer=UNKNOWN)
    assert Person.objects.exclude(pk=lin.pk).filter(account=None).count() == Reception.objects.count() == 0


def test_while_the_register_is_silent_one_is_served_face_to_face_at_the_lower_level_and_asked_for_again(
    clerk, monkeypatch
):
    number = id_number()
    with refused("register_silent"):
        receive(clerk, number=number, answer=SILENT, evidence="card")
    here = receive(clerk, number=number, answer=SILENT)
    assert (here.assurance, here.person.level, doubt_about(here.person_id)) == (2, 2, "waiting")
    with refused("known_at_window"), moved_to(at(10)):  # name and number alone are not what was seen
        confirm_real_name(
            name="林晓岚", id_kind="resident_id", id_number=number, answer=MATCH, by=actor_of(make_person(level=1))
        )
    end_reception(reception_id=here.pk, by=clerk)
    known = receive(clerk, number=number, answer=SILENT)
    assert known.person_id == here.person_id and known.assurance == 2, "nothing was confirmed in between"
    end_reception(reception_id=known.pk, by=clerk)
    other = receive(clerk, number=(wrong := id_number()), name="张三", answer=SILENT)
    end_reception(reception_id=other.pk, by=clerk)

    silent = end_reception_of(clerk, receive(clerk, number=id_number(), name="王五", answer=SILENT))
    broken = end_reception_of(clerk, receive(clerk, number=id_number(), name="赵六", answer=SILENT))

    asked: list[tuple[str, bool]] = []

    def look_up(*, name: str, **_document: str) -> RegisterAnswer:
        asked.append((name, connection.in_atomic_block))
        if name == "赵六":
            raise OSError
        return {"张三": UNKNOWN, "王五": SILENT}.get(name, MATCH)

    register = Register()
    monkeypatch.setattr(register, "look_up", look_up)
    monkeypatch.setattr("yiwang.domains.identity.queries.connector", lambda _name: register)
    Person.objects.filter(pk__in=[silent.person_id, broken.person_id]).update(unconfirmed_since=at(8, 40))
    regular_work()
    with moved_to(at(9, 11)):
        work_until_idle()
    here.person.refresh_from_db()
    assert {name for name, _inside in asked} == {"林晓岚", "张三", "王五", "赵六"}, (
        "nobody waits behind who stays unknown"
    )
    assert not any(inside for _name, inside in asked), "no lock is held while the register thinks"
    with moved_to(at(9, 25)):
        regular_work()
    with moved_to(at(9, 36)):
        work_until_idle()
    assert [name for name, _inside in asked].count("王五") > 1, "asked again by and by"
    assert (here.person.level, doubt_about(here.person_id), doubt_about(other.person_id)) == (3, "", "refuted")
    assert Person.objects.get(pk=other.person_id).level == 1, "with that level nobody applies for anything"
    going_on = Reception.objects.get(pk=other.pk)
    going_on.ended_at = None
    assert actor_at_window(clerk, going_on).assurance == 1, "nor where the reception still goes on"
    assert [e.fact["outcome"] for e in latest_of_kind("WindowNameRefuted")] == ["unknown"]
    assert receive(clerk, number=wrong, name="李四").person_id != other.person_id, "the number is free for its holder"


def test_the_official_acts_as_the_person_only_while_the_reception_lasts(clerk, hall):
    lin = make_person(name="林晓岚", number=(number := id_number()))
    take_ticket(service_id=service(hall).pk, by=clerk)
    called = call_next(window_id=window(hall).pk, by=clerk)
    reception = receive(clerk, number=number)
    called.refresh_from_db()
    assert (called.state, reception.ticket_id) == ("serving", called.pk)
    with refused("receiving"):
        finish_ticket(window_id=window(hall).pk, by=clerk)
    person = actor_at_window(clerk, reception)
    assert (person.kind, person.id, person.channel, person.assurance) == ("person", lin.pk, "window", 3)
    paper = attach_paper(stored=store_upload(png()), name="租约.png", by=person)
    entry = latest_of_kind("PaperAttached")[0]
    assert (entry.actor_kind, entry.actor_id, entry.on_behalf_of, entry.channel, entry.office) == (
        "staff", clerk.id, lin.pk, "window", clerk.office,
    )  # fmt: skip
    colleague = actor_of(make_staff(office=hall.office))
    with hidden():
        reception_of(colleague, reception.pk)
    with hidden():
        actor_at_window(colleague, reception)
    firm = make_firm(lin)
    assert act_for_firm(reception_id=reception.pk, firm_id=firm.pk, by=clerk).firm == firm
    with refused("no_member"):
        act_for_firm(reception_id=reception.pk, firm_id=make_firm().pk, by=clerk)
    end_reception(reception_id=reception.pk, by=clerk)
    assert open_reception(clerk) is None and Ticket.objects.get(pk=called.pk).state == "done"
    with hidden():
        actor_at_window(clerk, Reception.objects.get(pk=reception.pk))
    work_until_idle()
    assert Message.objects.filter(person_id=lin.pk, kind="window_reception").count() == 1, "whoever was not there knows"
    assert paper.owner_id == lin.pk


def test_a_number_that_somebody_took_by_name_serves_nobody_else(clerk, hall):
    take_ticket(service_id=service(hall).pk, by=actor_of(make_person()))
    call_next(window_id=window(hall).pk, by=clerk)
    with refused("other_number"):
        receive(clerk, number=id_number())


def test_a_paper_says_what_was_looked_at(clerk):
    person = actor_at_window(clerk, receive(clerk, number=id_number()))
    paper = attach_paper(stored=store_upload(png()), name="租约.png", by=person)
    assert watermark_of(paper, "食品经营许可") == "此件为复印件，未与原件核对，仅供办理“食品经营许可”时使用"
    with refused("no_issuer", InvalidInput):
        grade_paper(paper_id=paper.pk, grade="A", by=person)
    with refused("unknown_grade", InvalidInput):
        grade_paper(paper_id=paper.pk, grade="E", by=person)
    said = {}
    for grade, issuer in (("A", "演示市不动产登记中心"), ("B", ""), ("D", "")):
        paper = grade_paper(paper_id=paper.pk, grade=grade, issuer=issuer, by=person)
        said[grade] = watermark_of(paper)
    assert said == {
        "A": "此件由演示市不动产登记中心提供，仅供办理政务服务事项时使用，有效期至长期",
        "B": "此件经与原件核对无误，仅供办理政务服务事项时使用",
        "D": "此件由申请人自行出具，申请人承诺属实，仅供办理政务服务事项时使用",
    }
    assert (paper.graded_by_id, latest_of_kind("PaperGraded")[0].actor_id) == (clerk.id, clerk.id)
    marked, media_type = marked_content(paper)
    assert media_type == "image/png" and marked != png()
    with forbidden():
        grade_paper(
            paper_id=attach_paper(stored=store_upload(png()), name="x.png", by=actor_of(lin := make_person())).pk,
            grade="B",
            by=actor_of(lin),
        )


def test_a_result_goes_out_once_against_document_and_signature_or_code(clerk, monkeypatch):
    lin = make_person(name="林晓岚", number=(number := id_number()))
    firm_id = make_firm(lin).pk
    ours = clerk.office
    shelf = {
        "YW5": ports.Ready("YW5", lin.pk, None, make_office(name="演示市公安局").pk, "养犬", ("决定书",), "AB23CD47"),
        "YW1": ports.Ready("YW1", lin.pk, None, ours, "食品经营许可", ("准予决定书",), "K7PM3QRS"),
        "YW2": ports.Ready("YW2", uuid4(), None, ours, "社保", ("决定书",), "AB23CD45"),
        "YW4": ports.Ready("YW4", uuid4(), None, ours, "社保", ("决定书",), ""),
        "YW3": ports.Ready("YW3", uuid4(), firm_id, ours, "社保", ("决定书",), "AB23CD46"),
    }
    monkeypatch.setattr(ports, "_shelf", [shelf.get])
    here = receive(clerk, number=number)

    def hand_out(reference, **proof):
        return hand_out_result(reception_id=here.pk, reference=reference, by=clerk, **proof)

    with hidden():
        hand_out("YW9", proof="signature", signature="林晓岚")
    with refused("other_office"):  # not theirs, and the window does not serve it
        hand_out("YW5", proof="signature", signature="林晓岚")
    with refused("wrong_signature", InvalidInput):
        hand_out("YW1", proof="signature", signature="林晓")
    one = hand_out("YW1", proof="signature", signature="林晓岚")
    assert vault.open_text(bytes(one.signature_sealed), "halls_handout:YW1:signature") == "林晓岚"
    with refused("handed_out"):
        hand_out("YW1", proof="code", code="K7PM3QRS")
    with refused("not_theirs"):
        hand_out("YW2", proof="signature", signature="林晓岚")
    for reference, code in (("YW2", "K7PM3QRS"), ("YW4", ""), ("YW4", " ")):  # what has no code opens for nobody
        with refused("wrong_code", InvalidInput):
            hand_out(reference, proof="code", code=code)
    assert hand_out("yw2", proof="code", code="ab23 cd45").proof == "code"
    hand_out("YW3", proof="signature", signature="林晓岚")  # for the firm that they may act for
    assert set(handed_out(["YW1", "YW2", "YW3"])) == {"YW1", "YW2", "YW3"} and HandOut.objects.count() == 3
    assert latest_of_kind("ResultHandedOut")[-1].fact["proof"] == "signature"


def test_who_signs_up_later_finds_what_was_begun_at_the_window(clerk):
    number = id_number()
    here = receive(clerk, number=number, name="周子涵")
    newcomer = make_person(level=1)
    account = newcomer.account
    for answer, name in ((replace(MATCH, level=2), "周子涵"), (replace(MATCH, level=3), "周紫涵")):
        with refused("known_at_window"):  # who only knows name and number gets nothing of what lies there
            confirm_real_name(name=name, id_kind="resident_id", id_number=number, answer=answer, by=actor_of(newcomer))
    found = confirm_real_name(
        name="周子涵", id_kind="resident_id", id_number=number, answer=replace(MATCH, level=3), by=actor_of(newcomer)
    )
    assert (found.pk, found.account_id, Person.objects.get(pk=newcomer.pk).account_id) == (
        here.person_id, account.pk, None,
    )  # fmt: skip
    other = make_person(level=1)
    with refused("document_taken"):
        confirm_real_name(name="周子涵", id_kind="resident_id", id_number=number, answer=MATCH, by=actor_of(other))
