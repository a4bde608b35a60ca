"""Where files lie: encrypted, under names that we make, written whole or not at all."""

import hashlib
import os
import re
import secrets
from pathlib import Path
from typing import NamedTuple

from yiwang.foundation import vault
from yiwang.foundation.files.inspection import inspect

_KEY = re.compile(r"[0-9a-f]{32}")
_root: Path | None = None


class FileMissing(Exception):
    """No file is stored under this key."""


class StoredFile(NamedTuple):
    """What is known of a stored file; `sha256` is of its plain content, in hexadecimal."""

    key: str
    sha256: str
    size: int
    media_type: str


def configure(root: Path | str) -> None:
    """Set the directory that files are kept under. It is made when the first file comes."""
    global _root
    _root = Path(root)


def root() -> Path:
    """Return the directory that files are kept under."""
    if _root is None:
        raise RuntimeError("files.configure(root) was not called")
    return _root


def store(data: bytes, aad: str, *, media_type: str | None = None) -> StoredFile:
    """Keep a file, encrypted and bound to its place; when this returns, it is on disk.

    Args:
        data: the whole file.
        aad: the place that the file belongs to ("table:pk:column"); the same is needed to load it.
        media_type: for files of our own making, taken as they are; without it the file is inspected as an upload.

    Raises:
        FileRefused: when an upload is not one of the kinds, sizes and structures that are taken.
    """
    kind = media_type or inspect(data)
    key = secrets.token_hex(16)
    _write_whole(_path(key), vault.seal(data, _place(key, aad)))
    return StoredFile(key, hashlib.sha256(data).hexdigest(), len(data), kind)


def load(key: str, aad: str) -> bytes:
    """Return the plain content. Raises FileMissing, or VaultError when it was altered or belongs to another place."""
    try:
        sealed = _path(key).read_bytes()
    except FileNotFoundError:
        raise FileMissing(key) from None
    return vault.open_sealed(sealed, _place(key, aad))


def reseal(key: str, aad: str, *, only_look: bool = False) -> bool:
    """Seal a file with the newest key where it has an older one; return whether it had. Only one process may do this.

    Raises:
        FileMissing: where no file is stored under this key.
        VaultError: where it does not open; it stays as it is.
    """
    path = _path(key)
    try:
        with path.open("rb") as source:
            if not vault.needs_resealing(source.read(1)):
                return False
    except FileNotFoundError:
        raise FileMissing(key) from None
    if not only_look:
        path.with_name(f".{path.name}.part").unlink(missing_ok=True)  # of a run that was ended
        _write_whole(path, vault.seal(load(key, aad), _place(key, aad)))
    return True


def delete(key: str) -> bool:
    """Remove a file for good; return whether it was there."""
    path = _path(key)
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    _sync_directory(path.parent)
    return True


def _place(key: str, aad: str) -> str:
    if not aad:
        raise ValueError("a file needs its place, as table:pk:column")
    return f"file:{key}:{aad}"


def _path(key: str) -> Path:
    if not _KEY.fullmatch(key):
        raise FileMissing(key)
    return root() / key[:2] / key[2:4] / key


def _write_whole(path: Path, content: bytes) -> None:
    _make_directory(path.parent)
    part = path.with_name(f".{path.name}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _sync_directory(path.parent)


def _make_directory(directory: Path) -> None:
    """Make a directory and those above it, so that they too are there after a power cut."""
    if directory.is_dir():
        return
    _make_directory(directory.parent)
    directory.mkdir(mode=0o700, exist_ok=True)
    _sync_directory(directory.parent)


def _sync_directory(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
