"""Passkeys in a real browser, with an authenticator that Chromium plays (CDP WebAuthn.addVirtualAuthenticator)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import PHONE, Visitor
from tests.journeys.people import PASSWORD, press
from tests.province import Province


class Device:
    """A phone or key that holds passkeys and may be told not to know its owner."""

    def __init__(self, page: Any, *, knows_owner: bool = True) -> None:
        self.session = page.context.new_cdp_session(page)
        self.session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": knows_owner,
            "automaticPresenceSimulation": True,
        }
        added = self.session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self.id = added["authenticatorId"]

    def knows_owner(self, does: bool) -> None:
        """Let finger, face or PIN succeed or fail from now on."""
        self.session.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": does})

    @property
    def passkeys(self) -> list[dict[str, Any]]:
        """What it holds."""
        return self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.id})["credentials"]


@pytest.fixture
def place(province: Province) -> str:
    """Give the address by name: a browser makes no passkey for a number."""
    return f"http://localhost:{province.port}"


def sign_in(page: Any, place: str, who: str) -> None:
    """Sign in with e-mail and password, and the code of the demonstration where one is asked for."""
    page.goto(f"{place}/sign-in")
    page.fill("input[name=login]", f"{who}@demo.example")
    page.fill("input[name=password]", PASSWORD)
    press(page, "main form button[type=submit]")
    if "/sign-in/second-factor" in page.url:
        page.fill("input[name=code]", page.inner_text("#demo-code"))
        press(page, "main form:has(input[name=code]) button[type=submit]")


def add_passkey(page: Any, place: str, name: str) -> None:
    """Add a passkey on the page of passkeys."""
    page.goto(f"{place}/me/passkeys")
    press(page, "main a[href='/me/passkeys/add']")
    page.fill("input[name=name]", name)
    press(page, "form[data-passkey] button")
    assert page.url == f"{place}/me/passkeys", page.inner_text("main")
    assert name in page.inner_text("#passkeys")


def sign_out(page: Any, place: str) -> None:
    """Leave."""
    page.goto(f"{place}/sign-out")
    press(page, "main form button")


@pytest.mark.browser
def test_a_person_adds_a_passkey_and_signs_in_with_nothing_else(
    place: str,
    visitor: Callable[..., Visitor],
    accessible: Callable[[Any], None],
    fits: Callable[[Any], None],
) -> None:
    """A person adds a passkey, names it, signs out, signs in with it alone, goes where they were going, and removes it."""
    page = visitor(size=PHONE).page
    device = Device(page)
    sign_in(page, place, "shenjianguo")
    for path in ("/me/passkeys", "/me/passkeys/add"):
        page.goto(place + path)
        accessible(page)
        fits(page)
    add_passkey(page, place, "我的手机")
    accessible(page)
    assert [kept["isResidentCredential"] for kept in device.passkeys] == [True]
    press(page, "#passkeys a:has-text('改名字')")
    page.fill("input[name=name]", "客厅的电脑")
    press(page, "main form button[type=submit]")
    assert "客厅的电脑" in page.inner_text("#passkeys")
    level = signed_in_level(page, place)

    sign_out(page, place)
    page.goto(f"{place}/me/certificates")
    assert "/sign-in" in page.url
    accessible(page)
    press(page, "#passkey button")
    assert page.url == f"{place}/me/certificates"
    assert signed_in_level(page, place) == level, "a passkey says who holds the account, not who they are"

    page.goto(f"{place}/me/passkeys")
    assert "最近" in page.inner_text("#passkeys")
    press(page, "#passkeys a:has-text('删除')")
    accessible(page)
    press(page, "main form button")
    assert "还没有通行密钥" in page.inner_text("main")
    sign_out(page, place)
    page.goto(f"{place}/sign-in")
    press(page, "#passkey button")
    assert "/sign-in" in page.url
    assert "没有通过" in page.inner_text("main")


def signed_in_level(page: Any, place: str) -> str:
    """Return what /me/ says of the person's level."""
    page.goto(f"{place}/me/")
    return str(page.inner_text("section[aria-labelledby=h-acc] dd >> nth=0"))


@pytest.mark.browser
def test_a_passkey_beside_a_password_asks_nobody_for_more(place: str, visitor: Callable[..., Visitor]) -> None:
    """Whoever has a passkey still signs in with the password alone, without JavaScript too."""
    page = visitor(size=PHONE).page
    Device(page)
    sign_in(page, place, "wuhaiyan")
    add_passkey(page, place, "平板")
    plain = visitor(size=PHONE, javascript=False).page
    plain.goto(f"{place}/sign-in")
    assert not plain.is_visible("#passkey")
    sign_in(plain, place, "wuhaiyan")
    assert plain.url == f"{place}/me/"
    plain.goto(f"{place}/me/passkeys/add")
    assert "密码照样能登录" in plain.inner_text("main")
    assert not plain.is_visible(".passkey-go")


