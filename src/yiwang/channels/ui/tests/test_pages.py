"""The template engine, the words and the choices of a visitor, without a database."""

from datetime import UTC, date, datetime

import pytest
from django.http import HttpRequest, HttpResponse
from django.template import TemplateDoesNotExist, TemplateSyntaxError, engines
from django.test import RequestFactory
from django.utils import translation

from yiwang.channels.ui import errors, looks, wording
from yiwang.channels.ui.backend import Minijinja
from yiwang.channels.ui.door import DoorMiddleware
from yiwang.channels.ui.settling import settle
from yiwang.domains.catalogue.content.structs import Limit, Text
from yiwang.foundation.actions import NotVisible, Refused
from yiwang.foundation.clock import moved_to


@pytest.fixture
def engine() -> Minijinja:
    return next(one for one in engines.all() if isinstance(one, Minijinja))


def get(path: str = "/", **cookies: str) -> HttpRequest:
    request = RequestFactory().get(path)
    request.COOKIES.update(cookies)
    return request


def post(path: str, values: dict[str, str], **headers: str) -> HttpRequest:
    return RequestFactory().post(path, values, headers=headers)


def test_what_a_visitor_typed_is_escaped(engine: Minijinja) -> None:
    page = engine.from_string("{{ q }}|{{ _('有效到 {date}', date=q) }}").render({"q": "<b>"})
    assert page == "&lt;b&gt;|有效到 &lt;b&gt;"


def test_a_missing_value_is_an_error_but_may_be_asked_for(engine: Minijinja) -> None:
    assert engine.from_string("{% if nothing %}a{% endif %}b").render({}) == "b"
    with pytest.raises(TemplateSyntaxError, match="nothing"):
        engine.from_string("{{ nothing }}").render({})


def test_templates_of_other_apps_and_outside_folders_are_not_ours(engine: Minijinja) -> None:
    for name in ("admin/base.html", "../backend.py", "/etc/passwd", "ui\\shell.html"):
        with pytest.raises(TemplateDoesNotExist):
            engine.get_template(name)


def test_only_a_page_with_a_form_gets_the_token_cookie(engine: Minijinja) -> None:
    without, with_form = get(), get()
    engine.from_string("no form").render({}, without)
    page = engine.from_string("{{ csrf_input }}").render({}, with_form)
    assert "CSRF_COOKIE" not in without.META
    assert with_form.META["CSRF_COOKIE"]
    assert page.startswith('<input type="hidden" name="csrfmiddlewaretoken" value="')
    assert "token-" not in page


def test_settling_keeps_calls_that_depend_on_values() -> None:
    source = """{{ _("首页") }} {{ _('{n} 月', n=n) }} {{ x_("首页") }} {{ url_if("no:where") }}"""
    with translation.override("zh-hans"):
        settled = settle(source, "zh-hans")
    assert settled == """{{ "首页" }} {{ _('{n} 月', n=n) }} {{ x_("首页") }} {{ "" }}"""


def test_json_cannot_leave_its_script_element() -> None:
    assert "</script>" not in wording.data_block({"name": "</script><b>&"})


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "11 月 25 日（周三）"), ("en", "Wednesday 25 November")])
def test_a_date_says_its_weekday(language: str, said: str) -> None:
    with translation.override(language), moved_to(datetime(2026, 11, 1, tzinfo=UTC)):
        assert wording.date_cn(date(2026, 11, 25), weekday=True) == said


def test_a_time_is_the_time_of_shanghai_and_another_year_is_said() -> None:
    with translation.override("zh-hans"), moved_to(datetime(2027, 2, 1, tzinfo=UTC)):
        assert wording.datetime_cn(datetime(2026, 11, 17, 23, 30, tzinfo=UTC)) == "2026 年 11 月 18 日 07:30"


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (Limit(5), "5 个工作日", "5 working days"),
        (Limit(1, "month"), "1 个月", "1 month"),
    ],
)
def test_a_limit_is_said_in_words(value: Limit, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert wording.limit(value) == chinese
    with translation.override("en"):
        assert wording.limit(value) == english


def test_money_codes_and_texts() -> None:
    with translation.override("zh-hans"):
        assert [wording.money(fen) for fen in (0, 2000, 1250, None)] == ["免费", "20 元", "12.50 元", ""]
        assert wording.codegroup("LX261104184275") == "LX26 1104 1842 75"
        assert wording.text_of(Text(zh="出生", en="Birth")) == "出生"
    with translation.override("en"):
        assert wording.money(1250) == "¥12.50"
        assert wording.text_of({"zh": "出生", "en": "Birth"}) == "Birth"
        assert wording.text_of({"zh": "出生"}) == "出生"


def test_a_choice_is_kept_and_the_other_choices_with_it() -> None:
    request = post("/look", {"size": "lg", "next": "/search?q=1"})
    request.COOKIES[looks.COOKIE] = "md.dark"
    response = looks.set_look(request)
    assert response.headers["Location"] == "/search?q=1"
    assert response.cookies[looks.COOKIE].value == "lg.dark"


@pytest.mark.parametrize(
    "target", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "/\\evil.example", ""]
)
def test_a_choice_never_leads_to_another_site(target: str) -> None:
    assert looks.set_look(post("/look", {"size": "lg", "next": target})).headers["Location"] == "/"


def test_another_site_cannot_choose_and_unknown_values_change_nothing() -> None:
    assert looks.set_look(post("/look", {"size": "lg"}, **{"Sec-Fetch-Site": "cross-site"})).status_code == 403
    assert looks.set_look(post("/look", {"size": "huge"})).cookies[looks.COOKIE].value == "md.auto"
    assert not looks.set_language(post("/language", {"language": "xx"})).cookies
    assert looks.look_of(get(**{looks.COOKIE: '"><script>.dark'})) == looks.Look("md", "dark")


@pytest.mark.parametrize(
    ("accepts", "language"), [("zh-CN", "zh-CN"), ("en-GB,en", "en"), ("fr", "zh-CN"), ("", "zh-CN")]
)
def test_the_language_follows_the_browser_and_is_chinese_otherwise(accepts: str, language: str) -> None:
    request = RequestFactory().get("/", headers={"Accept-Language": accepts})
    response = DoorMiddleware(lambda _: HttpResponse())(request)
    assert response.headers["Content-Language"] == language


@pytest.mark.parametrize("status", sorted(errors.PAGES))
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_error_has_a_page_that_says_what_to_do(status: int, language: str) -> None:
    with translation.override(language):
        response = errors.error_page(get(), status)
    assert response.status_code == status
    assert response.content.decode().count("<p>") >= 2


def test_a_refusal_is_said_in_its_own_words() -> None:
    middleware = DoorMiddleware(lambda _: HttpResponse())
    refused = middleware.process_exception(get(), Refused("这件申请已经撤回"))
    hidden = middleware.process_exception(get(), NotVisible())
    assert refused is not None and "这件申请已经撤回" in refused.content.decode() and refused.status_code == 409
    assert hidden is not None and hidden.status_code == 404
    assert middleware.process_exception(get(), ValueError()) is None
