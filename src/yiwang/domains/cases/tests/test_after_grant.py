"""After the grant: renewal, change, cancellation, silence; suspended and restored (行政许可法 art. 49, 50, 69, 70)."""

import datetime as dt
from uuid import UUID

import pytest

from yiwang.domains.cases.actions import submit_case
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries.after_grant import renew_until
from yiwang.domains.cases.queries.guards import obstacle
from yiwang.domains.cases.tests.lives import ANSWERS, CODE, OFFICE, publish, set_stage, work
from yiwang.domains.catalogue.content import Limit, Processing, Result, Text
from yiwang.domains.certificates.actions import restore_certificate, suspend_certificate, withdraw_certificate
from yiwang.domains.certificates.models import Certificate
from yiwang.domains.certificates.queries import ids_held, is_in_force, of_case
from yiwang.domains.certificates.tests.issuing import TYPE, make_type
from yiwang.domains.documents.models import Document
from yiwang.domains.documents.queries import data_of
from yiwang.domains.seals.actions import issue_seal
from yiwang.foundation.actions import InvalidInput
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import move_to, now, today
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.jobs.models import Job, Schedule
from yiwang.foundation.jobs.registry import regular
from yiwang.foundation.jobs.worker import work_until_idle
from yiwang.foundation.journal.queries import timeline
from yiwang.foundation.tests.refusing import forbidden, hidden, refused

pytestmark = pytest.mark.django_db

LICENCE = [Result("certificate", Text("许可证"), TYPE, 12)]
FIELDS = {"place": "shop_name"}


@pytest.fixture
def stage(at_noon):
    make_type()
    stage = set_stage(
        results=LICENCE, processing=Processing(certificate_fields=FIELDS), legal_limit=Limit(20), promised_limit=None
    )
    issue_seal(office_code=OFFICE, by=SYSTEM)
    return stage


def held(stage):
    """Return a certificate in force that was granted a moment ago."""
    certificate = of_case(stage.case_in("closed").pk)
    assert is_in_force(certificate)
    return certificate


def ask(stage, about, key, **wishes) -> Case:
    results = [Result("letter", Text("注销决定"))] if about == "cancellation" else LICENCE
    processing = Processing(about=about, certificate_fields=FIELDS)
    stage.item = publish(CODE + about, results=results, processing=processing, promised_limit=None)
    case, _new = submit_case(
        item_code=stage.item.code, answers=ANSWERS | {"shop_name": "新店名"}, key=key, by=stage.by("person"), **wishes
    )
    return case


def decide(stage, case) -> None:
    for event in ("accept", "review", "grant"):
        stage.do(event, case)
    work()


def test_article_49_a_change_puts_a_new_certificate_in_place_of_the_old_with_the_same_end(stage):
    old = held(stage)
    case = ask(stage, "change", "change")
    assert case.about_certificate_id == old.pk
    with refused("about_open"):
        ask(stage, "renewal", "at the same time")
    decide(stage, case)
    old.refresh_from_db()
    new = of_case(case.pk)
    assert (old.state, new.state, new.valid_until) == ("replaced", "valid", old.valid_until)
    assert list(ids_held(stage.by("person"), [TYPE]).values()) == [new.pk]
    assert "CertificateReplaced" in [e.kind for e in timeline(old.case_id)]


def test_article_50_a_renewal_counts_on_from_the_end_and_the_old_one_counts_until_the_new_one_is_signed(stage):
    old = held(stage)
    case = ask(stage, "renewal", "renewal", about_certificate_id=old.pk)
    for event in ("accept", "review", "grant"):
        stage.do(event, case)
    old.refresh_from_db()
    assert (old.state, of_case(case.pk).state) == ("valid", "intended"), "never is there none"
    work()
    old.refresh_from_db()
    assert (old.state, of_case(case.pk).valid_until) == ("replaced", dt.date(2028, 3, 18))


def test_article_50_silence_until_the_end_grants_a_renewal_that_was_asked_for_in_time(stage):
    old = held(stage)
    end = old.valid_until
    move_to(dt.datetime.combine(end - dt.timedelta(days=60), dt.time(12), dt.UTC))
    case = ask(stage, "renewal", "in time")
    stage.do("accept", case)
    stage.do("open_special", case, planned_workdays=40)
    with refused("not_due"):
        stage.do("grant_by_silence", case)
    move_to(dt.datetime.combine(end + dt.timedelta(days=1), dt.time(12), dt.UTC))
    Schedule.objects.all().delete()
    work_until_idle()
    case.refresh_from_db()
    old.refresh_from_db()
    assert (case.state, case.outcome, old.state) == ("closed", "granted", "replaced")
    assert "视为准予延续" in data_of(Document.objects.get(case_id=case.pk, kind="grant"))["decision"]
    granted = [e.fact for e in timeline(case.pk) if e.kind == "CaseGranted"]
    assert [fact["way"] for fact in granted] == ["silence"]


