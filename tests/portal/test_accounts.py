"""Sign in, sign up, the second factor, a forgotten password: as a browser without JavaScript does it."""

import html
import re
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.core.cache import cache
from django.test import Client

from yiwang.channels.portal.accounts import demo_code
from yiwang.domains.identity.models import Account
from yiwang.domains.identity.queries import account_by_phone, phone_of
from yiwang.domains.identity.tests.factories import (
    PASSWORD,
    make_account,
    make_firm,
    make_person,
    make_staff,
    mobile,
    sign_in,
)

pytestmark = pytest.mark.django_db
NEW = "seven green rivers"


@pytest.fixture(autouse=True)
def _no_tries_yet(settings: Any) -> None:
    cache.clear()
    settings.YIWANG_DEMO = True


def give(client: Client, login: str, password: str = PASSWORD, **more: Any) -> Any:
    return client.post("/sign-in", {"login": login, "password": password, **more})


def shown_code(response: Any) -> str:
    found = re.search(r"验证码是 ([A-Z0-9-]{6,})", response.content.decode())
    assert found
    return found[1]


def signed_in_as(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


# Signing in and out


@pytest.mark.parametrize("typed", ["{phone}", "+86 {phone}", "{email}", " {email} "])
def test_a_person_signs_in_by_phone_or_email(client: Client, typed: str) -> None:
    person = make_person(phone="19900001234", email="Who@demo.example")
    response = give(client, typed.format(phone="199 0000 1234", email="who@demo.example"))
    assert (response.status_code, response.url) == (302, "/me/")
    assert signed_in_as(client) == str(person.account_id)


@pytest.mark.parametrize(
    ("wanted", "to"),
    [
        ("/items/X/apply?step=2", "/items/X/apply?step=2"),
        ("https://elsewhere.example/", "/me/"),
        ("//elsewhere.example", "/me/"),
        ("/\\elsewhere.example", "/me/"),
        ("javascript:alert(1)", "/me/"),
        ("http://localhost/x", "/me/"),
        ("/desk/", "/me/"),
    ],
)
def test_next_is_kept_only_within_the_site(client: Client, wanted: str, to: str) -> None:
    make_person(email="who@demo.example")
    shown = html.unescape(client.get("/sign-in", {"next": wanted}).content.decode())
    assert (f'name="next" value="{wanted}"' in shown) == wanted.startswith(("/items", "/desk"))
    assert give(client, "who@demo.example", next=wanted).url == to


def test_signing_in_changes_the_session_and_signing_out_ends_it(client: Client) -> None:
    person = make_person(email="who@demo.example")
    client.get("/sign-in")
    session = client.session
    session["planted"] = "by somebody"
    session.save()
    client.cookies["sessionid"] = session.session_key
    before = session.session_key
    give(client, "who@demo.example")
    assert client.session.session_key != before
    assert client.get("/sign-in").url == "/me/", "one is signed in already"
    assert "要退出吗" in client.get("/sign-out").content.decode()
    assert signed_in_as(client) == str(person.account_id), "GET only asks"
    assert client.post("/sign-out").url == "/"
    assert signed_in_as(client) is None
    assert client.get("/me/").url.startswith("/sign-in")


def test_forms_need_their_token() -> None:
    careful = Client(enforce_csrf_checks=True)
    assert give(careful, "who@demo.example").status_code == 403
    assert careful.post("/sign-out").status_code == 403


@pytest.mark.parametrize("login", ["who@demo.example", "nobody@demo.example", "19912345678", "who"])
def test_a_wrong_pair_says_the_same_whoever_it_is(client: Client, login: str) -> None:
    make_person(email="who@demo.example")
    page = give(client, login, "wrong password").content.decode()
    assert "手机号、邮箱或密码不对" in page
    assert 'aria-invalid="true"' in page
    assert "wrong password" not in page, "a password never comes back"


def test_empty_fields_are_told_apart(client: Client) -> None:
    page = client.post("/sign-in", {}).content.decode()
    assert "填手机号或邮箱。" in page
    assert "填密码。" in page
    assert "有 2 处要改" in page


def test_guessing_is_limited_for_the_guesser_and_not_for_the_owner() -> None:
    make_person(email="who@demo.example", phone="19900005555")
    stranger, owner = Client(REMOTE_ADDR="10.0.0.9"), Client(REMOTE_ADDR="10.0.0.1")
    for _ in range(5):
        assert give(stranger, "199 0000 5555", "guess guess").status_code == 200
    limited = give(stranger, "+8619900005555", PASSWORD)
    assert limited.status_code == 429
    assert limited["Retry-After"]
    assert "请等 5 分钟再试" in limited.content.decode()
    assert give(owner, "19900005555").status_code == 302


def test_failures_with_one_phone_leave_the_others_alone(client: Client) -> None:
    make_person(phone="19900006666")
    for _ in range(6):
        give(client, "19900007777", "guess guess")
    assert give(client, "19900006666").status_code == 302


def test_a_flood_is_answered_with_a_page(client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "2/m/ip"}
    answers = [give(client, f"n{n}@demo.example") for n in range(3)]
    assert answers[-1].status_code == 429
    assert "试得太快了" in answers[-1].content.decode()


def test_a_closed_account_is_told(client: Client) -> None:
    account = make_person(email="who@demo.example").account
    Account.objects.filter(pk=account.pk).update(is_active=False)
    assert "停用" in client.get(give(client, "who@demo.example").url).content.decode()
    assert signed_in_as(client) is None


def test_remembering_is_a_choice(client: Client) -> None:
    make_person(email="who@demo.example")
    give(client, "who@demo.example")
    assert client.session.get_expire_at_browser_close()
    client.post("/sign-out")
    give(client, "who@demo.example", remember="on")
    assert client.session.get_expiry_age() == 12 * 3600


# Signing up


def test_signing_up_proves_the_phone_and_opens_a_person(client: Client) -> None:
    phone = mobile()
    response = client.post("/sign-up", {"phone": f"+86 {phone}", "password1": NEW, "next": "/items/X/apply"})
    assert response.url == "/sign-up/code"
    page = client.get("/sign-up/code")
    assert phone not in page.content.decode()
    assert client.get("/me/").url.startswith("/sign-in"), "not before the phone is proved"
    wrong = client.post("/sign-up/code", {"code": "000000x"})
    assert "验证码不对" in wrong.content.decode()
    done = client.post("/sign-up/code", {"code": shown_code(page)})
    assert done.url == "/items/X/apply"
    account = account_by_phone(phone)
    assert account is not None
    assert (phone_of(account), account.phone_verified, account.person.level) == (phone, True, 1)
    assert "还没有实名" in client.get("/me/").content.decode()


def test_a_known_phone_is_not_given_away(client: Client, settings: Any) -> None:
    settings.YIWANG_DEMO = False
    person = make_person(phone="19900008888")
    fresh, known = Client(), Client()
    new = fresh.post("/sign-up", {"phone": mobile(), "password1": NEW})
    old = known.post("/sign-up", {"phone": "19900008888", "password1": NEW})
    assert new.url == old.url
    pages = [
        re.sub(r"value=\"\w{64}\"|1\d\d\*{4}\d{4}", "", c.get("/sign-up/code").content.decode()) for c in (fresh, known)
    ]
    assert pages[0] == pages[1]
    assert known.post("/sign-up/code", {"code": ""}).status_code == 200
    assert Account.objects.get(pk=person.account_id).check_password(PASSWORD)
    sent = (settings.YIWANG_DIR / "sms.jsonl").read_text()
    assert "已经注册过" in sent
    assert "19900008888" not in sent


@pytest.mark.parametrize(
    ("phone", "password", "words"),
    [
        ("", NEW, "填 11 位手机号"),
        ("12345", NEW, "填 11 位手机号"),
        ("0571-88888888", NEW, "填 11 位手机号"),
        ("19900001111", "short", "密码至少 10 位"),
        ("19900001111", "1234567890", "这个密码太常见"),
    ],
)
def test_what_cannot_be_signed_up_with(client: Client, phone: str, password: str, words: str) -> None:
    page = client.post("/sign-up", {"phone": phone, "password1": password})
    assert words in page.content.decode()
    assert Account.objects.count() == 0


def test_an_email_cannot_be_slipped_in(client: Client) -> None:
    client.post("/sign-up", {"phone": "19900001111", "password1": NEW, "email": "victim@demo.example"})
    assert account_by_phone("19900001111").email == ""


def test_three_wrong_codes_end_the_try(client: Client) -> None:
    client.post("/sign-up", {"phone": mobile(), "password1": NEW})
    codes = [client.post("/sign-up/code", {"code": "x"}) for _ in range(3)]
    assert codes[-1].url == "/sign-in"
    assert client.get("/sign-up/code").url == "/sign-in"


# Officials


def enrol(account: Account) -> str:
    secret = totp.generate_totp_secret()
    held = totp.TOTP.activate(account, secret)
    assert secret not in str(held.instance.data), "kept encrypted"
    return secret


def test_an_official_needs_both_steps(client: Client) -> None:
    account = make_staff(email="window@demo.example").account
    enrol(account)
    assert give(client, "window@demo.example", next="/desk/cases/1").url == "/sign-in/second-factor"
    assert signed_in_as(client) is None
    page = client.get("/sign-in/second-factor").content.decode()
    assert demo_code(account) in page
    wrong = client.post("/sign-in/second-factor", {"code": "12"})
    assert "每 30 秒换一次" in wrong.content.decode()
    assert client.post("/sign-in/second-factor", {}).status_code == 200
    assert client.post("/sign-in/second-factor", {"code": demo_code(account)}).url == "/desk/cases/1"
    assert signed_in_as(client) == str(account.pk)


def test_an_official_can_sign_in_twice_in_one_half_minute() -> None:
    account = make_staff(email="window@demo.example").account
    enrol(account)
    for browser in (Client(), Client()):
        give(browser, "window@demo.example")
        assert browser.post("/sign-in/second-factor", {"code": demo_code(account)}).url == "/desk/"


def test_the_code_is_shown_in_demonstrations_only(client: Client, settings: Any) -> None:
    for email, demo, expected in [
        ("a@demo.example", True, True),
        ("b@gov.example", True, False),
        ("c@demo.example", False, False),
    ]:
        settings.YIWANG_DEMO = demo
        account = make_staff(email=email).account
        enrol(account)
        give(client, email)
        assert ("demo-code" in client.get("/sign-in/second-factor").content.decode()) is expected
        client.post("/sign-out")


def test_codes_cannot_be_guessed_for_long(client: Client) -> None:
    account = make_staff(email="window@demo.example").account
    enrol(account)
    give(client, "window@demo.example")
    answers = [client.post("/sign-in/second-factor", {"code": f"{n:06d}"}).status_code for n in range(6)]
    assert answers[-1] == 429


def test_an_official_without_a_second_factor_sets_one_up_and_gets_nothing_else(client: Client) -> None:
    account = make_staff(email="window@demo.example").account
    place = "/sign-in/second-factor/set-up"
    assert give(client, "window@demo.example").url == place
    assert client.get("/sign-in?next=/me/").url.startswith(place)
    assert client.get("/me/password").url == place
    assert client.get("/sign-in/second-factor/codes").url == place
    assert client.get("/me/").status_code == 302
    page = client.get(place, {"next": "/desk/cases/1"}).content.decode()
    secret = client.session["mfa.totp.secret"]
    assert secret[:4] in page
    assert "验证码不对" in client.post(place, {"code": "12"}).content.decode()
    code = totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))
    before = client.session.session_key
    done = client.post(place, {"code": code, "next": "/desk/cases/1"})
    assert done.url == "/sign-in/second-factor/codes?next=%2Fdesk%2Fcases%2F1"
    assert client.session.session_key != before
    codes = html.unescape(client.get(done.url).content.decode())
    found = re.findall(r"<code>(\d{4} \d{4})</code>", codes)
    assert len(found) == 10
    assert 'href="/desk/cases/1"' in codes
    assert found[0] not in client.get(done.url).content.decode(), "shown once"
    client.post("/sign-out")
    give(client, "window@demo.example")
    assert client.post("/sign-in/second-factor", {"code": found[0]}).url == "/desk/"
    client.post("/sign-out")
    give(client, "window@demo.example")
    assert client.post("/sign-in/second-factor", {"code": found[0]}).status_code == 200, "a recovery code counts once"
    assert account.authenticator_set.count() == 2


