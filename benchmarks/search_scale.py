"""Search over a country's catalogue: what indexing, searching and suggesting cost, and how much memory they take.

    YIWANG_DIR=… YIWANG_DATABASE_URL=… python benchmarks/search_scale.py [--items 1000000] [--divisions 100] [--skip-fill]

Fills an empty store with base items that a hundred divisions implement (the names of `many_items.py`; the versions of a
base item are one row, for search does not care), indexes them as the worker does, and searches: with a region chosen, without
one, with slips, and as one types. CPU of this process, and on PostgreSQL the time that statements took there, which a trace
of the connection adds up (waiting included, so it is an upper bound).
"""

import argparse
import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "benchmarks")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.config.settings")

BATCH = 1_000
SLIPS = ["居主证", "juzhuzheng", "jzz", "ju住证", "食品经赢许可", "lvxingshe", "居住證", "gongzufang"]
TYPED = ["j", "ju", "juz", "居住", "食品经营", "sp", "shipin", "gong", "公租", "jzz", "yao", "药品"]
WORDS = [
    "居住证", "想开一家小餐饮店", "食品经营许可变更", "养犬登记要什么材料", "公租房怎么申请", "失业保险金", "新生儿医保",
    "结婚登记", "网约车经营许可", "门店招牌", "户口迁移", "残疾人补贴", "民办学校注销", "老人高龄津贴", "排污许可延续",
    "教师资格", "不动产登记", "个体工商户变更登记", "异地就医备案", "社会保障卡补发", "道路货物运输年度报告", "采矿权",
]  # fmt: skip


