"""The verifier is silent on a store that real actions made, and finds every fault that is planted in it."""

import base64
import json
import os
import time
from typing import Any

import pytest

import yiwang_verify
from tests.verify import faults_of_the_joint_cases, faults_of_the_procedure, faults_of_the_record, faults_of_the_results
from tests.verify.planting import plants_of

pytestmark = pytest.mark.django_db

PLANTS = plants_of(faults_of_the_joint_cases, faults_of_the_record, faults_of_the_results, faults_of_the_procedure)


def test_the_store_that_actions_made_holds(copy: Any, ledger: Any) -> None:
    assert copy.run("--ledger", str(ledger())) == (0, {})


@pytest.mark.parametrize(("fault", "rules"), PLANTS)
def test_each_fault_is_found_by_its_rule_and_by_no_other(copy: Any, fault: Any, rules: set[str]) -> None:
    fault(copy)
    code, broken = copy.run()
    assert (code, set(broken)) == (1, rules), broken


def test_faults_are_many_and_every_rule_has_some() -> None:
    named = {rule for param in PLANTS for rule in param.values[1]}
    assert len(PLANTS) >= 60
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
    copy.sql("DELETE FROM journal_node")
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
    assert sum(line.startswith("ok ") for line in out.splitlines()) == len(yiwang_verify.rules.RULES)


def test_wrong_use_and_unreadable_stores_end_with_2(copy: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("YIWANG_DIR", raising=False)
    monkeypatch.setattr("yiwang_verify.command.DEMO", tmp_path / "demo")
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
