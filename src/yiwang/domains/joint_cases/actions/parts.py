"""A part becomes a case: the answers of the one form as its item asks for them, and papers of its own."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import msgspec

from yiwang.domains.cases.actions.parts import submit_part
from yiwang.domains.cases.models import Case
from yiwang.domains.catalogue.content import Part
from yiwang.domains.catalogue.content.parting import filled_later, key_in_bundle, part_answers
from yiwang.domains.catalogue.queries import form_of
from yiwang.domains.certificates.models import Certificate
from yiwang.domains.certificates.queries import data_of, held_for
from yiwang.domains.joint_cases.models import JointCase
from yiwang.domains.papers.actions import copy_papers
from yiwang.domains.papers.models import Paper
from yiwang.foundation.actions import InvalidInput
from yiwang.foundation.actors import Actor
from yiwang.foundation.forms import Form, Problem


def form_of_part(part: Part, actor: Actor) -> Form:
    """Return the form of the item that a part is, in the version that the merged form was made of."""
    return form_of(UUID(part.version), for_firm=actor.on_behalf_of is not None)


def answers_for(part: Part, form: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return what one item is told of the answers of the whole."""
    return form.prune(part_answers(part, form.fields, answers))


def problems_of(part: Part, form: Form, answers: Mapping[str, Any]) -> list[Problem]:
    """Return what one item cannot take, by the keys of the merged form. What a later result fills in is not asked now."""
    later = filled_later(part)
    problems = form.problems(answers, only=[key for key in form.fields if key not in later])
    return [_led(part, one) for one in problems]


def _led(part: Part, one: Problem) -> Problem:
    key = key_in_bundle(part, one.top) or one.top
    rest = one.field.removeprefix(one.top)
    pointer = f"/{key}{one.pointer.removeprefix(f'/{one.top}')}"
    return msgspec.structs.replace(one, field=key + rest, pointer=pointer, anchor=f"f-{key}{rest}")


def later_values(part: Part, results: Iterable[Certificate], actor: Actor) -> dict[str, Any]:
    """Return the answers that certificates give by now: `results` of the parts that this one waited for before all others."""
    later = filled_later(part)
    if not later:
        return {}
    held = held_for(actor) | {one.type_id: one for one in results}
    found = {}
    for key, source in later.items():
        code, _, name = source.rpartition(".")
        if code in held:
            data = data_of(held[code])
            value = data.get(f"KZ_{name}") or (held[code].number if name == "number" else None)
            if value:
                found[key] = value
    return found


def hand_in_part(
    joint: JointCase, part: Part, form: Form, answers: Mapping[str, Any], papers: Mapping[str, Paper], by: Actor
) -> Case:
    """Hand a part in, with copies of the papers that it asks for; `answers` are those of its own form.

    Raises:
        InvalidInput: with the problems of each field, by the keys of the merged form.
    """
    wanted = [papers[one] for one in form.paper_ids(answers) if one in papers]
    copies = {str(old): str(new) for old, new in copy_papers(papers=wanted, by=by).items()} if wanted else {}
    try:
        return submit_part(
            item_code=part.item,
            version_id=UUID(part.version),
            answers=_with_papers(answers, copies) if copies else dict(answers),
            key=f"joint:{joint.pk}:{part.key}",
            joint_reference=joint.number,
            by=by,
        )
    except InvalidInput as error:
        problems = [_led(part, one) for one in error.errors]
        raise InvalidInput(error.message, code=error.code, errors=problems) from error


def _with_papers(value: Any, copies: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _with_papers(one, copies) for key, one in value.items()}
    if isinstance(value, list):
        return [_with_papers(one, copies) for one in value]
    return copies.get(value, value) if isinstance(value, str) else value
