"""The verifier is silent on a store that real actions made, and finds every fault that is planted in it."""

import base64
import datetime as dt
import json
import os
import time
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import yiwang_verify
from yiwang.domains.identity.tests.factories import id_number

pytestmark = pytest.mark.django_db

ID_NUMBER = id_number(1)
PLANTS: list[Any] = []


def plant(*rules: str) -> Callable[[Any], Any]:
    """Have the function damage a copy; the rules named, and no others, must find it."""

    def note(function: Any) -> Any:
        name = function.__name__.removeprefix("_")
        PLANTS.append(pytest.param(function, set(rules), id=name))
        return function

    return note


def one(copy: Any, statement: str, *values: Any) -> Any:
    """The first column of the first row; the test is no good without one."""
    rows = copy.sql(statement, *values)
    assert rows, statement
    return rows[0][0]


def case_of(copy: Any, key: str) -> Any:
    return one(copy, "SELECT case_id FROM cases_submitkey WHERE key LIKE ?", f"%:{key}")


def entry_of(copy: Any, kind: str) -> int:
    return one(copy, "SELECT id FROM journal_entry WHERE kind = ? ORDER BY id", kind)


def resealed(copy: Any, blob: bytes, place: str, new_place: str) -> bytes:
    """What somebody who holds the keys could write: a value opened at one place and sealed for another."""
    key = AESGCM(base64.b64decode(json.loads((copy.folder / "keys" / "vault.json").read_text())["vault"]["1"]))
    plain = key.decrypt(bytes(blob)[1:13], bytes(blob)[13:], place.encode())
    nonce = os.urandom(12)
    return b"\x01" + nonce + key.encrypt(nonce, plain, new_place.encode())


def dashed(value: Any) -> str:
    text = str(value).replace("-", "")
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


# 1 submissions


@plant("submissions")
def _submit_key_lost(copy: Any) -> None:
    copy.sql("DELETE FROM cases_submitkey WHERE key LIKE ?", "%:k-granted")


@plant("submissions")
def _second_number_of_a_case(copy: Any) -> None:
    copy.sql(
        "INSERT INTO cases_casenumber (number, case_id) VALUES (?, ?)", "X202603180001", case_of(copy, "k-granted")
    )


@plant("submissions", "journal")
def _fact_of_a_submission_lost_for_another_kind(copy: Any) -> None:
    case = case_of(copy, "k-waiting")
    copy.sql("UPDATE journal_entry SET fact = ? WHERE kind = 'CaseSubmitted' AND case_id = ?",
             json.dumps({"case_id": dashed(case), "item_code": "OTHER", "office_code": "X", "state": "submitted"}), case)  # fmt: skip


# 2 states


@plant("states")
def _state_changed(copy: Any) -> None:
    copy.sql("UPDATE cases_case SET state = 'correction' WHERE id = ?", case_of(copy, "k-waiting"))


@plant("states")
def _outcome_changed(copy: Any) -> None:
    copy.sql("UPDATE cases_case SET outcome = 'granted' WHERE id = ?", case_of(copy, "k-refused"))


@plant("states")
def _acceptance_dated_back(copy: Any) -> None:
    copy.sql("UPDATE cases_case SET accepted_at = submitted_at WHERE id = ?", case_of(copy, "k-corrected"))


@plant("states")
def _query_code_lost(copy: Any) -> None:
    copy.sql("UPDATE cases_case SET applicant_name = '' WHERE id = ?", case_of(copy, "k-waiting"))


@plant("states", "journal", "effects", "documents", "deadlines")
def _step_deleted(copy: Any) -> None:
    copy.sql("DELETE FROM journal_entry WHERE kind = 'CaseAccepted' AND case_id = ?", case_of(copy, "k-corrected"))


# 3 journal


@plant("journal")
def _byte_of_a_fact_flipped(copy: Any) -> None:
    copy.sql(
        "UPDATE journal_entry SET fact = ? WHERE id = ?", '{"added": 2, "changed": 0}', entry_of(copy, "OfficesLoaded")
    )


@plant("journal")
def _entry_dated_back(copy: Any) -> None:
    entry = entry_of(copy, "StaffAppointed")
    copy.sql("UPDATE journal_entry SET recorded_at = '2020-02-02 02:02:02+00:00' WHERE id = ?", entry)


