"""Keep the tree."""

from collections.abc import Iterable

from yiwang.domains.regions.events import RegionsLoaded
from yiwang.domains.regions.models import Region
from yiwang.domains.regions.queries import forget_regions
from yiwang.foundation.actions import Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.journal.recording import record

Row = tuple[str, str, str, int, str]


@action
def load_regions(*, rows: Iterable[Row], by: Actor) -> tuple[int, int]:
    """Enter divisions as (code, name, English name, level, parent code); return how many were added and renamed.

    Raises:
        Refused: where a row names a parent that is neither known nor in the rows; nothing is written.
    """
    require(by.kind == "system" or by.has_role("administrator"))
    wanted = {row[0]: row for row in rows}
    known = {r.code: r for r in Region.objects.all()}
    orphans = [code for code, row in wanted.items() if row[4] and row[4] not in wanted and row[4] not in known]
    if orphans:
        raise Refused(f"这些区划的上级不存在：{'、'.join(orphans[:5])}。", code="unknown_parent")
    new = [_region(row) for code, row in wanted.items() if code not in known]
    new.sort(key=lambda region: region.level)
    changed = [_region(row) for code, row in wanted.items() if code in known and _differs(known[code], row)]
    Region.objects.bulk_create(new, batch_size=500)
    Region.objects.bulk_update(changed, ["name", "name_en", "level", "parent"], batch_size=500)
    if new or changed:
        record(RegionsLoaded(added=len(new), renamed=len(changed)), by=by)
    forget_regions()
    return len(new), len(changed)


def _region(row: Row) -> Region:
    code, name, name_en, level, parent = row
    return Region(code=code, name=name, name_en=name_en, level=level, parent_id=parent or None)


def _differs(known: Region, row: Row) -> bool:
    return (known.name, known.name_en, known.level, known.parent_id or "") != row[1:]