def test_those_who_asked_too_late_do_not_stand_in_the_way_of_those_who_asked_in_time(stage, monkeypatch):
    """However many cases stay as they are, and however few one look takes at a time, all are seen."""
    monkeypatch.setattr("yiwang.domains.cases.jobs.AT_MOST", 2)
    old = held(stage)
    move_to(dt.datetime.combine(old.valid_until - dt.timedelta(days=60), dt.time(12), dt.UTC))
    last = ask(stage, "renewal", "in time")
    stage.do("accept", last)
    blank = {"assignee": None, "query_code": "X", "accepted_at": now()}
    for at in range(3):  # their ids come first
        late = Certificate.objects.get(pk=old.pk)
        late.pk, late.number, late.verify_code, late.identifier = (
            UUID(int=at + 1),
            f"late {at}",
            f"LATE{at}",
            f"late {at}",
        )
        late.save(force_insert=True)
        row = Case.objects.get(pk=last.pk)
        for name, value in blank.items():
            setattr(row, name, value)
        row.pk, row.number, row.about_certificate_id = UUID(int=at + 1), f"late {at}", late.pk
        row.submitted_at = now() + dt.timedelta(days=55)
        row.save(force_insert=True)
    move_to(dt.datetime.combine(old.valid_until + dt.timedelta(days=1), dt.time(12), dt.UTC))
    regular["cases.grant_silent_renewals"].work()
    assert [job.payload["case"] for job in Job.objects.filter(kind="grant_renewal")] == [str(last.pk)]


def test_silence_grants_no_renewal_that_was_asked_for_too_late(stage):
    old = held(stage)
    move_to(dt.datetime.combine(old.valid_until - dt.timedelta(days=20), dt.time(12), dt.UTC))
    case = ask(stage, "renewal", "late")
    stage.do("accept", case)
    move_to(dt.datetime.combine(old.valid_until + dt.timedelta(days=1), dt.time(12), dt.UTC))
    with refused("asked_too_late"):
        stage.do("grant_by_silence", case)
    Schedule.objects.all().delete()
    work_until_idle()
    case.refresh_from_db()
    assert case.state == "accepted"


def test_the_page_says_the_last_day_that_the_guard_takes_also_where_the_end_is_a_day_off(stage):
    old = held(stage)
    case = ask(stage, "renewal", "any day")
    for end in (dt.date(2027, 5, 30), dt.date(2027, 5, 28)):  # a Sunday, and a Friday
        Certificate.objects.filter(pk=old.pk).update(valid_until=end)
        old.refresh_from_db()
        until = renew_until(old)
        found = []
        move_to(dt.datetime(2027, 6, 1, 4, tzinfo=dt.UTC))
        for day in (until, until + dt.timedelta(days=1)):
            case.submitted_at = dt.datetime.combine(day, dt.time(4), dt.UTC)
            found.append(obstacle(case, ["renewal_overdue"], SYSTEM))
        assert (found[0], found[1].code) == (None, "asked_too_late"), end
        assert calendar().add_workdays(until, 30) <= end < calendar().add_workdays(until + dt.timedelta(days=1), 30)


def test_article_70_a_holder_gives_a_certificate_up(stage):
    old = held(stage)
    case = ask(stage, "cancellation", "give up", about_certificate_id=old.pk)
    decide(stage, case)
    old.refresh_from_db()
    assert (old.state, Case.objects.get(pk=case.pk).state) == ("cancelled", "closed")


def test_only_a_certificate_of_ones_own_can_be_what_an_application_is_about(stage):
    old = held(stage)
    stage.parts["person"] = stage.by("stranger")
    with refused("unknown_certificate"):
        ask(stage, "renewal", "not mine", about_certificate_id=old.pk)
    stage.item = publish(CODE + "9")
    with refused("unknown_certificate"):
        submit_case(
            item_code=stage.item.code,
            answers=ANSWERS,
            key="nothing",
            about_certificate_id=old.pk,
            by=stage.by("person"),
        )


def test_a_certificate_is_suspended_and_restored_by_the_head_and_a_suspended_one_can_be_revoked(stage):
    certificate, head = held(stage), stage.by("head")
    with forbidden():
        suspend_certificate(certificate_id=certificate.pk, ground="punished", by=stage.by("reviewer"))
    with refused("no_ground", InvalidInput):
        suspend_certificate(certificate_id=certificate.pk, ground="mood", by=head)
    with refused("not_suspended"):
        restore_certificate(certificate_id=certificate.pk, by=head)
    suspend_certificate(certificate_id=certificate.pk, ground="punished", by=head)
    certificate.refresh_from_db()
    assert not is_in_force(certificate)
    with refused("not_valid_now"):
        suspend_certificate(certificate_id=certificate.pk, ground="punished", by=head)
    restore_certificate(certificate_id=certificate.pk, by=head)
    certificate.refresh_from_db()
    assert is_in_force(certificate)
    suspend_certificate(certificate_id=certificate.pk, ground="under_inquiry", by=head)
    withdraw_certificate(certificate_id=certificate.pk, state="revoked", ground="punished", by=head)
    certificate.refresh_from_db()
    assert certificate.state == "revoked"
    with hidden():
        restore_certificate(certificate_id=stage.person.pk, by=head)
    assert today()
