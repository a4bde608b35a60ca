"""Papers: stored the moment they are attached, encrypted, one's own until a case rests on them."""

import hashlib
import json
from uuid import UUID, uuid4

import pytest
from django.conf import settings

from yiwang.domains.identity.tests.factories import actor_of, make_person, make_staff
from yiwang.domains.papers import actions
from yiwang.domains.papers.actions import attach_paper, attach_papers, hand_in_papers, remove_paper
from yiwang.domains.papers.models import Paper
from yiwang.domains.papers.queries import content_of, my_papers, papers_of, store_upload
from yiwang.foundation import files, vault
from yiwang.foundation.actions import InvalidInput
from yiwang.foundation.actors import ANONYMOUS, SYSTEM
from yiwang.foundation.jobs.worker import work_until_idle
from yiwang.foundation.journal.queries import latest_of_kind
from yiwang.foundation.tests.refusing import forbidden, hidden, refused

pytestmark = pytest.mark.django_db

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R/Size 3>>\nstartxref\n9\n%%EOF\n"
)
CASE = UUID(int=7)


@pytest.fixture
def lin():
    return actor_of(make_person(name="林晓岚"))


def attach(by, name="布局图.pdf"):
    return attach_paper(stored=store_upload(PDF), name=name, by=by)


def test_a_paper_comes_back_as_it_was_handed_in(lin):
    paper = attach(lin)
    assert content_of(paper) == PDF
    assert (paper.media_type, paper.size, paper.grade) == ("application/pdf", len(PDF), "C")
    assert paper.sha256 == hashlib.sha256(PDF).hexdigest()
    assert list(my_papers(lin)) == [paper]
    fact = latest_of_kind("PaperAttached")[0].fact
    assert fact == {"paper_id": str(paper.pk), "sha256": paper.sha256, "size": paper.size}
    assert "布局图" not in json.dumps(fact, ensure_ascii=False)


def test_on_disk_a_paper_is_unreadable_and_bound_to_its_row(lin):
    one, two = attach(lin), attach(lin)
    stored = [p for p in (settings.YIWANG_DIR / "files").rglob("*") if p.name == one.storage_key]
    assert len(stored) == 1
    assert b"%PDF" not in stored[0].read_bytes()
    one.storage_key = two.storage_key
    with pytest.raises(vault.Altered):
        content_of(one)


@pytest.mark.parametrize("data", [b"", b"MZ\x90\x00 a program", b"<html><script>", b"just words"])
def test_what_is_no_paper_is_not_stored(data):
    with pytest.raises(files.FileRefused):
        store_upload(data)


def test_several_papers_come_all_or_not_at_all(lin, monkeypatch):
    monkeypatch.setattr(actions, "MOST_LOOSE_PAPERS", 2)
    with refused("too_many_papers"):
        attach_papers(files=[(store_upload(PDF), f"{n}.pdf") for n in range(3)], by=lin)
    assert not Paper.objects.exists()
    assert len(attach_papers(files=[(store_upload(PDF), f"{n}.pdf") for n in range(2)], by=lin)) == 2


def test_only_people_hand_papers_in():
    for who in (ANONYMOUS, SYSTEM, actor_of(make_staff())):
        with forbidden():
            attach(who)
        with forbidden():
            hand_in_papers(paper_ids=[], case_id=CASE, by=who)
        assert not my_papers(who).exists()


def test_a_paper_that_a_case_rests_on_stays(lin):
    paper = attach(lin)
    hand_in_papers(paper_ids=[paper.pk], case_id=CASE, by=lin)
    assert papers_of(CASE) == [paper]
    with forbidden():
        remove_paper(paper_id=paper.pk, by=lin)
    assert Paper.objects.get().removed_at is None


def test_handing_in_the_same_paper_to_the_same_case_again_changes_nothing(lin):
    paper = attach(lin)
    for _ in range(2):
        assert hand_in_papers(paper_ids=[paper.pk], case_id=CASE, by=lin) == [paper]


def test_a_paper_of_somebody_else_is_not_there(lin):
    theirs = attach(actor_of(make_person()))
    with hidden():
        remove_paper(paper_id=theirs.pk, by=lin)
    for paper_id in (theirs.pk, uuid4()):
        with refused("unknown_paper", InvalidInput):
            hand_in_papers(paper_ids=[paper_id], case_id=CASE, by=lin)
    assert list(my_papers(lin)) == []


def test_one_wrong_paper_holds_all_back(lin):
    mine, elsewhere = attach(lin), attach(lin)
    hand_in_papers(paper_ids=[elsewhere.pk], case_id=UUID(int=8), by=lin)
    with refused("unknown_paper", InvalidInput):
        hand_in_papers(paper_ids=[mine.pk, elsewhere.pk], case_id=CASE, by=lin)
    mine.refresh_from_db()
    assert mine.case_id is None


def test_a_loose_paper_is_taken_away_again_and_its_file_with_it(lin):
    paper = attach(lin)
    remove_paper(paper_id=paper.pk, by=lin)
    assert not my_papers(lin).exists()
    assert latest_of_kind("PaperRemoved")[0].fact == {"paper_id": str(paper.pk)}
    with hidden():
        remove_paper(paper_id=paper.pk, by=lin)
    with refused("unknown_paper", InvalidInput):
        hand_in_papers(paper_ids=[paper.pk], case_id=CASE, by=lin)
    work_until_idle()
    with pytest.raises(files.FileMissing):
        content_of(paper)
