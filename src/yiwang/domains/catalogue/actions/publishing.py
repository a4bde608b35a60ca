"""Publish versions. A version is immutable and known by its hash: the same content twice is one version."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from yiwang.domains.catalogue.content import ItemContent, canonical_json, content_hash, from_json
from yiwang.domains.catalogue.events import ItemsPublished, ItemStateChanged
from yiwang.domains.catalogue.loading import ReadItem
from yiwang.domains.catalogue.models import BaseItem, Item, ItemTopic, ItemVersion
from yiwang.domains.catalogue.policies import may_publish
from yiwang.domains.organisations.actions import load_offices
from yiwang.domains.organisations.models import Office
from yiwang.domains.regions.queries import is_known_region
from yiwang.foundation.actions import NotVisible, Refused, action, require
from yiwang.foundation.actors import SYSTEM, Actor
from yiwang.foundation.clock import now
from yiwang.foundation.forms import FormDefinitionError, compile_form
from yiwang.foundation.ids import uuid7
from yiwang.foundation.journal.recording import record


@dataclass
class BatchReport:
    """What became of a batch: codes by outcome, and rows that were refused with the reason in both languages."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: int = 0
    refused: list[tuple[int, str, str, str]] = field(default_factory=list)


@action
def publish_items(*, items: Sequence[ReadItem], source: str, dry_run: bool = False, by: Actor) -> BatchReport:
    """Publish what a source states, as a three-way merge by hash against what it stated last time.

    The same content changes nothing. A change of the source becomes a new version. Where we amended the item since, both
    changes are kept if they touch different elements; otherwise the row is refused and names them.
    """
    require(may_publish(by))
    report = BatchReport()
    known = {i.code: i for i in Item.objects.filter(code__in=[i.code for i in items])}
    changed = [i for i in items if i.code not in known or known[i.code].imported_hash != i.content_hash]
    report.unchanged = len(items) - len(changed)
    changed = [item for item in changed if _form_holds(item, report)]
    merged = _merge(changed, known, report)
    if dry_run or not merged:
        return report
    _enter_surroundings([item for item, _, _ in merged], source)
    _store(merged, known, source)
    record(ItemsPublished(item_codes=tuple(item.code for item, _, _ in merged), source=source), by=by)
    return report


Merged = tuple[ReadItem, bytes, str]


def _form_holds(item: ReadItem, report: BatchReport) -> bool:
    if item.content.form is None:
        return True
    try:
        compile_form(item.content.form)
    except FormDefinitionError as error:
        fault = error.faults[0]
        report.refused.append((item.row, item.code, f"表单有错：{fault}", f"the form is wrong: {fault}"))
        return False
    return True


def _merge(changed: Sequence[ReadItem], known: dict[str, Item], report: BatchReport) -> list[Merged]:
    current = _current_versions([known[i.code] for i in changed if i.code in known])
    merged: list[Merged] = []
    for item in changed:
        ours = current.get(item.code)
        if ours is None or ours.content_hash in {known[item.code].imported_hash, item.content_hash}:
            merged.append((item, item.canonical, item.content_hash))
            (report.changed if item.code in known else report.added).append(item.code)
            continue
        base = ItemVersion.objects.filter(item_id=item.code, content_hash=known[item.code].imported_hash).first()
        content, clashes = merge_contents(
            msgspec.json.decode(base.content) if base else {},
            msgspec.json.decode(ours.content),
            msgspec.json.decode(item.canonical),
        )
        if clashes:
            names = "、".join(clashes)
            report.refused.append(
                (item.row, item.code, f"这些内容两边都改过：{names}", f"changed on both sides: {', '.join(clashes)}")
            )
            continue
        canonical = canonical_json(msgspec.convert(content, ItemContent))
        merged.append((item, canonical, content_hash(canonical)))
        report.changed.append(item.code)
    return merged


