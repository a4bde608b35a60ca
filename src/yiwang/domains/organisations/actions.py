"""Keep the offices."""

from collections.abc import Iterable

from yiwang.domains.organisations.events import OfficesLoaded
from yiwang.domains.organisations.models import Office
from yiwang.foundation.actions import action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.journal.recording import record

FIELDS = [
    "name", "name_en", "region_id", "level", "number", "place", "place_en", "hours", "hours_en", "phone", "source",
    "review_body", "court",
]  # fmt: skip


@action
def load_offices(*, offices: Iterable[Office], overwrite: bool = True, by: Actor) -> tuple[int, int]:
    """Enter offices; return how many were added and changed. With `overwrite=False` known ones stay as they are."""
    require(by.kind == "system" or by.has_role("administrator"))
    wanted = {office.code: office for office in offices}
    known = {o.code: o for o in Office.objects.filter(code__in=wanted)}
    new = [o for code, o in wanted.items() if code not in known]
    changed = [
        o
        for code, o in wanted.items()
        if overwrite and code in known and any(getattr(o, f) != getattr(known[code], f) for f in FIELDS)
    ]
    Office.objects.bulk_create(new, batch_size=500)
    Office.objects.bulk_update(changed, [f.removesuffix("_id") for f in FIELDS], batch_size=500)
    if new or changed:
        record(OfficesLoaded(added=len(new), changed=len(changed)), by=by)
    return len(new), len(changed)
