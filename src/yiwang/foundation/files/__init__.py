"""Files that people hand in or that we make: looked at closely, kept encrypted, written so that none is half there."""

from yiwang.foundation.files.inspection import MAX_BYTES, MEDIA_TYPES, inspect, sniff
from yiwang.foundation.files.refusals import FileRefused
from yiwang.foundation.files.storage import FileMissing, StoredFile, configure, delete, load, reseal, store

__all__ = [
    "MAX_BYTES",
    "MEDIA_TYPES",
    "FileMissing",
    "FileRefused",
    "StoredFile",
    "configure",
    "delete",
    "inspect",
    "load",
    "reseal",
    "sniff",
    "store",
]