def merge_contents(
    base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """Merge two changes of one base, element by element; return the result and the elements that both changed."""
    result: dict[str, Any] = {}
    clashes: list[str] = []
    for key in sorted(base.keys() | ours.keys() | theirs.keys()):
        was, mine, new = base.get(key), ours.get(key), theirs.get(key)
        if mine != was and new != was and mine != new:
            clashes.append(key)
        kept = new if mine == was else mine
        if kept is not None:
            result[key] = kept
    return result, clashes


def _current_versions(items: Sequence[Item]) -> dict[str, ItemVersion]:
    found = ItemVersion.objects.filter(pk__in=[i.current for i in items if i.current])
    return {version.item_id: version for version in found}


def _enter_surroundings(items: Sequence[ReadItem], source: str) -> None:
    offices = {
        i.office.code: Office(
            code=i.office.code,
            name=i.office.name,
            region_id=_region(i.office.region_code),
            level=i.office.level,
            source=source,
        )
        for i in items
    }
    load_offices(offices=offices.values(), overwrite=False, by=SYSTEM)
    bases = {
        i.base_code: BaseItem(code=i.base_code, name=i.base_name, type_code=i.type_code, source=source) for i in items
    }
    BaseItem.objects.bulk_create(list(bases.values()), ignore_conflicts=True)


def _region(code: str) -> str | None:
    """Return the division that a source means: its own, or the one above it that the tree knows."""
    for cut in (12, 9, 6):
        short = code[:cut]
        if len(short) == cut and is_known_region(short):
            return short
    for cut, fill in ((4, "00"), (2, "0000")):
        if is_known_region(code[:cut] + fill):
            return code[:cut] + fill
    return None


def _store(merged: Sequence[Merged], known: dict[str, Item], source: str) -> None:
    at = now()
    numbers = _latest_numbers([item.code for item, _, _ in merged if item.code in known])
    items, versions, topics = [], [], []
    for item, canonical, digest in merged:
        content = item.content if digest == item.content_hash else from_json(canonical)
        number = numbers.get(item.code, 0) + 1
        if digest != item.content_hash:  # what the source said is kept too: the base of the next merge, never current
            versions.append(_version(item.code, number, item.canonical, item.content_hash, at))
            number += 1
        version = _version(item.code, number, canonical, digest, at)
        versions.append(version)
        items.append(
            Item(
                code=item.code,
                base_id=item.base_code,
                office_id=item.office.code,
                region_id=_region(item.region_code),
                name=content.name.zh,
                name_en=content.name.en,
                type_code=item.type_code,
                group_code=item.group_code,
                current=version.pk,
                imported_hash=item.content_hash,
                source=source,
            )
        )
        topics += _topics(item.code, content)
    Item.objects.bulk_create(
        items,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "name_en", "type_code", "group_code", "current", "imported_hash", "office", "region"],
        batch_size=500,
    )
    ItemVersion.objects.bulk_create(versions, batch_size=500)
    ItemTopic.objects.filter(item_id__in=[item.code for item, _, _ in merged if item.code in known]).delete()
    ItemTopic.objects.bulk_create(topics, batch_size=1000)


def _version(code: str, number: int, canonical: bytes, digest: str, at: datetime) -> ItemVersion:
    return ItemVersion(
        id=uuid7(), item_id=code, number=number, content=canonical.decode(), content_hash=digest, published_at=at
    )


def _topics(code: str, content: ItemContent) -> list[ItemTopic]:
    found = [("life", v) for v in content.life_events] + [("theme", v) for v in content.themes]
    found += [("audience", v) for v in content.audience]
    return [ItemTopic(item_id=code, kind=kind, value=value[:40]) for kind, value in dict.fromkeys(found)]


def _latest_numbers(codes: Sequence[str]) -> dict[str, int]:
    latest: dict[str, int] = {}
    for code, number in ItemVersion.objects.filter(item_id__in=codes).values_list("item_id", "number"):
        latest[code] = max(latest.get(code, 0), number)
    return latest


@action
def amend_item(*, item_code: str, changes: dict[str, Any], by: Actor) -> ItemVersion:
    """Publish a new version of one item with some elements changed here; a later import keeps both changes.

    Raises:
        Refused: where the changed content is not valid, or changes nothing.
    """
    require(may_publish(by))
    item = Item.objects.select_for_update().filter(pk=item_code).first()
    version = ItemVersion.objects.filter(pk=item.current).first() if item and item.current else None
    if item is None or version is None:
        raise NotVisible
    try:
        content = msgspec.convert({**msgspec.json.decode(version.content), **changes}, ItemContent)
        if content.form is not None:
            compile_form(content.form)
    except (msgspec.ValidationError, FormDefinitionError) as error:
        raise Refused(f"这样改不成立：{error}", code="invalid_content") from error
    canonical = canonical_json(content)
    digest = content_hash(canonical)
    if digest == version.content_hash:
        raise Refused("内容没有变化。", code="nothing_changed")
    new = ItemVersion.objects.create(
        item=item,
        number=_latest_numbers([item_code])[item_code] + 1,
        content=canonical.decode(),
        content_hash=digest,
        published_at=now(),
    )
    item.current, item.name, item.name_en = new.pk, content.name.zh, content.name.en
    item.save(update_fields=["current", "name", "name_en"])
    ItemTopic.objects.filter(item=item).delete()
    ItemTopic.objects.bulk_create(_topics(item_code, content))
    record(ItemsPublished(item_codes=(item_code,), source="amended"), by=by)
    return new


@action
def change_item_state(*, item_code: str, state: str, closes_at: datetime | None = None, by: Actor) -> None:
    """Suspend, withdraw or open an item, or give it a closing time; cases that run go on under their version."""
    require(may_publish(by))
    item = Item.objects.select_for_update().filter(pk=item_code).first()
    if item is None:
        raise NotVisible
    if state not in Item.State.values:
        raise Refused("没有这种状态。", code="unknown_state")
    item.state, item.closes_at = state, closes_at
    item.save(update_fields=["state", "closes_at"])
    record(ItemStateChanged(item_code=item_code, state=state), by=by)