def test_a_person_is_not_led_to_the_second_factor(client: Client) -> None:
    sign_in(client, make_person())
    assert client.get("/sign-in/second-factor/set-up").url == "/me/"
    assert client.get("/sign-in/second-factor/codes").url == "/me/"
    assert Client().get("/sign-in/second-factor/set-up").url.startswith("/sign-in?next=")


# Passwords


@pytest.mark.parametrize("login", ["199 0000 3333", "who@demo.example"])
def test_a_forgotten_password_is_replaced_by_a_code(client: Client, login: str) -> None:
    person = make_person(phone="19900003333", email="who@demo.example")
    elsewhere = Client()
    give(elsewhere, "who@demo.example")
    assert client.get("/password/reset/new").url == "/password/reset"
    assert client.post("/password/reset", {"login": login}).url == "/password/reset/code"
    assert client.get("/password/reset/new").url == "/password/reset"
    page = client.get("/password/reset/code")
    assert "19900003333" not in page.content.decode()
    assert "验证码不对" in client.post("/password/reset/code", {"code": "nothing"}).content.decode()
    assert client.post("/password/reset/code", {"code": shown_code(page)}).url == "/password/reset/new"
    assert "密码至少 10 位" in client.post("/password/reset/new", {"password1": "short"}).content.decode()
    done = client.post("/password/reset/new", {"password1": NEW}, follow=True)
    assert "请用新密码登录" in done.content.decode()
    assert Account.objects.get(pk=person.account_id).check_password(NEW)
    assert signed_in_as(client) is None
    assert elsewhere.get("/me/").status_code == 302, "other devices are signed out"
    assert give(client, login, NEW).status_code == 302
    if "@" in login:
        assert mail.outbox[0].subject == "一网：重设密码的验证码"