@pytest.mark.browser
def test_a_device_that_does_not_know_its_owner_opens_nothing(place: str, visitor: Callable[..., Visitor]) -> None:
    """Without finger, face or PIN the browser gives no answer; the page says so and nothing has changed."""
    page = visitor(size=PHONE).page
    device = Device(page)
    sign_in(page, place, "zhouzihan")
    add_passkey(page, place, "手机")
    sign_out(page, place)
    device.knows_owner(False)
    page.goto(f"{place}/sign-in")
    page.click("#passkey button")
    page.locator(".passkey-said", has_text="没有做完").wait_for()
    page.goto(f"{place}/me/")
    assert "/sign-in" in page.url


@pytest.mark.browser
def test_an_answer_without_the_owners_check_is_refused_by_us_too(place: str, visitor: Callable[..., Visitor]) -> None:
    """A page that asks the device for less than we do gets an answer that we do not take."""
    page = visitor(size=PHONE).page
    device = Device(page)
    sign_in(page, place, "sunyuting")
    add_passkey(page, place, "手机")
    sign_out(page, place)
    device.knows_owner(False)
    page.goto(f"{place}/sign-in")
    page.evaluate(
        "() => { const get = navigator.credentials.get.bind(navigator.credentials);"
        "navigator.credentials.get = ({publicKey}) =>"
        " get({publicKey: {...publicKey, userVerification: 'discouraged'}}); }"
    )
    press(page, "#passkey button")
    assert "/sign-in" in page.url
    assert "没有通过" in page.inner_text("main")


@pytest.mark.browser
def test_an_official_uses_a_passkey_as_second_factor_and_alone(
    place: str, visitor: Callable[..., Visitor], accessible: Callable[[Any], None], fits: Callable[[Any], None]
) -> None:
    """An official adds a passkey beside the authenticator app, then signs in with password and passkey, then with it alone."""
    page = visitor(size=PHONE).page
    Device(page)
    sign_in(page, place, "window")
    assert page.url == f"{place}/desk/", page.inner_text("main")
    add_passkey(page, place, "单位的电脑")
    sign_out(page, place)

    page.goto(f"{place}/sign-in")
    page.fill("input[name=login]", "window@demo.example")
    page.fill("input[name=password]", PASSWORD)
    press(page, "main form button[type=submit]")
    assert "/sign-in/second-factor" in page.url
    page.goto(f"{place}/desk/")
    assert "/sign-in" in page.url, "half a sign-in opens nothing"
    page.goto(f"{place}/sign-in/second-factor")
    accessible(page)
    fits(page)
    press(page, "form[data-passkey] button")
    assert page.url == f"{place}/desk/"

    sign_out(page, place)
    page.goto(f"{place}/sign-in?next=/desk/done")
    press(page, "#passkey button")
    assert page.url == f"{place}/desk/done"


@pytest.mark.browser
def test_a_new_official_replaces_the_first_password_and_takes_a_passkey(
    province: Province, place: str, visitor: Callable[..., Visitor], accessible: Callable[[Any], None]
) -> None:
    """The first password lets nobody in; the official chooses one, takes a passkey, notes the codes, and is at the desk."""
    office = province.run(
        "manage", "shell", "-v", "0", "-c",
        "from yiwang.domains.organisations.models import Office\nprint(Office.objects.order_by('code').first().pk)",
    ).stdout.split()[-1]  # fmt: skip
    done = province.run(
        "staff", "add", "--email", "new@demo.example", "--name", "方小敏", "--office", office, "--roles", "window"
    )
    assert done.returncode == 0, done.stderr
    first = done.stdout.split("signs in with ")[1].split(",")[0]
    page = visitor(size=PHONE).page
    Device(page)
    page.goto(f"{place}/sign-in")
    page.fill("input[name=login]", "new@demo.example")
    page.fill("input[name=password]", first)
    press(page, "main form button[type=submit]")
    assert page.url == f"{place}/sign-in/password"
    accessible(page)
    page.goto(f"{place}/desk/")
    assert "/sign-in" in page.url
    page.goto(f"{place}/sign-in/password")
    page.fill("input[name=password1]", first)
    press(page, "main form button[type=submit]")
    assert "换一个和第一次的密码不同的" in page.inner_text("main")
    page.fill("input[name=password1]", "seven green rivers")
    press(page, "main form button[type=submit]")
    assert page.url.startswith(f"{place}/sign-in/second-factor/set-up")
    press(page, "main a:has-text('用通行密钥')")
    accessible(page)
    press(page, "form[data-passkey] button")
    assert page.url.startswith(f"{place}/sign-in/second-factor/codes")
    assert page.locator("#codes li").count() == 10
    page.goto(f"{place}/desk/")
    assert page.url == f"{place}/desk/"
    page.goto(f"{place}/me/passkeys")
    press(page, "#passkeys a:has-text('删除')")
    press(page, "main form button")
    assert "唯一的第二步验证" in page.inner_text("main")
