"""Passkeys without a browser: who gets to which page, and what comes from outside is taken for nothing but what it is."""

import base64
import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from yiwang.domains.identity.actions import add_passkey, remove_passkey, rename_passkey
from yiwang.domains.identity.models import Account, Staff
from yiwang.domains.identity.tests.factories import PASSWORD, actor_of, make_person, make_staff, sign_in
from yiwang.foundation.actions import NotVisible
from yiwang.foundation.actors import ANONYMOUS
from yiwang.foundation.journal.queries import latest_of_kind
from yiwang.foundation.tests.refusing import forbidden, refused

pytestmark = pytest.mark.django_db
CREDENTIAL = {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {}}


@pytest.fixture(autouse=True)
def _no_tries_yet() -> None:
    cache.clear()


def entered(client: Client, person: Any) -> Client:
    """Sign in as a browser does, so that it was just now."""
    client.post("/sign-in", {"login": person.account.email, "password": PASSWORD})
    return client


# What an account may hold


def test_a_passkey_belongs_to_its_account_and_is_a_fact() -> None:
    person, other = make_person(), make_person()
    key = add_passkey(account_id=person.account_id, name=" 手机 ", credential=CREDENTIAL, by=actor_of(person))
    assert key.data["name"] == "手机"
    assert latest_of_kind("PasskeyAdded")[0].fact == {"account_id": str(person.account_id)}
    for act in (rename_passkey, remove_passkey):
        more = {"name": "别的"} if act is rename_passkey else {}
        with pytest.raises(NotVisible):
            act(account_id=other.account_id, passkey_id=key.pk, by=actor_of(other), **more)
        with forbidden():
            act(account_id=person.account_id, passkey_id=key.pk, by=actor_of(other), **more)
    remove_passkey(account_id=person.account_id, passkey_id=key.pk, by=actor_of(person))
    assert latest_of_kind("PasskeyRemoved")[0].fact == {"account_id": str(person.account_id)}
    assert not Authenticator.objects.exists()


def test_the_same_passkey_counts_once_and_ten_are_enough() -> None:
    person = make_person()
    for at in range(10):
        credential = CREDENTIAL | {"id": f"K{at}"}
        add_passkey(account_id=person.account_id, name="", credential=credential, by=actor_of(person))
    with refused("too_many_passkeys"):
        add_passkey(account_id=person.account_id, name="", credential=CREDENTIAL, by=actor_of(person))
    Authenticator.objects.last().delete()
    with refused("known_passkey"):
        add_passkey(account_id=person.account_id, name="", credential=CREDENTIAL | {"id": "K3"}, by=actor_of(person))


def test_half_a_sign_in_sets_up_a_first_factor_and_no_other() -> None:
    official, person = make_staff(), make_person()
    with forbidden():
        add_passkey(account_id=person.account_id, name="", credential=CREDENTIAL, by=ANONYMOUS)
    add_passkey(account_id=official.account_id, name="", credential=CREDENTIAL, by=ANONYMOUS)
    with forbidden():
        add_passkey(account_id=official.account_id, name="", credential=CREDENTIAL | {"id": "B"}, by=ANONYMOUS)


def test_an_official_keeps_one_second_factor() -> None:
    official = make_staff()
    by = actor_of(official)
    one = add_passkey(account_id=official.account_id, name="", credential=CREDENTIAL, by=by)
    with refused("last_second_factor"):
        remove_passkey(account_id=official.account_id, passkey_id=one.pk, by=by)
    add_passkey(account_id=official.account_id, name="", credential=CREDENTIAL | {"id": "B"}, by=by)
    remove_passkey(account_id=official.account_id, passkey_id=one.pk, by=by)


# Pages


@pytest.mark.parametrize("path", ["/me/passkeys", "/me/passkeys/add", "/me/passkeys/1/name", "/me/passkeys/1/remove"])
def test_visitors_sign_in_first_and_half_officials_set_up_first(client: Client, path: str) -> None:
    assert client.get(path).url.startswith("/sign-in?next=")
    sign_in(client, make_staff(), second_factor=False)
    assert client.get(path).url == "/sign-in/second-factor/set-up"


def test_long_after_signing_in_the_password_is_asked_for_again(client: Client) -> None:
    person = make_person(email="who@demo.example")
    entered(client, person)
    assert client.get("/me/passkeys/add").status_code == 200
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": 0}]
    session.save()
    assert client.get("/me/passkeys").status_code == 200
    sent = client.get("/me/passkeys/add")
    assert sent.url == "/me/confirm?next=%2Fme%2Fpasskeys%2Fadd"
    assert client.post("/me/confirm", {"password": "wrong", "next": "/me/passkeys/add"}).status_code == 200
    done = client.post("/me/confirm", {"password": PASSWORD, "next": "/me/passkeys/add"})
    assert done.url == "/me/passkeys/add"
    assert client.get("/me/passkeys/add").status_code == 200


def test_the_challenge_is_new_each_time_and_asks_for_the_owner(client: Client) -> None:
    ask = {"headers": {"accept": "application/json"}}
    one, two = (client.get("/sign-in/passkey", **ask).json()["publicKey"] for _ in range(2))
    assert one["challenge"] != two["challenge"]
    assert one["userVerification"] == "required"
    assert not one.get("allowCredentials")
    assert client.get("/sign-in/passkey").url == "/sign-in"


