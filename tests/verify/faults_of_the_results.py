"""Faults for the rules of certificates, documents, numbers, files, deadlines, ratings, privacy and payments."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from tests.verify.planting import case_of, dashed, one, plant, resealed
from yiwang.domains.identity.tests.factories import id_number

ID_NUMBER = id_number(1)

# 5 certificates


@plant("certificates")
def _certificate_valid_and_unsigned(copy: Any) -> None:
    copy.sql("UPDATE certificates_certificate SET signed_at = NULL WHERE state = 'valid'")


@plant("certificates")
def _revoked_certificate_valid_again(copy: Any) -> None:
    copy.sql("UPDATE certificates_certificate SET state = 'valid' WHERE state = 'revoked'")


@plant("certificates")
def _signature_of_another_certificate(copy: Any) -> None:
    rows = copy.sql("SELECT id, signature_sealed FROM certificates_certificate ORDER BY state DESC, id LIMIT 2")
    (first, blob), (second, _) = rows
    place = "certificates_certificate:{}:signature"
    blob = resealed(copy, blob, place.format(dashed(first)), place.format(dashed(second)))
    copy.sql("UPDATE certificates_certificate SET signature_sealed = ? WHERE id = ?", blob, second)


@plant("certificates")
def _holder_changed(copy: Any) -> None:
    copy.sql("UPDATE certificates_certificate SET holder_name = '别人' WHERE state = 'valid'")


@plant("certificates")
def _identifier_changed(copy: Any) -> None:
    whose = case_of(copy, "k-granted")
    name = one(copy, "SELECT identifier FROM certificates_certificate WHERE case_id = ?", whose)
    parts = name.split(".")
    parts[-3] = f"{int(parts[-3]) + 7000}"
    copy.sql("UPDATE certificates_certificate SET identifier = ? WHERE case_id = ?", ".".join(parts), whose)


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
        "SELECT id, signature_sealed FROM documents_document WHERE kind IN ('refusal', 'withdrawal')"
        " ORDER BY kind, id LIMIT 2"
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


KEPT = {
    "paper": "SELECT storage_key FROM papers_paper WHERE removed_at IS NULL ORDER BY id",
    "document": "SELECT pdf_key FROM documents_document WHERE pdf_key <> '' ORDER BY id",
    "certificate": "SELECT pdf_key FROM certificates_certificate WHERE pdf_key <> '' ORDER BY id",
}
"""Kind of stored file → the rows that name some. What other tests of this process left in the folder is named by none."""


def stored(copy: Any, kind: str, at: int = 0) -> Path:
    key = copy.sql(KEPT[kind])[at][0]
    path: Path = copy.folder / "files" / key[:2] / key[2:4] / key
    assert path.is_file(), kind
    return path


def alter(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def swap(first: Path, second: Path) -> None:
    one_data, other = first.read_bytes(), second.read_bytes()
    first.write_bytes(other)
    second.write_bytes(one_data)


@plant("files")
def _file_of_a_paper_altered(copy: Any) -> None:
    alter(stored(copy, "paper"))


@plant("files")
def _pdf_of_a_document_altered(copy: Any) -> None:
    alter(stored(copy, "document"))


@plant("files")
def _pdf_of_a_certificate_altered(copy: Any) -> None:
    alter(stored(copy, "certificate"))


@plant("files")
def _file_of_a_paper_lost(copy: Any) -> None:
    stored(copy, "paper").unlink()


@plant("files")
def _pdf_of_a_document_lost(copy: Any) -> None:
    stored(copy, "document").unlink()


@plant("files")
def _pdf_of_a_certificate_lost(copy: Any) -> None:
    stored(copy, "certificate").unlink()


@plant("files")
def _two_papers_swapped(copy: Any) -> None:
    swap(stored(copy, "paper"), stored(copy, "paper", 1))


@plant("files")
def _two_pdfs_swapped(copy: Any) -> None:
    swap(stored(copy, "document"), stored(copy, "certificate"))


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
def _second_factor_in_clear(copy: Any) -> None:
    copy.sql("UPDATE mfa_authenticator SET data = ?", json.dumps({"secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"}))


@plant("privacy")
def _id_number_in_a_job(copy: Any) -> None:
    text = json.dumps({"note": f"号{ID_NUMBER[:6]} {ID_NUMBER[6:14]} {ID_NUMBER[14:]}"})
    copy.sql("UPDATE jobs_job SET payload = ? WHERE id = ?", text, one(copy, "SELECT id FROM jobs_job"))


@plant("privacy")
def _full_width_number_in_a_reason(copy: Any) -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in ID_NUMBER)
    copy.sql("UPDATE reads_read SET reason = ?", f"核对{wide}")


# 12 payments


@plant("payments")
def _line_of_the_ledger_taken_out(copy: Any) -> None:
    copy.sql("DELETE FROM payments_ledgerline WHERE kind = 'surplus'")


@plant("payments")
def _fee_made_smaller_after_the_fact(copy: Any) -> None:
    copy.sql("UPDATE payments_chargeline SET amount_fen = amount_fen - 1000")


@plant("payments")
def _paid_without_money(copy: Any) -> None:
    copy.sql("DELETE FROM payments_payment WHERE state = 'paid'")


@plant("payments")
def _receipt_that_is_gone(copy: Any) -> None:
    copy.sql("DELETE FROM payments_receipt")


# 13 deliveries


@plant("deliveries")
def _delivered_and_nobody_signed(copy: Any) -> None:
    copy.sql("UPDATE deliveries_trackevent SET signer = '' WHERE kind = 'delivered'")


@plant("deliveries")
def _delivered_earlier_than_the_receipt_says(copy: Any) -> None:
    copy.sql("UPDATE deliveries_delivery SET delivered_at = chosen_at WHERE reference = 'PARCEL-1'")


@plant("deliveries")
def _sent_back_and_told_to_be_delivered(copy: Any) -> None:
    copy.sql("UPDATE deliveries_delivery SET state = 'delivered', delivered_at = chosen_at WHERE state = 'returned'")


@plant("deliveries")
def _late_event_that_counted(copy: Any) -> None:
    copy.sql("UPDATE deliveries_trackevent SET number = 9 WHERE kind = 'collected'")


@plant("deliveries", "states")
def _case_closed_before_its_parcel_arrived(copy: Any) -> None:
    case = case_of(copy, "k-parcel")
    copy.sql("UPDATE cases_case SET state = 'closed', is_open = ?, closed_at = submitted_at WHERE id = ?", False, case)


# 14 automatic decisions


@plant("automatic")
def _rule_changed_after_publishing(copy: Any) -> None:
    copy.sql("UPDATE rules_ruleversion SET content = replace(content, '小满', '大满')")


@plant("automatic")
def _rule_that_ends_with_a_grant(copy: Any) -> None:
    jdm = json.loads(one(copy, "SELECT jdm FROM rules_ruleversion"))
    jdm["nodes"][1]["content"]["rules"][-1]["o"] = '"grant"'
    copy.sql("UPDATE rules_ruleversion SET jdm = ?", json.dumps(jdm))


@plant("automatic")
def _verdict_turned(copy: Any) -> None:
    copy.sql("UPDATE rules_automaticdecision SET outcome = 'person' WHERE outcome = 'grant'")


@plant("automatic")
def _verdict_lost(copy: Any) -> None:
    copy.sql("DELETE FROM rules_automaticdecision WHERE outcome = 'grant'")


@plant("automatic")
def _rule_on_the_version_of_nobody(copy: Any) -> None:
    copy.sql("UPDATE rules_rule SET current = id")