def fill(items: int, divisions: int) -> None:
    """Fill the tables of the catalogue: as many base items as it takes."""
    from django.db import connection, transaction
    from many_items import base_items, content_of, item_code, office_code, regions

    from yiwang.domains.catalogue.content import canonical_json
    from yiwang.domains.catalogue.models import BaseItem, Item, ItemVersion
    from yiwang.domains.organisations.models import Office
    from yiwang.domains.regions.models import Region
    from yiwang.domains.regions.queries import forget_regions
    from yiwang.foundation.clock import now

    places = regions(divisions)
    Region.objects.bulk_create([Region(code=c, name=n, level=_level(c), parent_id=_above(c)) for c, n in places])
    forget_regions()
    bureaus = {(bureau, office) for _, bureau, office, _, _, _ in base_items()}
    Office.objects.bulk_create(
        [
            Office(code=office_code(bureau, c), name=f"{n}{office}", region_id=c)
            for bureau, office in bureaus
            for c, n in places
        ]
    )
    bases = list(islice(base_items(), -(-items // divisions)))
    BaseItem.objects.bulk_create(
        [BaseItem(code=f"BASE{n:08d}", name=name, type_code=kind) for n, _, _, name, kind, _ in bases], batch_size=2_000
    )
    fields = list(Item._meta.local_concrete_fields)
    names = ", ".join(f.column for f in fields)
    for at in range(0, len(bases), 50):
        rows: list[list[Any]] = []
        with transaction.atomic():
            versions = []
            for number, bureau, _, name, kind, english in bases[at : at + 50]:
                content = canonical_json(content_of(number, name, english, kind, "本地")).decode()
                version = uuid4()
                codes = [item_code(number, bureau, c) for c, _ in places]
                versions.append(
                    ItemVersion(
                        id=version, item_id=codes[0], number=1, content=content, content_hash="", published_at=now()
                    )
                )
                for (region, _), code in zip(places, codes, strict=True):
                    item = Item(
                        code=code,
                        base_id=f"BASE{number:08d}",
                        office_id=office_code(bureau, region),
                        region_id=region,
                        name=name,
                        type_code=kind,
                        current=version,
                    )
                    rows.append([f.get_db_prep_save(getattr(item, f.attname), connection) for f in fields])
            with connection.cursor() as cursor:
                cursor.executemany(
                    f"INSERT INTO catalogue_item ({names}) VALUES ({', '.join(['%s'] * len(fields))})", rows
                )
            ItemVersion.objects.bulk_create(versions)


def _level(code: str) -> int:
    return 1 if code.endswith("0000") else 2 if code.endswith("00") else 3


def _above(code: str) -> str | None:
    above = code[:4] + "00" if not code.endswith("00") else code[:2] + "0000"
    return above if above != code else None


def index() -> dict[str, float]:
    """Index everything in batches, in the order of the catalogue; return the CPU."""
    from django.db import transaction

    from yiwang.domains.catalogue.models import Item
    from yiwang.domains.search.actions import index_items
    from yiwang.foundation.actors import SYSTEM

    spent = wall = 0.0
    total, after = 0, ""
    while codes := list(Item.objects.filter(code__gt=after).order_by("code").values_list("code", flat=True)[:BATCH]):
        begun, started = time.process_time(), time.perf_counter()
        with transaction.atomic():
            total += index_items(item_codes=codes, by=SYSTEM)
        spent += time.process_time() - begun
        wall += time.perf_counter() - started
        after = codes[-1]
        if total % 100_000 == 0:
            print(f"  {total} items, {spent:.1f} s of CPU", flush=True)
    return {
        "items": total,
        "CPU s": round(spent, 1),
        "wall s": round(wall, 1),
        "CPU ms an item": round(1000 * spent / total, 4),
    }


class _Clock:
    """Adds up what statements take."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        begun = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            self.seconds += time.perf_counter() - begun


def timed(work: list[Callable[[], Any]], rounds: int = 5) -> dict[str, float]:
    """Return median and p95 of the CPU of each, in milliseconds, and the same with the time of statements added."""
    from django.db import connection

    own, whole = [], []
    for turn in range(rounds + 1):
        for one in work:
            clock = _Clock()
            begun = time.process_time()
            with connection.execute_wrapper(clock):
                one()
            spent = time.process_time() - begun
            if turn:
                own.append(1000 * spent)
                whole.append(1000 * (spent + (clock.seconds if connection.vendor == "postgresql" else 0)))

    def p95(values: list[float]) -> float:
        return round(sorted(values)[int(len(values) * 0.95)], 2)

    found = {"median": round(statistics.median(own), 2), "p95": p95(own)}
    if connection.vendor == "postgresql":
        found |= {"median with statements": round(statistics.median(whole), 2), "p95 with statements": p95(whole)}
    return found


def measure() -> dict[str, Any]:
    """Return what searches and suggestions cost."""
    from django.db import connection

    from yiwang.domains.regions.queries import places
    from yiwang.domains.search.queries import find, suggest
    from yiwang.domains.search.queries.words import forget_words

    counties = [code for code in sorted(places()) if not code.endswith("00")] or sorted(places())
    chosen = [counties[n * len(counties) // len(WORDS)] for n in range(len(WORDS))]
    find("居住证", counties[0])
    found: dict[str, Any] = {}
    with connection.cursor() as cursor:
        for table in (
            "catalogue_item",
            "search_searchentry",
            "search_searchdocument",
            "search_searchword",
            "search_searchkey",
        ):
            cursor.execute(f"SELECT COUNT(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
    sure = sum(find(words, region).confident for words, region in zip(WORDS, chosen, strict=True))
    found["sure with a region"] = f"{sure} of {len(WORDS)}"
    pairs = zip(WORDS, chosen, strict=True)
    found["with a region, ms"] = timed([lambda w=w, r=r: find(w, r) for w, r in pairs])
    found["over base items, ms"] = timed([lambda w=w: find(w) for w in WORDS])
    found["with a slip and a region, ms"] = timed(
        [lambda w=w, r=r: find(w, r) for w, r in zip(SLIPS, chosen, strict=False)]
    )

    def fresh(words: str) -> None:
        forget_words_suggested()
        suggest(words)

    from yiwang.domains.search.queries import words as words_module

    forget_words_suggested = words_module._suggested.clear
    found["as one types, ms"] = timed([lambda w=w: fresh(w) for w in TYPED])
    found["understood"] = {w: find(w, chosen[0]).understood for w in SLIPS}
    found["peak memory, MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    found["memory now, MB"] = int(Path("/proc/self/statm").read_text().split()[1]) * 4 // 1024
    forget_words()
    return found


def main() -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--items", type=int, default=1_000_000)
    options.add_argument("--divisions", type=int, default=100)
    options.add_argument("--skip-fill", action="store_true", help="the store is filled and indexed: only measure")
    chosen = options.parse_args()
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    if not chosen.skip_fill:
        fill(chosen.items, chosen.divisions)
        print(json.dumps({"indexing": index()}, ensure_ascii=False), flush=True)
    for name, value in measure().items():
        print(f"{name:40}{json.dumps(value, ensure_ascii=False)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
