"""Catalogues of other platforms, and our own YAML, read as a stream of items and of rows that were refused."""

from yiwang.domains.catalogue.loading.reading import SOURCES, UnknownSourceError, detect_source, read_items
from yiwang.domains.catalogue.loading.records import ReadItem, ReadOffice, RowProblem, UnreadableFileError

__all__ = [
    "SOURCES",
    "ReadItem",
    "ReadOffice",
    "RowProblem",
    "UnknownSourceError",
    "UnreadableFileError",
    "detect_source",
    "read_items",
]
