"""Our own items: YAML that people write, or JSON lines that machines write; both have the same keys."""

from collections.abc import Iterator
from pathlib import Path

from yiwang.domains.catalogue.loading import own_lines, own_yaml
from yiwang.domains.catalogue.loading.files import head_of
from yiwang.domains.catalogue.loading.records import ReadItem, RowProblem


def recognises(head: str) -> bool:
    """Say whether this is one of the two."""
    return own_yaml.recognises(head) or own_lines.recognises(head)


def read(path: Path) -> Iterator[ReadItem | RowProblem]:
    """Yield the items of the file, and what is refused."""
    is_lines = path.suffix in {".jsonl", ".ndjson"} or own_lines.recognises(head_of(path))
    return own_lines.read(path) if is_lines else own_yaml.read(path)
