"""Files as rows: streamed, in bounded memory, every byte that is not UTF-8 noticed where it stands."""

import csv
from collections.abc import Iterator
from pathlib import Path

from yiwang.domains.catalogue.loading.records import BadRowError, UnreadableFileError

MAX_LINE = 1 << 20
_TOO_LONG = "\udbff"  # a high surrogate: `surrogateescape` yields only low ones
csv.field_size_limit(MAX_LINE)


def head_of(path: Path, size: int = 1 << 16) -> str:
    """Return the beginning of the file as text, whatever its encoding, for recognising it."""
    with path.open("rb") as file:
        return file.read(size).decode("utf-8-sig", errors="replace")


def lines(path: Path) -> Iterator[tuple[int, bytes | None]]:
    """Yield (line number, bytes without the line end) from 1 on; None for a line of more than 1 MiB."""
    with path.open("rb") as file:
        number = 0
        while raw := file.readline(MAX_LINE):
            number += 1
            if len(raw) == MAX_LINE and not raw.endswith(b"\n"):
                while (more := file.readline(MAX_LINE)) and not more.endswith(b"\n"):
                    pass
                yield number, None
                continue
            if number == 1 and raw.startswith(b"\xef\xbb\xbf"):
                raw = raw[3:]
            yield number, raw.rstrip(b"\r\n")


def csv_header(path: Path, required: frozenset[str]) -> list[str]:
    """Return the names of the columns.

    Raises:
        UnreadableFileError: where one of the required columns is missing.
    """
    for _, row in csv_rows(path):
        if isinstance(row, list):
            names = [name.strip() for name in row]
            if missing := required - set(names):
                words = "、".join(sorted(missing))
                raise UnreadableFileError(f"表头缺少：{words}", f"columns are missing: {words}")
            return names
        break
    raise UnreadableFileError("文件没有表头", "the file has no header row")


def csv_rows(path: Path) -> Iterator[tuple[int, list[str] | BadRowError]]:
    """Yield (line on which the row begins, cells), or instead of the cells why the row cannot be read."""
    reader = csv.reader(_decoded(path), strict=True)
    while True:
        begins = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield begins, BadRowError(f"这一行不是合格的 CSV（{error}）", f"this is not CSV: {error}")
            continue
        if row:
            yield begins, _encoding_problem(row) or row


def _decoded(path: Path) -> Iterator[str]:
    for _, raw in lines(path):
        yield _TOO_LONG if raw is None else raw.decode("utf-8", errors="surrogateescape") + "\n"


def _encoding_problem(row: list[str]) -> BadRowError | None:
    text = "".join(row)
    if text.isascii():
        return None
    try:
        text.encode()
    except UnicodeEncodeError:
        if _TOO_LONG in text:
            return too_long()
        return not_utf8()
    return None


def not_utf8() -> BadRowError:
    """Return the reason for a row whose bytes are not UTF-8."""
    return BadRowError("这一行不是 UTF-8 编码", "the bytes of this row are not UTF-8")


def too_long() -> BadRowError:
    """Return the reason for a line that is too long to be an item."""
    return BadRowError("这一行超过 1 MiB", "this line is longer than 1 MiB")
