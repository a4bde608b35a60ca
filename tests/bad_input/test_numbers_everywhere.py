"""Every number of the reference file through every field that takes such a number, in every form of the demo province."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from conftest import LONG_FORMS, SHARE, on_postgres
from tests.bad_input.answers import answers_for_page
from tests.bad_input.conftest import Demo, DemoItem, Watch
from tests.bad_input.test_demo_forms import PARTS, page_form, parts, send
from tests.bad_input.test_names_and_numbers import CONTRADICTORY, rows
from yiwang.domains.cases.actions import save_answers, start_draft
from yiwang.domains.cases.queries import draft_answers, my_draft
from yiwang.domains.identity.tests.factories import actor_of
from yiwang.foundation.forms import Field

pytestmark = pytest.mark.django_db(transaction=True)
WIDGETS = {"citizen_id": "resident-id", "credit_code": "uscc"}


def fields_of(mine: DemoItem) -> Iterator[tuple[Field, str]]:
    """Yield the fields of a form that take a number of the file, with its type there."""
    for field in mine.form.fields.values():
        if field.widget in WIDGETS:
            yield field, WIDGETS[field.widget]


def numbers(kind: str, at: int) -> list[dict[str, str]]:
    """Return the rows of a type: all of them in the full form on SQLite, else every n-th from another one on."""
    found = [row for row in rows("id_number_vectors.csv") if row["type"] == kind]
    stride = min(16, round((12 if on_postgres() else 1) / SHARE)) if LONG_FORMS else 16
    return found[at % stride :: stride]


def is_good(row: dict[str, str]) -> bool:
    return row["expected"] in ("valid", "normalise") and row["value"] != CONTRADICTORY


@parts
def test_every_form_judges_every_number_as_the_file_does(
    demo: Demo, watch: Watch, figures: Callable[..., None], part: int
) -> None:
    """On the page what is written oddly is put right; through the API only the one written form counts."""
    inputs, place, wrong = 0, 0, []
    for mine in demo.items[part::PARTS]:
        actor, code = actor_of(mine.person, firm=mine.firm), mine.guide.code
        found = list(fields_of(mine))
        draft = start_draft(item_code=code, by=actor) if found else None
        whose = f"?on_behalf_of={mine.firm.credit_code}" if mine.firm else ""
        for field, kind in found:
            page = mine.form.page(field.page)
            answers = answers_for_page(mine.form, page, mine.paper)
            assert answers is not None and draft is not None
            save_answers(draft_id=draft.pk, answers=answers, by=actor)
            at, place = f"/items/{code}/apply/{page.key}", place + 1
            form = page_form(mine.client.get(at), at)
            if field.key not in form.typed:
                continue
            for row in numbers(kind, place):
                answer = watch.look(mine.client.post(at, form.sent(**{field.key: row["value"]})))
                inputs += 2
                told = f'id="f-{field.key}-e"' in answer.content.decode() if answer.status_code != 302 else False
                kept = draft_answers(my_draft(actor, code)).get(field.key, "")  # type: ignore[arg-type]
                faults = mine.form.problems({field.key: kept}, only={field.key}) if kept else []
                if answer.status_code not in (200, 302, 422) or is_good(row) != (
                    not faults and not told and bool(kept)
                ):
                    wrong.append((code, field.key, row["value"], row["expected"], "page", answer.status_code))
                body = {"answers": mine.answers | {field.key: row["value"]}}
                answer = watch.look(send(mine, "PUT", f"/drafts/{draft.pk}{whose}", body))
                pointers = {one["pointer"] for one in answer.json().get("problems", [])}
                shown = field.key in {f.key for f in mine.form.visible_fields(body["answers"])}
                if shown and (f"/answers/{field.key}" in pointers) == (row["expected"] == "valid"):
                    wrong.append((code, field.key, row["value"], row["expected"], "API", answer.status_code))
    assert wrong == []
    figures(inputs=inputs, unexpected_5xx=len(watch.broken))


def test_every_kind_of_number_has_fields(demo: Demo) -> None:
    kinds: list[Any] = [kind for mine in demo.items for _, kind in fields_of(mine)]
    assert kinds.count("resident-id") > 20 and kinds.count("uscc") > 5