@plant("journal")
def _actor_changed(copy: Any) -> None:
    copy.sql("UPDATE journal_entry SET actor_kind = 'staff' WHERE id = ?", entry_of(copy, "SealIssued"))


@plant("journal")
def _entry_deleted(copy: Any) -> None:
    copy.sql("DELETE FROM journal_entry WHERE id = ?", entry_of(copy, "StaffAppointed"))


@plant("journal")
def _two_leaves_swapped(copy: Any) -> None:
    for old, new in ((3, -1), (4, 3), (-1, 4)):
        copy.sql('UPDATE journal_leaf SET "index" = ? WHERE "index" = ?', new, old)


@plant("journal")
def _last_leaf_deleted(copy: Any) -> None:
    copy.sql('DELETE FROM journal_leaf WHERE "index" = (SELECT max("index") FROM journal_leaf)')


@plant("journal")
def _root_of_a_checkpoint_changed(copy: Any) -> None:
    copy.sql(
        "UPDATE journal_checkpoint SET root = ? WHERE size = (SELECT min(size) FROM journal_checkpoint)", b"\x07" * 32
    )


@plant("journal")
def _checkpoint_signed_by_another_key(copy: Any) -> None:
    size, root = copy.sql("SELECT size, root FROM journal_checkpoint ORDER BY size DESC")[0]
    key = Ed25519PrivateKey.generate()
    text = f"yiwang journal\n{size}\n{base64.b64encode(bytes(root)).decode()}\n0\n".encode()
    copy.sql(
        "UPDATE journal_checkpoint SET key_id = ?, signature = ?, signed_at = '1970-01-01 00:00:00+00:00' WHERE size = ?",
        "ed25519:" + key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex(),
        base64.b64encode(key.sign(text)).decode(),
        size,
    )


@plant("journal")
def _frontier_set_back(copy: Any) -> None:
    copy.sql("UPDATE journal_frontier SET size = size - 1")


# 4 effects


@plant("effects")
def _effect_lost(copy: Any) -> None:
    entry = one(copy, "SELECT entry_id FROM journal_effect WHERE consumer LIKE '%tell_finished' ORDER BY entry_id")
    copy.sql("DELETE FROM journal_effect WHERE consumer LIKE '%tell_finished' AND entry_id = ?", entry)


@plant("effects")
def _effect_of_nothing(copy: Any) -> None:
    copy.sql("INSERT INTO journal_effect (consumer, entry_id) VALUES ('domains.cases.tell_finished', 999999)")


@plant("effects")
def _cursor_beyond_the_journal(copy: Any) -> None:
    copy.sql("UPDATE journal_cursor SET position = position + 1 WHERE consumer = 'journal.sequencer'")


@plant("effects")
def _fact_forgotten_on_the_ladder(copy: Any) -> None:
    entry = one(copy, "SELECT entry_id FROM journal_effect WHERE consumer LIKE '%tell_finished' ORDER BY entry_id")
    copy.sql("DELETE FROM journal_effect WHERE consumer LIKE '%tell_finished' AND entry_id = ?", entry)
    copy.sql(
        "INSERT INTO journal_retry (consumer, entry_id, attempts, state, next_try_at, first_failed_at, error)"
        " VALUES ('domains.cases.tell_finished', ?, 2, 'waiting', ?, ?, 'LookupError')",
        entry, "2026-01-01 00:00:00+00:00", "2026-01-01 00:00:00+00:00",
    )  # fmt: skip


@plant("effects")
def _job_forgotten(copy: Any) -> None:
    job = one(copy, "SELECT id FROM jobs_job ORDER BY created_at")
    copy.sql("UPDATE jobs_job SET state = 'waiting', done_at = NULL WHERE id = ?", job)


# 5 certificates


@plant("certificates")
def _certificate_valid_and_unsigned(copy: Any) -> None:
    copy.sql("UPDATE certificates_certificate SET signed_at = NULL WHERE state = 'valid'")


@plant("certificates")
def _revoked_certificate_valid_again(copy: Any) -> None:
    copy.sql("UPDATE certificates_certificate SET state = 'valid' WHERE state = 'revoked'")


@plant("certificates")
def _signature_of_another_certificate(copy: Any) -> None:
    (first, blob), (second, _) = copy.sql("SELECT id, signature_sealed FROM certificates_certificate ORDER BY state")
    place = "certificates_certificate:{}:signature"
    blob = resealed(copy, blob, place.format(dashed(first)), place.format(dashed(second)))
    copy.sql("UPDATE certificates_certificate SET signature_sealed = ? WHERE id = ?", blob, second)


