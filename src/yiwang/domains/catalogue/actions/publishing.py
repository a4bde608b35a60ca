"""Publish versions. A version is immutable and known by its hash: the same content twice is one version."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from yiwang.domains.catalogue.actions.bundling import written_out
from yiwang.domains.catalogue.actions.storing import (
    ITEMS,
    TOPICS,
    VERSIONS,
    stored_moment,
    turn_edition,
    write_rows,
)
from yiwang.domains.catalogue.content import ItemContent, canonical_json, content_hash, from_json
from yiwang.domains.catalogue.content.soundness import procedure_faults
from yiwang.domains.catalogue.events import ItemsPublished, ItemStateChanged
from yiwang.domains.catalogue.loading import ReadItem
from yiwang.domains.catalogue.models import BaseItem, Item, ItemTopic, ItemVersion
from yiwang.domains.catalogue.policies import may_publish
from yiwang.domains.catalogue.queries import keep_content
from yiwang.domains.organisations.actions import load_offices
from yiwang.domains.organisations.models import Office
from yiwang.domains.regions.queries import places
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


class Known(NamedTuple):
    """What is stored of an item: its version, what the source said last, and where it stands."""

    current: UUID | None
    imported_hash: str
    standing: tuple[str, str, str | None, str]


@action
def publish_items(*, items: Sequence[ReadItem], source: str, dry_run: bool = False, by: Actor) -> BatchReport:
    """Publish what a source states, as a three-way merge by hash against what it stated last time.

    The same content changes nothing. A change of the source becomes a new version. Where we amended the item since, both
    changes are kept if they touch different elements; otherwise the row is refused and names them. Where a source moved
    an item to another office, region, base item or group and says the same, the item moves without a new version.
    """
    require(may_publish(by))
    report = BatchReport()
    items = [*written_out(items, report.refused)]
    known = _known([i.code for i in items])
    says_new = [i for i in items if i.code not in known or known[i.code].imported_hash != i.content_hash]
    new = {i.code for i in says_new}
    moved = [i for i in items if i.code not in new and known[i.code].standing != _standing(i)]
    report.unchanged = len(items) - len(says_new) - len(moved)
    merged = _merge(
        [item for item in says_new if _form_holds(item, report) and _procedure_holds(item, report)], known, report
    )
    report.changed += [item.code for item in moved]
    if dry_run or not (merged or moved):
        return report
    _enter_surroundings([*(item for item, _, _ in merged), *moved], source)
    _store(merged, known, source)
    _move(moved)
    codes = (*(item.code for item, _, _ in merged), *(item.code for item in moved))
    turn_edition(added=len(report.added))
    record(ItemsPublished(item_codes=codes, source=source), by=by)
    return report


Merged = tuple[ReadItem, bytes, str]


def _known(codes: Sequence[str]) -> dict[str, Known]:
    rows = Item.objects.filter(code__in=codes).values_list(
        "code", "current", "imported_hash", "base_id", "office_id", "region_id", "group_code"
    )
    return {row[0]: Known(row[1], row[2], row[3:]) for row in rows}


def _standing(item: ReadItem) -> tuple[str, str, str | None, str]:
    return item.base_code, item.office.code, region_of(item.region_code), item.group_code


_held_forms: set[bytes] = set()
"""Digests of the forms that were found to hold: the same form comes with every region of one base item."""


def _form_holds(item: ReadItem, report: BatchReport) -> bool:
    if item.content.form is None:
        return True
    digest = hashlib.sha256(msgspec.json.encode(item.content.form)).digest()
    if digest in _held_forms:
        return True
    try:
        compile_form(item.content.form)
    except FormDefinitionError as error:
        fault = error.faults[0]
        report.refused.append((item.row, item.code, f"表单有错：{fault}", f"the form is wrong: {fault}"))
        return False
    if len(_held_forms) >= 20_000:
        _held_forms.clear()
    _held_forms.add(digest)
    return True


def _procedure_holds(item: ReadItem, report: BatchReport) -> bool:
    for fault in procedure_faults(item.content):
        report.refused.append((item.row, item.code, f"程序有错：{fault.zh}", f"the procedure is wrong: {fault.en}"))
        return False
    return True


def _merge(changed: Sequence[ReadItem], known: dict[str, Known], report: BatchReport) -> list[Merged]:
    current = _current_versions([known[i.code].current for i in changed if i.code in known])
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


def _current_versions(ids: Sequence[UUID | None]) -> dict[str, ItemVersion]:
    found = ItemVersion.objects.filter(pk__in=[i for i in ids if i]) if any(ids) else ()
    return {version.item_id: version for version in found}


def _enter_surroundings(items: Sequence[ReadItem], source: str) -> None:
    offices = {i.office.code: i.office for i in items}
    rows = [
        Office(code=o.code, name=o.name, region_id=region_of(o.region_code), level=o.level, source=source)
        for o in offices.values()
    ]
    load_offices(offices=rows, overwrite=False, by=SYSTEM)
    bases = {i.base_code: i for i in items}
    missing = bases.keys() - set(BaseItem.objects.filter(code__in=list(bases)).values_list("code", flat=True))
    BaseItem.objects.bulk_create(
        [
            BaseItem(code=code, name=bases[code].base_name, type_code=bases[code].type_code, source=source)
            for code in sorted(missing)
        ],
        ignore_conflicts=True,
    )


def region_of(code: str) -> str | None:
    """Return the division that a source means: its own, or the one above it that the tree knows."""
    known = places()
    if code in known:
        return code
    for cut in (12, 9, 6):
        if len(code) >= cut and code[:cut] in known:
            return code[:cut]
    for cut, fill in ((4, "00"), (2, "0000")):
        if code[:cut] + fill in known:
            return code[:cut] + fill
    return None


def _store(merged: Sequence[Merged], known: dict[str, Known], source: str) -> None:
    at = stored_moment(now())
    again = [item.code for item, _, _ in merged if item.code in known]
    numbers = _latest_numbers(again) if again else {}
    items: list[tuple[Any, ...]] = []
    versions: list[tuple[Any, ...]] = []
    topics: list[tuple[str, str, str, str]] = []
    for item, canonical, digest in merged:
        content = item.content if digest == item.content_hash else from_json(canonical)
        number = numbers.get(item.code, 0) + 1
        if digest != item.content_hash:  # what the source said is kept too: the base of the next merge, never current
            theirs = item.canonical.decode()
            versions.append((uuid7(), item.code, number, theirs, item.content_hash, at))
            number += 1
        version = uuid7()
        versions.append((version, item.code, number, canonical.decode(), digest, at))
        keep_content(version, content)
        base, office, region, group = _standing(item)
        items.append(
            (
                item.code, base, office, region, content.name.zh, content.name.en, item.type_code, group, version,
                item.content_hash, source, Item.State.PUBLISHED.value,
            )
        )  # fmt: skip
        topics += _topics(item.code, content, region)
    write_rows(ITEMS, items)
    write_rows(VERSIONS, versions)
    if again:
        ItemTopic.objects.filter(item_id__in=again).delete()
    write_rows(TOPICS, topics)


def _move(moved: Sequence[ReadItem]) -> None:
    """Let items stand where the source says now; what they say stays."""
    for item in moved:
        base, office, region, group = _standing(item)
        Item.objects.filter(code=item.code).update(base_id=base, office_id=office, region_id=region, group_code=group)
        ItemTopic.objects.filter(item_id=item.code).update(region_code=region or "")


def _topics(code: str, content: ItemContent, region: str | None) -> list[tuple[str, str, str, str]]:
    found = [("life", v) for v in content.life_events] + [("theme", v) for v in content.themes]
    found += [("audience", v) for v in content.audience]
    found += [("bundle", content.bundle.slug)] if content.bundle else []
    return [(code, kind, value[:40], region or "") for kind, value in dict.fromkeys(found)]


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
    if faults := procedure_faults(content):
        raise Refused(f"这样改不成立：{faults[0].zh}", code="invalid_content")
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
    write_rows(TOPICS, _topics(item_code, content, item.region_id))
    turn_edition()
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
    turn_edition()
    record(ItemStateChanged(item_code=item_code, state=state), by=by)
