"""The same key is the same case: in sequence, in parallel, and never across people."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import on_postgres
from tests.openapi.town import Caller, Town
from tests.province import migrated
from yiwang.domains.cases.models import Case, CaseNumber, SubmitKey
from yiwang.domains.documents.models import Document

ROOT = Path(__file__).resolve().parents[2]


def body_of(town: Town, name: str = "小满") -> dict[str, object]:
    return {"item": town.notice, "answers": {"shop_name": name}}


@pytest.mark.django_db
def test_the_same_key_and_body_bring_the_first_answer(town: Town) -> None:
    first = town.me.post("/cases", body_of(town), idempotency_key="key-1")
    again = town.me.post("/cases", body_of(town), idempotency_key="key-1")
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert Case.objects.count() == CaseNumber.objects.count() == 1


@pytest.mark.django_db
def test_the_first_answer_comes_after_the_case_went_on(town: Town) -> None:
    from yiwang.foundation.jobs.worker import work_until_idle

    first = town.me.post("/cases", body_of(town), idempotency_key="key-1")
    work_until_idle()
    assert town.me.post("/cases", body_of(town), idempotency_key="key-1").content == first.content


@pytest.mark.django_db
def test_the_same_key_with_another_body_is_refused(town: Town) -> None:
    town.me.post("/cases", body_of(town), idempotency_key="key-1")
    other = town.me.post("/cases", body_of(town, "别的店"), idempotency_key="key-1")
    assert other.status_code == 422
    assert other.json()["type"] == "urn:yiwang:problem:idempotency_key_reused"
    assert Case.objects.count() == 1


@pytest.mark.django_db
def test_another_applicant_is_another_body(town: Town) -> None:
    town.me.post("/cases", body_of(town), idempotency_key="key-1")
    for_firm = {**body_of(town), "on_behalf_of": town.firm.credit_code}
    assert town.me.post("/cases", for_firm, idempotency_key="key-1").status_code == 422


@pytest.mark.django_db
def test_a_key_belongs_to_its_person(town: Town) -> None:
    mine = town.me.post("/cases", body_of(town), idempotency_key="key-1").json()
    theirs = town.neighbour.post("/cases", body_of(town), idempotency_key="key-1").json()
    assert mine["number"] != theirs["number"]


@pytest.mark.django_db
def test_nothing_is_kept_where_something_has_to_be_changed(town: Town) -> None:
    wrong = town.me.post("/cases", {"item": town.notice, "answers": {}}, idempotency_key="key-1")
    assert wrong.status_code == 422
    assert wrong.json()["errors"] == [{"pointer": "/answers/shop_name", "detail": "填写店名。", "code": "required"}]
    assert SubmitKey.objects.count() == Case.objects.count() == 0
    assert town.me.post("/cases", body_of(town), idempotency_key="key-1").status_code == 201


@pytest.mark.django_db
def test_the_key_is_needed_and_not_too_long(town: Town) -> None:
    missing = town.me.post("/cases", body_of(town))
    assert missing.status_code == 400 and missing.json()["type"].endswith(":idempotency_key_missing")
    assert town.me.post("/cases", body_of(town), idempotency_key="k" * 255).status_code == 201
    assert town.me.post("/cases", body_of(town), idempotency_key="k" * 256).status_code == 422


@pytest.mark.django_db
def test_the_papers_listed_are_those_that_the_answers_name(town: Town) -> None:
    answers = town.answers()
    body = {"item": town.permit, "answers": answers, "papers": [town.paper()]}
    wrong = town.me.post("/cases", body, idempotency_key="key-1")
    assert wrong.status_code == 422 and wrong.json()["errors"][0]["pointer"] == "/papers"
    right = town.me.post("/cases", {**body, "papers": answers["plan"]}, idempotency_key="key-1")
    assert right.status_code == 201


@pytest.mark.django_db
def test_an_upload_with_a_key_is_kept_once(town: Town) -> None:
    from tests.openapi.town import PNG
    from yiwang.domains.papers.models import Paper

    def send(content: bytes, key: str, who: Caller = town.me) -> tuple[int, dict[str, str]]:
        answer = who.send_file("/papers", content, key=key)
        return answer.status_code, answer.json()

    first = send(PNG, "up-1")
    assert first[0] == 201 and send(PNG, "up-1") == first
    assert Paper.objects.count() == 1
    other = send(PNG + b"\0", "up-1")
    assert other[0] == 422 and other[1]["type"].endswith(":idempotency_key_reused"), other
    assert send(PNG, "up-2")[1]["id"] != first[1]["id"]
    assert send(PNG, "up-1", town.neighbour)[1]["id"] != first[1]["id"]


@pytest.mark.django_db
def test_a_rating_repeated_is_the_first_rating(town: Town) -> None:
    from yiwang.foundation.jobs.worker import work_until_idle

    number = town.me.post("/cases", body_of(town), idempotency_key="key-1").json()["number"]
    early = town.me.post(f"/cases/{number}/rating", {"grade": "satisfied"})
    assert early.status_code == 409 and early.json()["type"].endswith(":not_finished")
    work_until_idle()
    sent = {"grade": "satisfied", "comment": "打 13800138000 也行"}
    first = town.me.post(f"/cases/{number}/rating", sent)
    assert first.status_code == 201 and "13800138000" not in first.json()["comment"]
    assert town.me.post(f"/cases/{number}/rating", sent).content == first.content
    other = town.me.post(f"/cases/{number}/rating", {"grade": "dissatisfied"})
    assert other.status_code == 409 and other.json()["type"].endswith(":rated_already")


IN_PARALLEL = 8

RUN = """
import json, os, sys
from pathlib import Path
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.db import connection
settings.ALLOWED_HOSTS = ["*"]
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
from yiwang.foundation import keys
keys.make_keys(settings.YIWANG_DIR / "keys")
keys.use_keys(settings.YIWANG_DIR / "keys")
call_command("migrate", verbosity=0)
from tests.openapi.test_idempotency import posts_at_once
from tests.openapi.town import found_town
print(json.dumps(posts_at_once(found_town())))
"""


def came_at_once(who: Caller, path: str, body: dict[str, object]) -> tuple[set[int], int]:
    """Post one body under one key from several threads at once; return the statuses, and how many answers differ."""
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    from django.db import connections

    barrier = Barrier(IN_PARALLEL)

    def post(_: int) -> tuple[int, str]:
        barrier.wait()
        try:
            answer = who.post(path, body, idempotency_key="at-once")
            return answer.status_code, answer.content.decode()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(IN_PARALLEL) as pool:
        came = list(pool.map(post, range(IN_PARALLEL)))
    return {status for status, _ in came}, len({content for _, content in came})


def posts_at_once(town: Town) -> dict[str, object]:
    """Post one application from several threads at once; return what came back and what is stored."""
    statuses, answers = came_at_once(town.me, "/cases", body_of(town))
    return {
        "statuses": sorted(statuses),
        "answers": answers,
        "cases": Case.objects.count(),
        "numbers": CaseNumber.objects.count(),
        "keys": SubmitKey.objects.count(),
        "receipts": Document.objects.filter(kind="receipt").count(),
    }


ONE = {"statuses": [201], "answers": 1, "cases": 1, "numbers": 1, "keys": 1, "receipts": 1}


@pytest.mark.slow
@pytest.mark.skipif(on_postgres(), reason="the file is SQLite's")
def test_parallel_posts_of_one_key_are_one_case_on_a_file(tmp_path: Path) -> None:
    migrated(tmp_path)
    environment = os.environ | {
        "YIWANG_DIR": str(tmp_path),
        "YIWANG_DATABASE_URL": f"sqlite:///{tmp_path / 'yiwang.sqlite3'}",
        "YIWANG_DEMO": "1",
        "YIWANG_LOG_LEVEL": "CRITICAL",
        "DJANGO_SETTINGS_MODULE": "yiwang.config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", RUN],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout.splitlines()[-1]) == ONE


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_parallel_posts_of_one_key_are_one_case_on_postgresql() -> None:
    from tests.openapi.town import found_town

    assert posts_at_once(found_town()) == ONE


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_parallel_posts_of_one_key_are_one_joint_case_on_postgresql() -> None:
    from tests.openapi.town import token_of
    from yiwang.domains.identity.tests.factories import make_person
    from yiwang.domains.joint_cases.models import JointCase
    from yiwang.domains.joint_cases.tests.factories import answers_of_shop, make_bundle

    bundle, person = make_bundle().content.bundle, make_person()
    assert bundle is not None
    body: dict[str, object] = {"bundle": bundle.slug, "answers": answers_of_shop(person)}
    assert came_at_once(token_of(person), "/joint-cases", body) == ({201}, 1)
    assert (JointCase.objects.count(), Case.objects.count()) == (1, 2)