@plant("certificates")
def _holder_changed(copy: Any) -> None:
    copy.sql("UPDATE certificates_certificate SET holder_name = '别人' WHERE state = 'valid'")


@plant("certificates", "numbers")
def _identifier_changed(copy: Any) -> None:
    name = one(copy, "SELECT identifier FROM certificates_certificate WHERE state = 'valid'")
    parts = name.split(".")
    parts[-3] = f"{int(parts[-3]) + 7000}"
    copy.sql("UPDATE certificates_certificate SET identifier = ? WHERE state = 'valid'", ".".join(parts))


@plant("certificates")
def _certificate_of_a_case_that_was_refused(copy: Any) -> None:
    refused = case_of(copy, "k-refused")
    copy.sql("UPDATE certificates_certificate SET case_id = ? WHERE state = 'valid'", refused)


@plant("certificates")
def _intent_without_outcome(copy: Any) -> None:
    copy.sql(
        "UPDATE certificates_certificate SET state = 'intended', signed_at = NULL, signature_sealed = NULL WHERE state = 'valid'"
    )


# 6 documents


@plant("documents")
def _document_deleted(copy: Any) -> None:
    copy.sql("DELETE FROM documents_document WHERE kind = 'refusal'")


@plant("documents")
def _data_of_another_document(copy: Any) -> None:
    blob = one(copy, "SELECT data_sealed FROM documents_document WHERE kind = 'refusal'")
    copy.sql("UPDATE documents_document SET data_sealed = ? WHERE kind = 'withdrawal'", blob)


@plant("documents")
def _document_with_the_seal_of_another(copy: Any) -> None:
    (first, blob), (second, _) = copy.sql(
        "SELECT id, signature_sealed FROM documents_document WHERE kind IN ('refusal', 'withdrawal') ORDER BY kind"
    )
    place = "documents_document:{}:signature"
    blob = resealed(copy, blob, place.format(dashed(first)), place.format(dashed(second)))
    copy.sql("UPDATE documents_document SET signature_sealed = ? WHERE id = ?", blob, second)


@plant("documents")
def _document_number_doubled(copy: Any) -> None:
    number = one(copy, "SELECT number FROM documents_document WHERE kind = 'receipt' ORDER BY created_at")
    copy.sql(
        "UPDATE documents_document SET number = ? WHERE kind = 'receipt' AND case_id = ?",
        number,
        case_of(copy, "k-waiting"),
    )


@plant("documents")
def _document_unsealed(copy: Any) -> None:
    copy.sql("UPDATE documents_document SET sealed_at = NULL, signature_sealed = NULL WHERE kind = 'refusal'")


# 7 numbers


@plant("numbers", "documents")
def _number_of_another_day(copy: Any) -> None:
    case = case_of(copy, "k-waiting")
    number = one(copy, "SELECT number FROM cases_case WHERE id = ?", case)
    other = number[:-12] + "20200101" + number[-4:]
    copy.sql("UPDATE cases_case SET number = ? WHERE id = ?", other, case)
    copy.sql("UPDATE cases_casenumber SET number = ? WHERE case_id = ?", other, case)


@plant("numbers", "submissions", "documents")
def _case_number_doubled(copy: Any) -> None:
    number = one(copy, "SELECT number FROM cases_case WHERE id = ?", case_of(copy, "k-granted"))
    copy.sql("UPDATE cases_case SET number = ? WHERE id = ?", number, case_of(copy, "k-refused"))


@plant("numbers")
def _series_set_back(copy: Any) -> None:
    copy.sql("UPDATE numbers_series SET next_free = 1 WHERE name LIKE 'case:%'")


# 8 files


def stored(copy: Any) -> list[Any]:
    return sorted(path for path in (copy.folder / "files").rglob("*") if path.is_file())


@plant("files")
def _file_altered(copy: Any) -> None:
    path = stored(copy)[0]
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


@plant("files")
def _file_lost(copy: Any) -> None:
    stored(copy)[1].unlink()


@plant("files")
def _two_files_swapped(copy: Any) -> None:
    first, second = stored(copy)[:2]
    one_data, other = first.read_bytes(), second.read_bytes()
    first.write_bytes(other)
    second.write_bytes(one_data)


