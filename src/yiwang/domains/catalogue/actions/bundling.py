"""Bundles: written out as one form when they are published, and again when one of their items is."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from yiwang.domains.catalogue.content import ItemContent, canonical_json, content_hash
from yiwang.domains.catalogue.content.merging import merge
from yiwang.domains.catalogue.loading import ReadItem
from yiwang.domains.catalogue.queries import Guide, form_definition, guide
from yiwang.foundation.forms import FormDefinitionError, compile_form

Refusal = tuple[int, str, str, str]


def written_out(items: Sequence[ReadItem], refused: list[Refusal]) -> Iterator[ReadItem]:
    """Yield the items, bundles among them with their merged form; a bundle that does not fit together goes to `refused`."""
    for item in items:
        if item.content.bundle is None:
            yield item
            continue
        content, faults = fitted(item.content)
        if faults:
            words = "；".join(faults[:3])
            refused.append((item.row, item.code, f"一件事拼不起来：{words}", f"the bundle does not fit: {words}"))
            continue
        canonical = canonical_json(content)
        yield msgspec.structs.replace(item, content=content, canonical=canonical, content_hash=content_hash(canonical))


def fitted(content: ItemContent) -> tuple[ItemContent, list[str]]:
    """Return a bundle with the form that its items make today, and their versions; or what is wrong with it."""
    bundle = content.bundle
    assert bundle is not None
    items = {part.key: guide(part.item) for part in bundle.parts}
    faults = [f"parts.{key}.item: no such item" for key, found in items.items() if found is None]
    known: dict[str, Guide] = {key: found for key, found in items.items() if found is not None}
    faults += [f"parts.{key}.item: a bundle" for key, found in known.items() if found.content.bundle is not None]
    if faults:
        return content, faults
    forms = {key: form_definition(found.content) for key, found in known.items()}
    merged = merge(bundle, {key: found.content for key, found in known.items()}, forms)
    if merged.faults:
        return content, merged.faults
    try:
        compile_form(merged.form or {})
    except FormDefinitionError as error:
        return content, error.faults
    parts = [
        msgspec.structs.replace(part, name=known[part.key].content.name, version=str(known[part.key].version_id))
        for part in bundle.parts
    ]
    whole = msgspec.structs.replace(bundle, parts=parts)
    return msgspec.structs.replace(content, bundle=whole, form=merged.form, materials=merged.materials), []


def mentions(content: ItemContent, codes: Iterable[str]) -> bool:
    """Tell whether one of these items is part of the bundle."""
    return content.bundle is not None and not {part.item for part in content.bundle.parts}.isdisjoint(codes)
