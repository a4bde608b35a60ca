"""Faults for the rules of submissions, states, journal and effects."""

import base64
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.verify.planting import case_of, dashed, entry_of, one, plant

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


@plant("journal")
def _node_of_another_tree(copy: Any) -> None:
    copy.sql('UPDATE journal_node SET hash = ? WHERE level = 4 AND "index" = 0', b"\x05" * 32)


@plant("journal")
def _node_lost(copy: Any) -> None:
    copy.sql('DELETE FROM journal_node WHERE "index" = (SELECT max("index") FROM journal_node) AND level = 4')


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