@plant("files")
def _paper_taken_out_of_its_case(copy: Any) -> None:
    copy.sql("UPDATE papers_paper SET case_id = NULL WHERE case_id = ?", case_of(copy, "k-granted"))


# 9 deadlines


@plant("deadlines")
def _due_date_moved(copy: Any) -> None:
    case = case_of(copy, "k-waiting")
    due = dt.date.fromisoformat(str(one(copy, "SELECT due_on FROM cases_case WHERE id = ?", case))) + dt.timedelta(
        days=1
    )
    copy.sql("UPDATE cases_caseclock SET legal_due_on = ? WHERE case_id = ?", due.isoformat(), case)
    copy.sql("UPDATE cases_case SET due_on = ?, legal_due_on = ? WHERE id = ?", due.isoformat(), due.isoformat(), case)


@plant("deadlines")
def _clock_runs_after_the_end(copy: Any) -> None:
    copy.sql("UPDATE cases_caseclock SET ended_on = NULL WHERE case_id = ?", case_of(copy, "k-withdrawn"))


@plant("deadlines")
def _clock_started_a_day_late(copy: Any) -> None:
    copy.sql(
        "UPDATE cases_caseclock SET started_on = ended_on WHERE kind = 'correction' AND case_id = ?",
        case_of(copy, "k-lapsed"),
    )


@plant("deadlines")
def _day_off_removed_from_the_calendar(copy: Any) -> None:
    copy.sql("DELETE FROM clock_calendarday")
    copy.sql("DELETE FROM clock_calendaryear")


@plant("deadlines")
def _provisional_mark_flipped(copy: Any) -> None:
    copy.sql("UPDATE cases_caseclock SET is_provisional = ? WHERE case_id = ?", True, case_of(copy, "k-waiting"))


@plant("deadlines")
def _case_due_later_than_its_clock(copy: Any) -> None:
    copy.sql("UPDATE cases_case SET due_on = '2099-01-01' WHERE id = ?", case_of(copy, "k-waiting"))


# 10 ratings


@plant("ratings")
def _rating_counted_twice(copy: Any) -> None:
    copy.sql("UPDATE ratings_ratingcount SET count = count + 1 WHERE subject_kind = 'office'")


@plant("ratings")
def _grade_made_better(copy: Any) -> None:
    copy.sql("UPDATE ratings_rating SET grade = 'very_satisfied'")


# 11 privacy


@plant("privacy")
def _id_number_in_a_log(copy: Any) -> None:
    (copy.folder / "web.log").write_text(
        f"2026-03-18 12:00:00 INFO views 提交人{ID_NUMBER}，已收件\n", encoding="utf-8"
    )


@plant("privacy")
def _mobile_number_in_sent_messages(copy: Any) -> None:
    with (copy.folder / "sms.jsonl").open("a") as out:
        out.write(json.dumps({"to": "13912345678", "text": "好了", "key": "x"}) + "\n")


@plant("privacy")
def _answers_in_clear(copy: Any) -> None:
    copy.sql("UPDATE cases_case SET answers_sealed = ? WHERE id = ?", b'{"shop_name": "x"}', case_of(copy, "k-waiting"))


@plant("privacy")
def _answers_of_another_case(copy: Any) -> None:
    blob = one(copy, "SELECT answers_sealed FROM cases_case WHERE id = ?", case_of(copy, "k-granted"))
    copy.sql("UPDATE cases_case SET answers_sealed = ? WHERE id = ?", blob, case_of(copy, "k-waiting"))


@plant("privacy")
def _id_number_in_a_job(copy: Any) -> None:
    text = json.dumps({"note": f"号{ID_NUMBER[:6]} {ID_NUMBER[6:14]} {ID_NUMBER[14:]}"})
    copy.sql("UPDATE jobs_job SET payload = ? WHERE id = ?", text, one(copy, "SELECT id FROM jobs_job"))


@plant("privacy")
def _full_width_number_in_a_reason(copy: Any) -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in ID_NUMBER)
    copy.sql("UPDATE reads_read SET reason = ?", f"核对{wide}")


# -----------------------------------------------------------------------------------------------------------------------


def test_the_store_that_actions_made_holds(copy: Any, ledger: Any) -> None:
    assert copy.run("--ledger", str(ledger())) == (0, {})


