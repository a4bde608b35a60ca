"""Naughty strings through every form of every page that any role can reach. The forms are found in the pages themselves."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from tests.bad_input.cast import CLERK, EVERYBODY, NOBODY, OWNER, WINDOW, Cast, addresses, gather
from tests.bad_input.conftest import Watch
from tests.bad_input.html_forms import HtmlForm, forms_of
from tests.bad_input.strings import MARKUP, is_raw, readable, share
from yiwang.domains.cases.actions import accept_case, request_correction, review_case
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries import opinions_of
from yiwang.domains.cases.tests.factories import make_case, make_official
from yiwang.domains.identity.models import Person, Staff
from yiwang.domains.identity.tests.factories import actor_of
from yiwang.domains.ratings.queries import rating_of
from yiwang.foundation.masking import scrub

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "内容核对过，图纸与现场一致。"


def whole(answer: Any) -> bytes:
    """Return the body of an answer, also of one that streams."""
    body: bytes = answer.getvalue() if answer.streaming else answer.content
    if answer.streaming:
        answer.close()
    return body


@dataclass
class Found:
    """A form, who finds it, and where."""

    role: str
    at: str
    form: HtmlForm

    @property
    def target(self) -> str:
        """Where it leads."""
        return self.form.action or self.at

    @property
    def kind(self) -> tuple[Any, ...]:
        """What makes two forms the same: their shape, and who fills them in."""
        path = re.sub(r"[0-9A-Za-z-]{20,}", "…", urlsplit(self.target).path)
        return self.role, path, self.form.method, tuple(self.form.typed), tuple(self.form.tampered)


@pytest.fixture
def cast(at_noon: Any) -> Cast:
    """Give the cast, with a case in every state in which somebody fills in a form."""
    found = gather()
    owner = Person.objects.get(name="林晓岚")
    item = found.case.item_id

    def another() -> Case:
        from yiwang.domains.catalogue.queries import guide

        return make_case(person=owner, item=guide(item))

    corrected, accepted, reviewed = another(), another(), another()
    official = actor_of(make_official(corrected))
    asked = [{"field": "area", "text": "面积和图上不一样"}, {"field": "", "text": "带上租约"}]
    request_correction(case_id=corrected.pk, items=asked, by=official)
    for case in (accepted, reviewed):
        accept_case(case_id=case.pk, by=official)
    review_case(case_id=reviewed.pk, verdict="support", opinion=TEXT, by=official)
    done = Case.objects.get(state="closed")
    found.more = [case.number for case in (corrected, accepted, reviewed, done)]  # type: ignore[attr-defined]
    return found


def forms(cast: Cast) -> Iterator[Found]:
    """Yield every form that somebody types into, once for each role."""
    seen: set[tuple[Any, ...]] = set()
    numbers = [cast.values["number"], *cast.more]  # type: ignore[attr-defined]
    for _, address in addresses(cast.values):
        if address.startswith(("/api/", "/static/")):
            continue
        every = [address.replace(numbers[0], number) for number in numbers] if numbers[0] in address else [address]
        for at in every:
            for role in sorted(EVERYBODY):
                answer = cast.ask(role, "GET", at)
                if answer.status_code != 200 or "text/html" not in answer.headers["Content-Type"]:
                    continue
                for form in forms_of(answer.content.decode()):
                    found = Found(role, at, form)
                    is_new = found.kind not in seen and urlsplit(found.target).netloc == ""
                    seen.add(found.kind)
                    if is_new and (form.typed or form.tampered):
                        yield found


def undone(client: Client, found: Found, sent: dict[str, list[str]]) -> tuple[Any, str]:
    """Send a form and undo whatever it did; return the answer, and the page that it leads to."""
    cache.clear()
    with transaction.atomic():
        answer = client.post(found.target, sent) if found.form.method == "post" else client.get(found.target, sent)
        shown = ""
        goes_on = answer.status_code == 302 and any(MARKUP.search(v) for values in sent.values() for v in values)
        if goes_on and not answer.url.startswith("http"):
            page = client.get(answer.url)
            shown = page.content.decode("utf-8", "replace") if "html" in page.headers["Content-Type"] else ""
        transaction.set_rollback(True)
    return answer, shown


def everything_else(cast: Cast) -> list[Any]:
    """What none of these forms may change, for each is undone."""
    rows = (Case, Person, Staff)
    return [list(model.objects.order_by("pk").values()) for model in rows]


def attempt(cast: Cast, watch: Watch, found: Found, names: list[str], strings: list[str]) -> tuple[int, list[Any]]:
    """Send strings in some controls of a form, another in each; return how many were typed and what went wrong."""
    inputs, wrong, buttons = 0, [], [{}, *({b.name: b.value} for b in found.form.buttons)]
    carried = [text for text in strings if readable(text)]
    rounds = [{n: carried[(at + place) % len(carried)] for place, n in enumerate(names)} for at in range(len(carried))]
    rounds += [dict.fromkeys(names, text) for text in strings if "\0" in text]
    session = cast.clients[found.role].cookies
    for at, typed in enumerate(rounds):
        client = Client(raise_request_exception=False)
        for name, morsel in session.items():
            client.cookies[name] = morsel.value
        button = buttons[at % len(buttons)]
        answer, shown = undone(
            client, found, found.form.sent(**button, **{k: v for k, v in typed.items() if k not in button})
        )
        watch.look(answer, str(typed))
        inputs += len(typed)
        pages = [shown, whole(answer).decode("utf-8", "replace")]
        wrong += [(found.target, text) for text in typed.values() for page in pages if is_raw(text, page)]
    return inputs, wrong


def test_every_text_field_of_every_page(cast: Cast, watch: Watch, figures: Callable[..., None]) -> None:
    """Search, suggestions, sign-up, codes, ratings, opinions, names, office comments, the console: whatever is there."""
    every = [found for found in forms(cast) if found.form.typed]
    paths = {urlsplit(found.target).path for found in every}
    for needed in (
        "/search",
        "/progress",
        "/verify",
        "/sign-in",
        "/sign-up",
        "/password/reset",
        "/console/calendar/days",
    ):
        assert needed in paths, needed
    for ending in (
        "/rate",
        "/correction",
        "/acceptance",
        "/correction-request",
        "/refusal-to-accept",
        "/review",
        "/decision",
    ):
        assert any(path.endswith(ending) for path in paths) or ending == "/acceptance", ending
    before, inputs, wrong = everything_else(cast), 0, []
    for at, found in enumerate(every):
        more, bad = attempt(cast, watch, found, found.form.typed, share(at, short=40, full=2))
        inputs, wrong = inputs + more, wrong + bad
    assert wrong == []
    assert everything_else(cast) == before
    figures(inputs=inputs, forms=len(every), unexpected_5xx=len(watch.broken))


def test_what_no_browser_lets_anybody_change(cast: Cast, watch: Watch, figures: Callable[..., None]) -> None:
    """Hidden fields, choices and boxes, with strings in them that nobody offered."""
    every = [found for found in forms(cast) if found.form.tampered and found.role in (OWNER, WINDOW, NOBODY, CLERK)]
    inputs, wrong = 0, []
    for at, found in enumerate(every):
        more, bad = attempt(cast, watch, found, found.form.tampered, share(at, short=80, full=4, postgres=16))
        inputs, wrong = inputs + more, wrong + bad
    assert wrong == []
    figures(inputs=inputs, forms=len(every), unexpected_5xx=len(watch.broken))


def test_words_of_people_and_offices_are_kept_as_they_were_written(cast: Cast, watch: Watch, figures: Any) -> None:
    """A rating's comment and an official's opinion: as sent but for numbers of people, or refused; never changed."""
    done = Case.objects.get(state="closed")
    accepted = next(case for case in Case.objects.filter(state="accepted"))
    person, desk = cast.clients[OWNER], cast.clients[WINDOW]
    inputs, wrong = 0, []
    for text in share(0, short=12):
        with transaction.atomic():
            answer = watch.look(person.post(f"/me/cases/{done.number}/rate", {"grade": "satisfied", "comment": text}))
            rating = rating_of(done)
            kept = rating.comment if rating else ""
            if answer.status_code == 302 and kept.strip() != scrub(text.replace("\r\n", "\n")).strip():
                wrong.append(("comment", text, kept))
            transaction.set_rollback(True)
        with transaction.atomic():
            form = {"verdict": "support", "opinion": text, "revision": str(accepted.revision)}
            answer = watch.look(desk.post(f"/desk/cases/{accepted.number}/review", form))
            written = [words for _, words in opinions_of(accepted)]
            if answer.status_code == 302 and written and written[-1].strip() != text.replace("\r\n", "\n").strip():
                wrong.append(("opinion", text, written[-1]))
            transaction.set_rollback(True)
        inputs += 2
    assert wrong == []
    figures(inputs=inputs, unexpected_5xx=len(watch.broken))
