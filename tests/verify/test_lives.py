"""Lives of cases at random, all in one store: each beside a model written from the law, and at the end the verifier is silent.

`src/yiwang/domains/cases/tests/test_lives.py` looks for the one life that leaves the law, and undoes each. These lives
stay: with ratings, certificates and letters, for the journal to be proved over all of them.
"""

import datetime as dt
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection

import yiwang_verify
from conftest import on_postgres
from tests.verify.conftest import _copied_out, _on_server, _server
from yiwang.domains.cases.actions import ask_for_hearing
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries import hearing_record_number
from yiwang.domains.cases.tests.lifelong import Life, World, make_world
from yiwang.domains.cases.tests.lives import OFFICE, Stage, work
from yiwang.domains.catalogue.content import Result, Text
from yiwang.domains.certificates.tests.issuing import TYPE, make_type
from yiwang.domains.ratings.actions import rate_case
from yiwang.domains.ratings.queries import rating_of
from yiwang.domains.seals.actions import issue_seal
from yiwang.foundation.actions import NotVisible, Refused
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import move_to, moved_to, now, today
from yiwang.foundation.clock.actions import set_calendar
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.jobs.worker import work_until_idle

STEPS = 18
DECIDED = frozenset({"closed", "refused_acceptance", "not_needed", "terminated"})
"""A case is rated when an office has ended it; who withdrew, or let it lapse, was not served."""


@dataclass
class Lives:
    """Plays one life after another in one world, and counts."""

    world: World
    ratings: int = 0
    acknowledged: list[dict[str, str]] = field(default_factory=list)
    endings: dict[str, int] = field(default_factory=dict)

    def live(self, seed: int) -> None:
        """One case from its submission on, among all who might do something to it."""
        chance, key = Random(seed), f"life-{seed}"
        life = Life(self.world, chance, key=key, channel="api")
        self.acknowledged.append({"key": key, "number": life.case.number})
        for _ in range(STEPS):
            life.something_happens()
            if chance.random() < 0.1:
                self.rate(life)
        life.is_lawful()
        self.endings[life.model.state] = self.endings.get(life.model.state, 0) + 1

    def rate(self, life: Life) -> None:
        """Give a grade: once, by its person, when the case is over."""
        case = Case.objects.get(pk=life.case_id)
        part, state = life.chance.choice(["person", "person", "stranger", "window"]), life.model.state
        before = rating_of(case)
        try:
            rate_case(case_id=case.pk, grade="satisfied", comment="快", by=self.world.stage.by(part))
        except (Refused, NotVisible, PermissionDenied):
            assert part != "person" or state not in DECIDED or before is not None, life.model.path
            self.world.refusals += 1
        else:
            assert part == "person" and state in DECIDED and before is None, (life.model.path, part)
            self.ratings += 1


@pytest.fixture
def lives(transactional_db: None) -> Lives:
    """Give a world with an item of each kind, some of which end in a certificate."""
    make_type()
    set_calendar(days={}, official_years={now().year: "演示通知"}, by=SYSTEM)
    world = make_world(results=[Result("certificate", Text("许可证"), TYPE, 60)])
    issue_seal(office_code=OFFICE, by=SYSTEM)
    work()
    return Lives(world)


def verified(folder: Path, acknowledged: list[dict[str, str]], capture: Any) -> tuple[int, Any]:
    """Copy the store out and prove it against what was acknowledged; return the exit code and what was found."""
    for name in ("keys", "files", "authority"):
        if (settings.YIWANG_DIR / name).exists():
            shutil.copytree(settings.YIWANG_DIR / name, folder / name)
    database = _copied_out(connection, folder)
    ledger = folder / "ledger.jsonl"
    ledger.write_text("".join(json.dumps(line) + "\n" for line in acknowledged))
    url = f"sqlite:///{database}" if database.endswith(".sqlite3") else _server(database)
    capture.readouterr()
    code = yiwang_verify.main(["--database", url, "--dir", str(folder), "--json", "--ledger", str(ledger)])
    report = json.loads(capture.readouterr().out)
    if not database.endswith(".sqlite3"):
        _on_server(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
    return code, {rule["rule"]: rule["breaches"][:3] for rule in report["rules"] if not rule["ok"]}


def a_hearing_after_the_legal_end(stage: Stage) -> None:
    """A life that chance does not lead: somebody asks for a hearing, the legal day passes, and it is held all the same."""
    case = stage.case_in("in_review")
    stage.do("tell_interested", case)
    ask_for_hearing(case_id=case.pk, reason="要当面讲。", by=stage.by("person"))
    move_to(now() + dt.timedelta(days=90))
    day = calendar().add_workdays(today(), 8)
    chair = stage.by("second reviewer").id
    stage.do("open_special", case, kind="hearing", planned_workdays=0, chair_id=chair, held_on=day)
    move_to(now() + (day - today()))
    stage.do("close_special", case, outcome="done", record="各方讲了。")
    stage.do("grant", case, cited_record=hearing_record_number(case))
    work()


def test_random_lives_leave_a_store_that_can_be_proved(
    lives: Lives,
    trials: Callable[[int, int], int],
    figures: Callable[..., None],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    times = trials(10 if on_postgres() else 20, 1_000)
    start = now() - dt.timedelta(days=360)
    for seed in range(times):
        # Each life has some weeks of the past year to itself, so that all of them lie behind us when it is proved.
        with moved_to(start + dt.timedelta(days=300 * seed // times)):
            lives.live(20261123 * 10_000 + seed)
            work()
    with moved_to(start):
        a_hearing_after_the_legal_end(lives.world.stage)
    work_until_idle()
    code, broken = verified(tmp_path, lives.acknowledged, capsys)
    assert (code, broken) == (0, {})
    assert len(lives.endings) >= 5 and lives.world.refusals > times
    figures(lives=times, steps=lives.world.steps, acknowledged=len(lives.acknowledged), refusals=lives.world.refusals,
            ratings=lives.ratings, lost=0, doubled=0, verify=code)  # fmt: skip