@pytest.mark.parametrize(("fault", "rules"), PLANTS)
def test_each_fault_is_found_by_its_rule_and_by_no_other(copy: Any, fault: Any, rules: set[str]) -> None:
    fault(copy)
    code, broken = copy.run()
    assert (code, set(broken)) == (1, rules), broken


def test_faults_are_many_and_every_rule_has_some() -> None:
    named = {rule for param in PLANTS for rule in param.values[1]}
    assert len(PLANTS) >= 24
    assert named == {name for name, _, _ in yiwang_verify.rules.RULES}


def test_an_acknowledged_submission_that_is_not_there_is_found(copy: Any, ledger: Any) -> None:
    code, broken = copy.run("--ledger", str(ledger({"key": "k-lost", "number": "X1"})))
    assert (code, set(broken)) == (1, {"submissions"})
    code, broken = copy.run("--ledger", str(ledger({"key": "k-granted", "number": "X1"})))
    assert (code, set(broken)) == (1, {"submissions"})
    assert copy.run("--ledger", str(ledger({"key": "k-never-answered", "number": ""})))[0] == 0


def test_a_tail_written_anew_is_found_by_the_outside_anchor(copy: Any, tmp_path: Any) -> None:
    size, root = copy.sql("SELECT size, root FROM journal_checkpoint ORDER BY size")[0]
    anchor = tmp_path / "anchor.jsonl"
    for known, expected in ((bytes(root), 0), (b"\x01" * 32, 1)):
        anchor.write_text(json.dumps({"size": size, "root": base64.b64encode(known).decode()}))
        assert copy.run("--anchor", str(anchor))[0] == expected
    anchor.write_text(json.dumps({"size": 10**6, "root": base64.b64encode(bytes(root)).decode()}))
    assert set(copy.run("--anchor", str(anchor))[1]) == {"journal"}


def test_what_waits_is_judged_by_the_moment_given(copy: Any) -> None:
    copy.sql('DELETE FROM journal_leaf WHERE "index" >= 0')
    copy.sql("DELETE FROM journal_checkpoint")
    copy.sql("DELETE FROM journal_frontier")
    assert set(copy.run()[1]) == {"journal"}
    assert copy.run("--at", "2000-01-01")[0] == 0
    assert copy.run("--sealing-grace", "100000000")[0] == 0


def test_a_file_that_nothing_names_is_told_and_breaks_nothing(copy: Any) -> None:
    stray = copy.folder / "files" / "aa" / "bb" / ("aabb" + "0" * 28)
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"x")
    long_ago = time.time() - 7200
    os.utime(stray, (long_ago, long_ago))
    assert yiwang_verify.main(["--database", copy.url, "--dir", str(copy.folder)]) == 0
    out = copy.capture.readouterr().out
    assert "note: 1 files in the store belong to nothing" in out
    assert out.splitlines()[-1] == "everything holds"
    assert sum(line.startswith("ok ") for line in out.splitlines()) == 11


def test_wrong_use_and_unreadable_stores_end_with_2(copy: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("YIWANG_DIR", raising=False)
    folder = str(copy.folder)
    damaged = tmp_path / "damaged.sqlite3"
    damaged.write_bytes(b"this is no database, and it is long enough to be looked at" * 40)
    for words in (
        [],
        ["--dir", str(tmp_path / "nowhere")],
        ["--dir", folder, "--database", "sqlite:///nowhere/at/all.sqlite3"],
        ["--dir", folder, "--database", f"sqlite:///{damaged}"],
        ["--dir", folder, "--database", "mysql://x/y"],
        ["--dir", folder, "--database", copy.url, "--table", str(tmp_path / "none.json")],
        ["--dir", folder, "--database", copy.url, "--ledger", str(tmp_path / "none.jsonl")],
        ["--no-such-word"],
    ):
        copy.capture.readouterr()
        assert yiwang_verify.main(words) == 2, words
        assert copy.capture.readouterr().err.strip(), words


def test_nothing_is_written_while_verifying(copy: Any) -> None:
    if not copy.url.startswith("sqlite"):
        pytest.skip("PostgreSQL is asked for a READ ONLY transaction")
    before = {path: path.read_bytes() for path in copy.folder.rglob("*") if path.is_file()}
    copy.run()
    after = {path: path.read_bytes() for path in copy.folder.rglob("*") if path.is_file()}
    assert {p: d for p, d in after.items() if not p.name.endswith(("-wal", "-shm"))} == before
