"""Lives of cases at random, all in one store: each beside a model written from the law, and at the end the verifier is silent.

`src/yiwang/domains/cases/tests/test_lives.py` looks for the one life that leaves the law, and undoes each. These lives
stay: with ratings, certificates and letters, for the journal to be proved over all of them.
"""

import datetime as dt
import json
import shutil
from collections.abc import Callable
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
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.tests.lives import CODE, OFFICE, Stage, publish, set_stage, work
from yiwang.domains.cases.tests.test_lives import DUTY, LAW, OPEN, PARTS, Model
from yiwang.domains.catalogue.content import Processing, Result, Text
from yiwang.domains.catalogue.queries import Guide
from yiwang.domains.certificates.tests.issuing import TYPE, make_type
from yiwang.domains.organisations.models import Office
from yiwang.domains.ratings.actions import rate_case
from yiwang.domains.ratings.queries import rating_of
from yiwang.domains.seals.actions import issue_seal
from yiwang.foundation.actions import NotVisible, Refused
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import move_to, moved_to, now
from yiwang.foundation.clock.actions import set_calendar
from yiwang.foundation.jobs.worker import work_until_idle

STEPS = 14
DECIDED = frozenset({"closed", "refused_acceptance"})
"""A case is rated when an office has ended it; who withdrew, or let it lapse, was not served."""


class Lives:
    """Plays one life after another on one stage, and counts."""

    def __init__(self, stage: Stage, items: dict[tuple[bool, bool], Guide]) -> None:
        self.stage, self.items = stage, items
        self.steps = self.refusals = self.ratings = 0
        self.acknowledged: list[dict[str, str]] = []
        self.endings: dict[str, int] = {}

    def live(self, seed: int) -> None:
        """One case from its submission on, among all who might do something to it."""
        chance = Random(seed)
        substance, instant = chance.choice([(False, False), (True, False), (False, True), (True, True)])
        self.stage.item = self.items[substance, instant]
        model, key = Model(needed=2 if substance else 1, is_instant=instant), f"life-{seed}"
        case = self.stage.submit(key=key, by=self.stage.by("person").through("api"))
        self.acknowledged.append({"key": key, "number": case.number})
        for _ in range(STEPS):
            self.step(model, case.pk, chance)
            self.steps += 1
        found = Case.objects.get(pk=case.pk)
        assert (found.state, found.revision) == (model.state, 1 + model.moves), (seed, model.path)
        assert found.is_open == (model.state in OPEN)
        self.endings[model.state] = self.endings.get(model.state, 0) + 1

    def step(self, model: Model, case_id: Any, chance: Random) -> None:
        """Let one thing happen: mostly what is somebody's duty now, sometimes what nobody may."""
        duties = sorted(LAW.get(model.state, ()))
        what = chance.choice(["duty"] * 6 + ["anything"] * 3 + ["days", "work", "rate"])
        if what == "days":
            move_to(now() + dt.timedelta(days=chance.randint(1, 3)))
        elif what == "work":
            self.work(model)
        elif what == "rate":
            self.rate(model, case_id, chance)
        elif what == "duty" and duties:
            ends = {"withdraw", "refuse_to_accept"}
            event = chance.choice([e for e in duties for _ in range(1 if e in ends else 4)])
            self.attempt(model, case_id, event, chance.choice(sorted(DUTY[event])))
        else:
            self.attempt(model, case_id, chance.choice(sorted(DUTY)), chance.choice(PARTS))

    def attempt(self, model: Model, case_id: Any, event: str, part: str) -> None:
        """Try an event by somebody: what becomes of it is what the model expects."""
        expected = model.expect(event, part)
        try:
            self.stage.do(event, case_id, part)
        except NotVisible:
            found = "hidden"
        except PermissionDenied:
            found = "forbidden"
        except Refused:
            found = "not now"
        else:
            found = Case.objects.get(pk=case_id).state
        assert found == expected, (model.path, event, part)
        if found in {"hidden", "forbidden", "not now"}:
            self.refusals += 1
            return
        model.follow(event, part, found)
        if event == "request_correction":
            model.due = Case.objects.get(pk=case_id).correction.due_on

    def rate(self, model: Model, case_id: Any, chance: Random) -> None:
        """Give a grade: once, by its person, when the case is over."""
        case, part = Case.objects.get(pk=case_id), chance.choice(["person", "person", "stranger", "window"])
        before = rating_of(case)
        try:
            rate_case(case_id=case_id, grade="satisfied", comment="快", by=self.stage.by(part))
        except (Refused, NotVisible, PermissionDenied):
            assert part != "person" or model.state not in DECIDED or before is not None, model.path
            self.refusals += 1
        else:
            assert part == "person" and model.state in DECIDED and before is None, (model.path, part)
            self.ratings += 1

    def work(self, model: Model) -> None:
        """Let the worker do what is due, and the model too."""
        work()
        if model.is_instant and not model.was_heard_of and model.state == "submitted":
            model.path += ["accepted", "granted"]
            model.state, model.moves = "granted", model.moves + 2
        model.was_heard_of = True
        if model.state in {"granted", "refused"}:
            ends = ["issued", "delivered", "closed"] if model.state == "granted" else ["delivered", "closed"]
            model.path += ends
            model.state, model.moves = "closed", model.moves + len(ends)


@pytest.fixture
def lives(transactional_db: None) -> Lives:
    """Give a stage with the four kinds of items, one of which ends in a certificate."""
    stage = set_stage()
    issue_seal(office_code=OFFICE, by=SYSTEM)
    set_calendar(days={}, official_years={now().year: "演示通知"}, by=SYSTEM)
    make_type()
    for part in PARTS:
        stage.by(part)
    result = [Result("certificate", Text("许可证"), TYPE, 60)]
    items = {
        (substance, instant): publish(
            f"{CODE}{substance:d}{instant:d}",
            processing=Processing(
                substance_check=substance, instant=instant, correction_days=3, certificate_fields={"place": "shop_name"}
            ),
            results=[] if instant else result,
        )
        for substance in (False, True)
        for instant in (False, True)
    }
    work()
    assert Office.objects.get(pk=OFFICE)
    return Lives(stage, items)


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


def test_random_lives_leave_a_store_that_can_be_proved(
    lives: Lives,
    trials: Callable[[int, int], int],
    figures: Callable[..., None],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    times = trials(25 if on_postgres() else 50, 1_000)
    start = now() - dt.timedelta(days=360)
    for seed in range(times):
        # Each life has some weeks of the past year to itself, so that all of them lie behind us when it is proved.
        with moved_to(start + dt.timedelta(days=300 * seed // times)):
            lives.live(20261123 * 10_000 + seed)
            work()
    work_until_idle()
    code, broken = verified(tmp_path, lives.acknowledged, capsys)
    assert (code, broken) == (0, {})
    assert len(lives.endings) >= 4 and lives.refusals > times
    figures(lives=times, steps=lives.steps, acknowledged=len(lives.acknowledged), refusals=lives.refusals,
            ratings=lives.ratings, lost=0, doubled=0, verify=code)  # fmt: skip
