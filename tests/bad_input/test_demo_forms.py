"""Naughty strings through every field of every form of the demo province: pages, API, submission, correction."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.bad_input.answers import answers_for_page
from tests.bad_input.conftest import Demo, DemoItem, Watch
from tests.bad_input.html_forms import HtmlForm, forms_of
from tests.bad_input.strings import MARKUP, is_raw, readable, share
from tests.verify.test_lives import verified
from yiwang.domains.cases.actions import accept_case, request_correction, save_answers, start_draft, submit_case
from yiwang.domains.cases.models import Case, Draft
from yiwang.domains.cases.queries import answers_of, draft_answers, my_draft
from yiwang.domains.identity.models import Person
from yiwang.domains.identity.tests.factories import actor_of, sign_in
from yiwang.domains.papers.models import Paper
from yiwang.foundation.forms import Field
from yiwang.foundation.forms.conditions import is_blank
from yiwang.foundation.jobs.worker import work_until_idle

pytestmark = pytest.mark.django_db(transaction=True)
PARTS = 4
Figures = Callable[..., None]
parts = pytest.mark.parametrize("part", range(PARTS))


def others(mine: DemoItem) -> list[Any]:
    """Every row that an applicant who fills in one draft has no business with."""
    rows = [list(Draft.objects.exclude(item_id=mine.guide.code).order_by("pk").values())]
    return [*rows, *(list(m.objects.order_by("pk").values()) for m in (Case, Person, Paper))]


def page_form(answer: Any, action: str) -> HtmlForm:
    """The form of a page that leads to an address."""
    return next(f for f in forms_of(answer.content.decode()) if f.action.partition("?")[0] == action)


def free(field: Field) -> bool:
    """Whether an answer is text that people word themselves."""
    return field.widget in ("text", "textarea") and not {"pattern", "enum", "format"} & set(field.spec)


def as_kept(typed: str) -> str:
    """What a page makes of what was typed: line breaks as everywhere, and none around it."""
    return typed.replace("\r\n", "\n").replace("\r", "\n").strip("\n")


def rounds(names: list[str], strings: list[str]) -> Iterator[dict[str, str]]:
    """Yield what to type, until every field had every string: another string in each field each time."""
    carried = [text for text in strings if readable(text)]
    for at in range(len(carried) if names else 0):
        yield {name: carried[(at + place) % len(carried)] for place, name in enumerate(names)}
    for text in strings:
        if not readable(text) and "\ud800" not in text:
            yield dict.fromkeys(names, text)


@parts
def test_every_page_of_every_form(demo: Demo, watch: Watch, figures: Figures, part: int) -> None:
    """A draft keeps what was typed, as it was typed, and shows it as text."""
    inputs, wrong, place = 0, [], 0
    for mine in demo.items[part::PARTS]:
        actor, code = actor_of(mine.person, firm=mine.firm), mine.guide.code
        draft = start_draft(item_code=code, by=actor)
        before = others(mine)
        for page in mine.form.pages:
            place += 1
            answers = answers_for_page(mine.form, page, mine.paper)
            assert answers is not None, (code, page.key)
            save_answers(draft_id=draft.pk, answers=answers, by=actor)
            at = f"/items/{code}/apply/{page.key}"
            form = page_form(mine.client.get(at), at)
            for typed in rounds(form.typed, share(place, short=80, full=2, postgres=16)):
                answer = watch.look(mine.client.post(at, form.sent(**typed)), at)
                inputs += len(typed)
                wrong += looked_at(mine, answer, at, typed)
        assert others(mine) == before, code
    assert wrong[:12] == []
    figures(inputs=inputs, unexpected_5xx=len(watch.broken))


def looked_at(mine: DemoItem, answer: Any, at: str, typed: dict[str, str]) -> list[Any]:
    """What is wrong with what became of a page that was posted."""
    if answer.status_code == 400:
        return [] if not all(map(readable, typed.values())) else [(at, 400, typed)]
    shown = [answer.content.decode()] if answer.status_code != 302 else []
    if any(MARKUP.search(text) for text in typed.values()):
        pages = (at, f"/items/{mine.guide.code}/apply/check")
        shown += [mine.client.get(page).content.decode() for page in pages]
    wrong = [(at, "raw", text) for text in typed.values() for page in shown if is_raw(text, page)]
    draft = my_draft(actor_of(mine.person, firm=mine.firm), mine.guide.code)
    kept = draft_answers(draft) if draft else {}
    for name, text in typed.items():
        field = mine.form.fields.get(name)
        if field and free(field) and kept.get(name, "") != as_kept(text) and not is_blank(text):
            wrong.append((at, name, text, kept.get(name)))
    return wrong


def poisoned(value: Any, spec: dict[str, Any], strings: Iterator[str], *, all_of_them: bool) -> Any:
    """Return an answer with its texts replaced: the free ones, or every string that there is."""
    if isinstance(value, dict):
        inner = spec.get("properties", {})
        return {k: poisoned(v, inner.get(k, {}), strings, all_of_them=all_of_them) for k, v in value.items()}
    if isinstance(value, list):
        return [poisoned(v, spec.get("items", {}), strings, all_of_them=all_of_them) for v in value]
    is_free = not {"pattern", "enum", "format"} & set(spec)
    return next(strings) if isinstance(value, str) and (is_free or all_of_them) else value


def endless(strings: list[str], at: int) -> Iterator[str]:
    """Yield the strings from one of them on, round and round."""
    while True:
        yield strings[at % len(strings)]
        at += 1


def send(mine: DemoItem, method: str, path: str, body: Any, key: str = "") -> Any:
    """Call the API with JSON."""
    headers = {"authorization": f"Bearer {mine.token}"} | ({"idempotency-key": key} if key else {})
    data = json.dumps(body).encode()
    return Client().generic(method, f"/api/v1{path}", data, content_type="application/json", headers=headers)


def readable_back(field: Field, value: Any) -> Any:
    """Return an answer without the numbers of identity documents, which come back masked: here, and in rows."""
    if field.widget == "citizen_id":
        return None
    if field.columns and isinstance(value, list):
        columns = {column.key: column for column in field.columns}
        return [{key: readable_back(columns[key], cell) for key, cell in row.items()} for row in value]
    return value


@parts
def test_every_answer_of_a_draft_through_the_api(demo: Demo, watch: Watch, figures: Figures, part: int) -> None:
    inputs, wrong = 0, []
    for number, mine in enumerate(demo.items[part::PARTS]):
        draft = send(mine, "POST", "/drafts", {"item": mine.guide.code, **mine.on_behalf_of}).json()["id"]
        strings, whose = share(number, short=24), f"?on_behalf_of={mine.firm.credit_code}" if mine.firm else ""
        for at in range(len(strings)):
            answers = {
                key: poisoned(value, mine.form.fields[key].spec, endless(strings, at), all_of_them=bool(at % 2))
                for key, value in mine.answers.items()
            }
            answer = watch.look(send(mine, "PUT", f"/drafts/{draft}{whose}", {"answers": answers}), mine.guide.code)
            inputs += len(answers)
            if answer.status_code not in (200, 422):
                wrong.append((mine.guide.code, answer.status_code, strings[at]))
            back = answer.json().get("answers", answers)
            wrong += [
                (mine.guide.code, key, value)
                for key, value in answers.items()
                if readable_back(mine.form.fields[key], back.get(key)) != readable_back(mine.form.fields[key], value)
            ]
    assert wrong[:12] == []
    figures(inputs=inputs, unexpected_5xx=len(watch.broken))


@parts
def test_every_application_through_the_api(
    demo: Demo, watch: Watch, figures: Figures, part: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is taken is stored as it was sent, everybody who reads the case reads it as text, and the store can be proved."""
    inputs, taken, wrong = 0, [], []
    for number, mine in enumerate(demo.submittable[part::PARTS]):
        strings = share(number, short=64, full=8, postgres=16)
        assert mine.form.problems(mine.answers) == [], mine.guide.code
        for at, text in enumerate(strings):
            answers = {
                key: poisoned(value, mine.form.fields[key].spec, endless(strings, at), all_of_them=False)
                for key, value in mine.fresh().items()
            }
            body = {"item": mine.guide.code, "answers": answers, **mine.on_behalf_of}
            answer = watch.look(send(mine, "POST", "/cases", body, key=f"k{part}-{number}-{at}"), text)
            inputs += len(answers)
            if answer.status_code != 201:
                wrong += [] if answer.status_code == 422 else [(mine.guide.code, answer.status_code, text)]
                continue
            case = Case.objects.get(number=answer.json()["number"])
            taken.append({"key": f"k{part}-{number}-{at}", "number": case.number})
            if answers_of(case) != mine.form.prune(answers):
                wrong.append((mine.guide.code, "not as sent", text))
            if any(isinstance(v, str) and MARKUP.search(v) for v in answers.values()):
                wrong += read_by_all(demo, watch, mine, case, [v for v in answers.values() if isinstance(v, str)])
    assert wrong[:12] == []
    work_until_idle()
    code, broken = verified(tmp_path, taken, capsys)
    assert taken and (code, broken) == (0, {})
    figures(inputs=inputs, acknowledged=len(taken), lost=0, doubled=0, unexpected_5xx=len(watch.broken), verify=code)