@pytest.mark.parametrize("login", ["19912345678", "nobody@demo.example"])
def test_a_login_without_an_account_looks_the_same(client: Client, login: str) -> None:
    assert client.post("/password/reset", {"login": login}).url == "/password/reset/code"
    answers = [client.post("/password/reset/code", {"code": ""}) for _ in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 302]


def test_asking_for_codes_is_limited(client: Client) -> None:
    make_person(phone="19900003333")
    answers = [client.post("/password/reset", {"login": "19900003333"}).status_code for _ in range(6)]
    assert answers == [302] * 5 + [429]
    assert "填 11 位手机号，或者完整的邮箱" in client.post("/password/reset", {"login": "who"}).content.decode()


def test_one_changes_ones_password_and_stays_signed_in(client: Client) -> None:
    make_person(email="who@demo.example")
    give(client, "who@demo.example")
    assert "现在的密码不对" in client.post("/me/password", {"oldpassword": "x", "password1": NEW}).content.decode()
    done = client.post("/me/password", {"oldpassword": PASSWORD, "password1": NEW}, follow=True)
    assert "密码改好了" in done.content.decode()
    assert Client().get("/me/password").url.startswith("/sign-in")


def test_every_page_is_there_in_english(client: Client) -> None:
    make_account(email="x@demo.example")
    for path in ("/sign-in", "/sign-up", "/password/reset"):
        page = client.get(path, headers={"Accept-Language": "en"})
        main = page.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
        main = main.split('id="demo-h"')[0]
        assert not re.search(r"[\u4e00-\u9fff]", main), path
        assert "no-store" in page["Cache-Control"] or "no-cache" in page["Cache-Control"]
    assert make_firm().credit_code