MALFORMED = [
    "",
    "null",
    "[]",
    "3",
    '"x"',
    "{",
    "{}",
    json.dumps({"id": "AAAA"}),
    json.dumps({"id": 3, "response": []}),
    json.dumps(CREDENTIAL),
    json.dumps(CREDENTIAL | {"response": None}),
    json.dumps(CREDENTIAL | {"response": "x"}),
    json.dumps(CREDENTIAL | {"response": {"userHandle": "!!!"}}),
    json.dumps(CREDENTIAL | {"response": {"userHandle": "AAAA", "clientDataJSON": "AAAA"}}),
    json.dumps(
        CREDENTIAL
        | {
            "response": {
                "clientDataJSON": "e30",
                "attestationObject": "oA",
                "authenticatorData": "AAAA",
                "signature": "AAAA",
                "userHandle": "AAAA",
            }
        }
    ),
    "[" * 5_000,
    json.dumps(CREDENTIAL | {"pad": "x" * 30_000}),
]


@pytest.mark.parametrize("sent", MALFORMED, ids=range(len(MALFORMED)))
def test_what_no_browser_sends_opens_nothing_and_breaks_nothing(client: Client, sent: str) -> None:
    client.get("/sign-in/passkey", headers={"accept": "application/json"})
    answer = client.post("/sign-in/passkey", {"credential": sent, "next": "/me/cases"})
    assert (answer.status_code, answer.url) == (302, "/sign-in?next=%2Fme%2Fcases")
    assert "没有通过" in client.get("/sign-in").content.decode()
    assert "_auth_user_id" not in client.session
    entered(client, make_person(email="who@demo.example"))
    client.get("/me/passkeys/add")
    added = client.post("/me/passkeys/add", {"credential": sent, "name": "x"})
    assert added.status_code == 200
    assert "没有通过" in added.content.decode()
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("sent", MALFORMED, ids=range(len(MALFORMED)))
def test_nor_as_second_factor(client: Client, sent: str) -> None:
    official = make_staff(email="o@demo.example")
    add_passkey(account_id=official.account_id, name="", credential=REGISTERED, by=actor_of(official))
    client.post("/sign-in", {"login": "o@demo.example", "password": PASSWORD})
    assert client.get("/sign-in/second-factor").status_code == 200
    answer = client.post("/sign-in/second-factor", {"credential": sent})
    assert answer.status_code in (200, 429)
    assert "_auth_user_id" not in client.session


REGISTERED = {
    "id": "AAAAAAAAAAAAAAAAAAAAAA",
    "rawId": "AAAAAAAAAAAAAAAAAAAAAA",
    "type": "public-key",
    "response": {"clientDataJSON": "", "attestationObject": ""},
    "clientExtensionResults": {},
}


def _attestation() -> str:
    """Return an attestation object of a key that was made for this test."""
    import hashlib

    from cryptography.hazmat.primitives.asymmetric import ec
    from fido2 import cbor
    from fido2.cose import ES256
    from fido2.utils import websafe_encode

    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    cose = cbor.encode(dict(ES256.from_cryptography_key(key)))
    data = (
        hashlib.sha256(b"testserver").digest() + bytes([0x45]) + bytes(4) + bytes(16) + b"\x00\x10" + bytes(16) + cose
    )
    return str(websafe_encode(cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})))


SAID = {"type": "webauthn.create", "challenge": "AAAA", "origin": "https://testserver"}
REGISTERED["response"] = {
    "attestationObject": _attestation(),
    "clientDataJSON": base64.urlsafe_b64encode(json.dumps(SAID).encode()).decode().rstrip("="),
}


# The first password


def test_a_first_password_lets_nobody_in_and_is_replaced_once(client: Client) -> None:
    official = make_staff(email="new@demo.example")
    Account.objects.filter(pk=official.account_id).update(has_first_password=True)
    sent = client.post("/sign-in", {"login": "new@demo.example", "password": PASSWORD, "next": "/desk/done"})
    assert sent.url == "/sign-in/password"
    assert "_auth_user_id" not in client.session
    assert client.get("/desk/").status_code == 302
    weak = client.post("/sign-in/password", {"password1": "short"})
    assert "至少 10 位" in weak.content.decode()
    done = client.post("/sign-in/password", {"password1": "seven green rivers"})
    assert done.url == "/sign-in/second-factor/set-up?next=%2Fdesk%2Fdone"
    account = Account.objects.get(pk=official.account_id)
    assert account.check_password("seven green rivers")
    assert not account.has_first_password
    assert latest_of_kind("FirstPasswordReplaced")[0].fact == {"account_id": str(account.pk)}
    again = Client()
    sent = again.post("/sign-in", {"login": "new@demo.example", "password": "seven green rivers"})
    assert sent.url == "/sign-in/second-factor/set-up"


def test_the_page_of_the_first_password_is_for_nobody_else(client: Client) -> None:
    assert client.get("/sign-in/password").url == "/sign-in"
    entered(client, make_person(email="who@demo.example"))
    assert client.get("/sign-in/password").status_code == 302


def test_staff_add_makes_a_first_password(capsys: Any) -> None:
    from yiwang.config.cli import main
    from yiwang.domains.identity.tests.factories import make_office

    office = make_office()
    arguments = ["--email", "a@b.example", "--name", "方敏", "--office", office.pk, "--roles", "window"]
    assert main(["staff", "add", *arguments]) == 0
    assert "chooses a password" in capsys.readouterr().out
    assert Staff.objects.get(name="方敏").account.has_first_password