def read_by_all(demo: Demo, watch: Watch, mine: DemoItem, case: Case, texts: list[str]) -> list[Any]:
    desk = sign_in(Client(), demo.official(case))
    pages = [
        watch.look(mine.client.get(f"/me/cases/{case.number}")),
        watch.look(desk.get(f"/desk/cases/{case.number}")),
    ]
    shown = [page.content.decode() for page in pages]
    return [("raw", case.number, text) for text in texts for page in shown if is_raw(text, page)]


@parts
def test_every_field_of_a_correction(demo: Demo, watch: Watch, figures: Figures, part: int) -> None:
    inputs, wrong = 0, []
    for number, mine in enumerate(demo.submittable[part::PARTS]):
        case: Case | None = None
        for typed_at, text in enumerate(share(number, short=48, full=4, postgres=12)):
            if case is None:
                case = in_correction(demo, mine)
                at = f"/me/cases/{case.number}/correction"
                form = page_form(mine.client.get(at), at)
            names = form.typed
            strings = endless(share(number, short=48, full=4, postgres=12), typed_at)
            values = {name: next(strings) for name in names}
            values = values if all(map(readable, values.values())) else dict.fromkeys(names, text)
            answer = watch.look(mine.client.post(at, form.sent(**values)), at)
            inputs += len(values)
            if answer.status_code not in (200, 302, 400, 409, 422):
                wrong.append((mine.guide.code, answer.status_code, text))
            wrong += [(at, "raw", one) for one in values.values() if is_raw(one, answer.content.decode())]
            if answer.status_code == 302:
                case = None
    assert wrong[:12] == []
    figures(inputs=inputs, unexpected_5xx=len(watch.broken))


def in_correction(demo: Demo, mine: DemoItem) -> Case:
    """Return a case of an item that its office asked to be corrected."""
    key = f"c-{mine.guide.code[-14:]}-{Case.objects.count()}"
    actor = actor_of(mine.person, firm=mine.firm)
    case, _ = submit_case(item_code=mine.guide.code, answers=mine.fresh(), key=key, by=actor)
    asked = [{"field": next(iter(mine.answers)), "text": "<b>写全称</b>"}]
    request_correction(case_id=case.pk, items=asked, by=actor_of(demo.official(case)))
    return case


def test_a_case_of_every_item_can_be_accepted(demo: Demo) -> None:
    """The answers that these tests rest on are real ones: every form of the province takes them."""
    for mine in demo.submittable:
        key, actor = f"a-{mine.guide.code[-14:]}", actor_of(mine.person, firm=mine.firm)
        case, _ = submit_case(item_code=mine.guide.code, answers=mine.fresh(), key=key, by=actor)
        accept_case(case_id=case.pk, by=actor_of(demo.official(case)))
    assert len(demo.submittable) >= 40
