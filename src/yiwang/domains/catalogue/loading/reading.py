"""One way in for every source: recognise the file, stream its rows, refuse the second of two equal codes."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from yiwang.domains.catalogue.content import Text
from yiwang.domains.catalogue.loading import gbt39046, guangdong, own, sichuan
from yiwang.domains.catalogue.loading.files import head_of
from yiwang.domains.catalogue.loading.records import ReadItem, RowProblem, UnreadableFileError

Entry = TypeVar("Entry", ReadItem, RowProblem)

SOURCES = {"guangdong": guangdong, "sichuan": sichuan, "yiwang": own, "gbt39046": gbt39046}
"""Source name → its reader. A reader has `recognises(head)` and `read(path)`."""


class UnknownSourceError(UnreadableFileError):
    """No reader recognises the file, or the source that was named does not exist."""


def read_items(path: Path | str, source: str | None = None) -> Iterator[ReadItem | RowProblem]:
    """Yield what a catalogue holds, in its own order: items, and rows that are refused with number and reason.

    `path` is one file, or a folder whose YAML files are read in order of name. Without `source` the content decides.
    Of a million codes that were read only a number of 64 bits each is kept.

    Raises:
        UnknownSourceError: where no source fits.
        UnreadableFileError: where there is no such file, or its header lacks a column that everything rests on.
    """
    path = Path(path)
    if source is not None and source not in SOURCES:
        names = "、".join(SOURCES)
        raise UnknownSourceError(
            f"没有“{source}”这种来源，可用：{names}", f"unknown source {source!r}; use one of {names}"
        )
    seen: dict[int, int] = {}
    files = _files(path)
    for at, file in enumerate(files):
        reader = SOURCES[source or detect_source(file)]
        label = file.name if path.is_dir() else ""
        for entry in reader.read(file):
            if isinstance(entry, RowProblem):
                yield _labelled(entry, label)
                continue
            first = seen.setdefault(hash(entry.code), entry.row * len(files) + at)
            row, of = divmod(first, len(files))
            if (row, of) == (entry.row, at):
                yield _labelled(entry, label)
            else:
                yield _second(entry, row, files[of].name if label else "", label)


def detect_source(path: Path | str) -> str:
    """Return the source whose files begin as this one does.

    Raises:
        UnknownSourceError: where none does.
    """
    head = head_of(Path(path))
    for name, reader in SOURCES.items():
        if reader.recognises(head):
            return name
    raise UnknownSourceError(
        f"认不出“{Path(path).name}”是哪种目录文件，请用 --source 指明",
        f"cannot tell what {Path(path).name} is; name its source",
    )


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(p for p in path.iterdir() if p.suffix in (".yaml", ".yml"))
    if not path.is_file():
        raise UnreadableFileError(f"没有这个文件：{path}", f"no such file: {path}")
    return [path]


def _labelled(entry: Entry, label: str) -> Entry:
    return msgspec.structs.replace(entry, file=label) if label else entry


def _second(entry: ReadItem, row: int, file: str, label: str) -> RowProblem:
    where = Text(f"{file} 第 {row} 行".strip(), f"{file} row {row}".strip())
    return RowProblem(
        row=entry.row,
        code=entry.code,
        reason_zh=f"编码重复，{where.zh}已经用过",
        reason_en=f"the same code stands in {where.en}",
        file=label,
    )
