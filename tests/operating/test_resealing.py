"""A new vault key: everything is sealed anew, ended half-way it goes on, and the old key is needed no more."""

import base64
import fcntl
import json
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings

from yiwang.channels.portal.accounts import SecondFactors
from yiwang.config import resealing
from yiwang.config.cli import main
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries import answers_of
from yiwang.domains.cases.tests.factories import finish, make_case, make_paper
from yiwang.domains.identity.models import Account, Person
from yiwang.domains.identity.queries import id_number_of, phone_of
from yiwang.domains.identity.tests.factories import make_person, make_staff, mobile
from yiwang.domains.papers.models import Paper
from yiwang.domains.papers.queries import content_of
from yiwang.foundation import keys, vault

pytestmark = pytest.mark.django_db


@pytest.fixture
def ring(tmp_path: Path) -> Any:
    """Give the key ring of the tests to be changed, and put the old one back."""
    folder = Path(settings.YIWANG_DIR) / "keys"
    before = (folder / "vault.json").read_text()

    def change(**versions: str | None) -> None:
        told = json.loads((folder / "vault.json").read_text())
        told["vault"] |= {k.strip("v"): v for k, v in versions.items() if v}
        for gone in [k.strip("v") for k, v in versions.items() if v is None]:
            del told["vault"][gone]
        (folder / "vault.json").write_text(json.dumps(told))
        keys.use_keys(folder)

    yield change
    (folder / "vault.json").write_text(before)
    keys.use_keys(folder)


NEW = base64.b64encode(b"n" * 32).decode()


def furnish() -> tuple[Person, Case, Paper, Account]:
    """Make somebody with a finished case, papers, certificate and documents, and an official with second factors."""
    person = make_person(phone=mobile())
    case = finish(make_case(person=person))
    paper = make_paper(person)
    official = make_staff()
    TOTP.activate(official.account, generate_totp_secret())
    RecoveryCodes.activate(official.account)
    return person, case, paper, official.account


def test_with_a_new_key_everything_is_sealed_anew_and_the_old_key_may_go(ring: Any, capsys: Any) -> None:
    person, case, paper, account = furnish()
    number, phone, answers = id_number_of(person), phone_of(person.account), answers_of(case)
    totp = account.authenticator_set.get(type="totp")
    secret = SecondFactors().decrypt(totp.data["secret"])
    ring(v2=NEW)
    assert main(["keys", "reseal", "--dry-run"]) == 0
    counted = capsys.readouterr().out.strip().splitlines()[-1]
    assert main(["keys", "reseal"]) == 0
    assert capsys.readouterr().out.strip().splitlines()[-1] == counted.replace("to be sealed", "sealed")
    assert main(["keys", "reseal"]) == 0
    assert capsys.readouterr().out == "0 values sealed anew\n"
    ring(v1=None)
    person, case = Person.objects.get(pk=person.pk), Case.objects.get(pk=case.pk)
    assert (id_number_of(person), phone_of(person.account), answers_of(case)) == (number, phone, answers)
    assert content_of(paper).startswith(b"%PDF")
    totp.refresh_from_db()
    assert SecondFactors().decrypt(totp.data["secret"]) == secret
    assert len(account.authenticator_set.get(type="recovery_codes").wrap().get_unused_codes()) == 10


def test_ended_half_way_it_goes_on_with_what_is_left(ring: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        make_person(phone=mobile())
    ring(v2=NEW)
    monkeypatch.setattr(resealing, "BATCH", 2)
    monkeypatch.setattr(resealing, "STRETCH", 2)
    real, sealed = vault.seal, []

    def ends(plain: Any, aad: str) -> bytes:
        if ":id_number" in aad:
            sealed.append(aad)
            if len(sealed) == 3:
                raise KeyboardInterrupt
        return real(plain, aad)

    monkeypatch.setattr(vault, "seal", ends)
    with pytest.raises(KeyboardInterrupt):
        resealing.reseal_everything()
    monkeypatch.setattr(vault, "seal", real)
    left = {tally.place: tally.done for tally in resealing.reseal_everything()}
    assert left["identity_account.phone_sealed"] == 0
    assert left["identity_person.id_number_sealed"] == 1
    ring(v1=None)
    assert all(id_number_of(person) for person in Person.objects.all())


def test_a_value_that_does_not_open_is_named_and_left_alone(ring: Any, capsys: Any) -> None:
    one, other = make_person(phone=mobile()), make_person(phone=mobile())
    broken = bytes(one.id_number_sealed[:-1]) + b"!"
    Person.objects.filter(pk=one.pk).update(id_number_sealed=broken)
    ring(v2=NEW)
    assert main(["keys", "reseal"]) == 1
    said = capsys.readouterr()
    assert f"identity_person:{one.pk}:id_number does not open" in said.err
    assert bytes(Person.objects.get(pk=one.pk).id_number_sealed) == broken
    assert not vault.needs_resealing(Person.objects.get(pk=other.pk).id_number_sealed)


def test_a_value_that_changes_meanwhile_keeps_the_newer_content(ring: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    person = make_person(phone=mobile())
    place = f"identity_person:{person.pk}:address"
    ring(v2=NEW)
    real, newer = vault.seal, vault.seal("浙江省杭州市新路 9 号", place)

    def slow(plain: Any, aad: str) -> bytes:
        if aad == place:
            Person.objects.filter(pk=person.pk).update(address_sealed=newer)
        return real(plain, aad)

    monkeypatch.setattr(vault, "seal", slow)
    resealing.reseal_everything()
    assert bytes(Person.objects.get(pk=person.pk).address_sealed) == newer


def test_two_at_once_are_one_too_many(capsys: Any) -> None:
    with (Path(settings.YIWANG_DIR) / "reseal.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert main(["keys", "reseal"]) == 1
    assert "another `yiwang keys reseal` is at work" in capsys.readouterr().err


def test_a_leftover_of_a_file_half_written_is_in_nobodys_way(ring: Any) -> None:
    paper = make_paper(make_person())
    path = next((Path(settings.YIWANG_DIR) / "files").rglob(paper.storage_key))
    path.with_name(f".{path.name}.part").write_bytes(b"half")
    ring(v2=NEW)
    resealing.reseal_everything()
    assert content_of(paper).startswith(b"%PDF")
    assert not vault.needs_resealing(path.read_bytes())


def test_every_sealed_column_of_every_table_is_among_them() -> None:
    """Whoever adds a column of sealed values under another name has to say so here."""
    places = {f"{model._meta.db_table}.{field}" for model, field in resealing.sealed_columns()}
    assert {"identity_person.id_number_sealed", "cases_case.answers_sealed", "cases_opinion.text_sealed"} <= places
    files = {f"{model._meta.db_table}.{field}" for model, field in resealing.file_columns()}
    assert files == {"papers_paper.storage_key", "documents_document.pdf_key", "certificates_certificate.pdf_key"}


def test_a_key_is_added_to_the_ring_and_replaces_none(tmp_path: Path) -> None:
    keys.make_keys(tmp_path)
    first = json.loads((tmp_path / "vault.json").read_text())
    assert resealing.add_vault_key(tmp_path) == 2
    told = json.loads((tmp_path / "vault.json").read_text())
    assert told["vault"].pop("2")
    assert told == first
    assert (tmp_path / "vault.json").stat().st_mode & 0o777 == 0o600
