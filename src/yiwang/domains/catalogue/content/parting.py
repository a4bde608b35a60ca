"""一件事: which parts of a bundle are wanted, what they wait for, and the answers of one form as those of each part."""

from collections.abc import Iterable, Mapping
from typing import Any

from yiwang.domains.catalogue.content.structs import Bundle, Part, Source
from yiwang.foundation.forms.conditions import holds, parse

WANTED = "wanted_parts"
"""The question which of the optional parts are wanted."""


def source_of(part: Part, key: str) -> Source | None:
    """Return where a question of an item gets its answer from; None where it is asked for this part alone."""
    named = part.fields.get(key)
    return Source(field=named) if isinstance(named, str) else named


def own_key(part: Part, key: str) -> str:
    """Return the key in the merged form of a question that is asked for one part alone."""
    return f"{part.key}_{key}"


def key_in_bundle(part: Part, key: str) -> str:
    """Return the key in the merged form that answers a question of an item; empty where nobody is asked."""
    source = source_of(part, key)
    if source is None:
        return own_key(part, key)
    return source.field or next(iter(source.pieces.values()), "")


def wanted_parts(bundle: Bundle, answers: Mapping[str, Any]) -> list[Part]:
    """Return the parts that these answers ask for, in the order of the bundle."""
    chosen = answers.get(WANTED) or ()
    found = []
    for part in bundle.parts:
        condition = parse(part.when, lambda fault: None) if part.when else None
        if (not part.optional or part.key in chosen) and (condition is None or holds(condition, answers)):
            found.append(part)
    return found


def waits_for(part: Part, wanted: Iterable[Part]) -> list[str]:
    """Return the keys of the wanted parts that this one needs the result of; what is not wanted is there already."""
    keys = {one.key for one in wanted}
    return [key for key in part.needs if key in keys]


def part_answers(part: Part, keys: Iterable[str], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers of a bundle as one of its items asks for them; `keys` are the questions of the item.

    What an earlier part results in is left out: it is known when that part is granted.
    """
    found: dict[str, Any] = {}
    for key in keys:
        source = source_of(part, key)
        if source is not None and source.value is not None:
            found[key] = source.value
        elif source is not None and source.certificate:
            continue
        elif source is not None and source.pieces:
            found[key] = {piece: answers[asked] for piece, asked in source.pieces.items() if asked in answers}
        elif (value := answers.get(key_in_bundle(part, key))) is not None:
            found[key] = _translated(value, source.values) if source and source.values else value
    return found


def _translated(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return list(dict.fromkeys(values.get(one, one) if isinstance(one, str) else one for one in value))
    return values.get(value, value) if isinstance(value, str) else value


def filled_later(part: Part) -> dict[str, str]:
    """Return the questions of an item that a certificate answers → `<type>.<field>`."""
    named = {key: source_of(part, key) for key in part.fields}
    return {key: source.certificate for key, source in named.items() if source and source.certificate}


def stages(parts: Iterable[Part]) -> list[list[Part]]:
    """Return the parts in the order in which they can begin: those that wait for nobody, those behind them, and so on.

    Raises:
        ValueError: where parts wait for each other in a circle.
    """
    left, done, found = list(parts), set[str](), list[list[Part]]()
    keys = {part.key for part in left}
    while left:
        now = [part for part in left if all(key in done or key not in keys for key in part.needs)]
        if not now:
            raise ValueError("、".join(part.key for part in left))
        found.append(now)
        done |= {part.key for part in now}
        left = [part for part in left if part.key not in done]
    return found
