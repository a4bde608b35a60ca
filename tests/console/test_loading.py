"""`yiwang catalogue load`: whole batches or nothing of them, and again from where it stopped."""

import json
from pathlib import Path
from typing import Any

import pytest

from yiwang.config import loading
from yiwang.domains.catalogue.models import Item, ItemVersion
from yiwang.domains.catalogue.queries import item_count
from yiwang.domains.search.queries import find
from yiwang.foundation.journal.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)


def catalogue(tmp_path: Path, count: int, name: str = "食品经营许可") -> Path:
    file = tmp_path / "items.jsonl"
    lines = [
        {
            "code": f"item-{number:04d}",
            "office": {"code": f"office-{number % 3}", "name": f"第{number % 3}局"},
            "region": "330106",
            "content": {"name": {"zh": f"{name}{number}"}, "type_code": "01", "audience": ["person"]},
        }
        for number in range(count)
    ]
    file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    return file


def test_a_load_that_fails_half_way_leaves_whole_batches_and_the_next_one_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "BATCH", 10)
    file = catalogue(tmp_path, 35)
    real, calls = loading.publish_items, []

    def fails_at_the_third(**arguments: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise RuntimeError("the machine went down")
        return real(**arguments)

    with monkeypatch.context() as broken:
        broken.setattr(loading, "publish_items", fails_at_the_third)
        with pytest.raises(RuntimeError):
            loading.load_catalogue(file, None)
    assert Item.objects.count() == ItemVersion.objects.count() == 20
    assert Entry.objects.filter(kind="ItemsPublished").count() == 2
    report = loading.load_catalogue(file, None)
    assert (report.added, report.changed, report.unchanged, report.refused) == (15, 0, 20, [])
    assert Item.objects.count() == ItemVersion.objects.count() == item_count() == 35


def test_what_was_loaded_is_found_at_once_and_again_changes_nothing(tmp_path: Path) -> None:
    file = catalogue(tmp_path, 5, "遛狗登记")
    assert loading.load_catalogue(file, None).added == 5
    assert find("遛狗登记").total > 0
    before = Entry.objects.count()
    report = loading.load_catalogue(file, None)
    assert (report.added, report.changed, report.unchanged) == (0, 0, 5)
    assert Entry.objects.count() == before
