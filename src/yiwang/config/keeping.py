"""Back up and restore: database, files and keys in one tar, each with its hash."""

import hashlib
import io
import json
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from pathlib import Path

from django.conf import settings

from yiwang import __version__
from yiwang.config.failures import Failed
from yiwang.foundation.clock import now

PARTS = ("keys", "authority", "files")
"""Folders of the data directory that belong to a backup."""


def back_up(target: Path) -> str:
    """Write a consistent copy of the store to a tar file, readable by its owner only; return what was written.

    The database comes first, the files after it: a file is stored before its row, so no row of the copy lacks its file.

    Raises:
        Failed: where the file exists already, or the database's own tool is missing.
    """
    if target.exists():
        raise Failed(f"{target} exists; name another file")
    folder = Path(settings.YIWANG_DIR)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        dump = _dump(Path(scratch))
        target.touch(mode=0o600)
        manifest = {"version": __version__, "made_at": now().isoformat(), "database": dump.name, "sha256": {}}
        with tarfile.open(target, "w") as tar:
            _add(tar, dump, dump.name, manifest)
            for part in PARTS:
                for path in sorted(p for p in (folder / part).rglob("*") if p.is_file()):
                    _add(tar, path, str(path.relative_to(folder)), manifest)
            raw = json.dumps(manifest, indent=1).encode()
            entry = tarfile.TarInfo("manifest.json")
            entry.size = len(raw)
            tar.addfile(entry, io.BytesIO(raw))
    return f"{target}: {len(manifest['sha256'])} files, {target.stat().st_size // 1024} KB. It holds the keys: keep it safe."


def _add(tar: tarfile.TarFile, path: Path, name: str, manifest: dict) -> None:
    with path.open("rb") as source:
        manifest["sha256"][name] = hashlib.file_digest(source, "sha256").hexdigest()
    tar.add(path, arcname=name)


def _dump(scratch: Path) -> Path:
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        copy = scratch / "yiwang.sqlite3"
        with sqlite3.connect(database["NAME"]) as source, sqlite3.connect(copy) as target:
            source.backup(target)
        return copy
    dump = scratch / "yiwang.dump"
    _postgres("pg_dump", "--format=custom", f"--file={dump}")
    return dump


def _postgres(tool: str, *arguments: str) -> None:
    database = settings.DATABASES["default"]
    where = [f"--host={database['HOST']}", f"--port={database['PORT'] or 5432}", f"--username={database['USER']}"]
    try:
        subprocess.run(  # noqa: S603
            [tool, *where, f"--dbname={database['NAME']}", *arguments],
            check=True,
            capture_output=True,
            env={"PGPASSWORD": database["PASSWORD"], "PATH": "/usr/local/bin:/usr/bin:/bin"},
        )
    except FileNotFoundError as error:
        raise Failed(f"{tool} is missing: install the PostgreSQL client") from error
    except subprocess.CalledProcessError as error:
        raise Failed(f"{tool}: {error.stderr.decode(errors='replace').strip()[:300]}") from error


def _unpack(tar: tarfile.TarFile, into: Path) -> None:
    """Write the plain files of a backup below a folder. Debian 12's Python does not know `filter` of PEP 706 yet.

    Raises:
        Failed: where the archive holds a link, a device, or a name that leads out of the folder.
    """
    for member in tar:
        if not (member.isfile() or member.isdir()) or not (into / member.name).resolve().is_relative_to(into.resolve()):
            raise Failed(f"this is no backup of ours: it holds {member.name[:100]!r}; nothing was restored")
        tar.extract(member, into, set_attrs=False)


def restore(source: Path) -> str:
    """Put a backup back where nothing is yet; every file is compared with its hash before anything is written.

    Raises:
        Failed: where the installation holds something, or the backup is damaged.
    """
    folder = Path(settings.YIWANG_DIR)
    database = settings.DATABASES["default"]
    if (folder / "keys").exists() or (database["ENGINE"].endswith("sqlite3") and Path(database["NAME"]).exists()):
        raise Failed(f"{folder} is not empty: restore into an installation that holds nothing yet")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch, tarfile.open(source) as tar:
        _unpack(tar, Path(scratch))
        manifest = json.loads((Path(scratch) / "manifest.json").read_text())
        for name, digest in manifest["sha256"].items():
            with (Path(scratch) / name).open("rb") as content:
                if hashlib.file_digest(content, "sha256").hexdigest() != digest:
                    raise Failed(f"the backup is damaged: {name} differs from its hash; nothing was restored")
        for part in PARTS:
            if (Path(scratch) / part).exists():
                shutil.move(Path(scratch) / part, folder / part)
        dump = Path(scratch) / manifest["database"]
        if dump.suffix == ".dump":
            _postgres("pg_restore", "--no-owner", "--exit-on-error", str(dump))
        else:
            shutil.move(dump, database["NAME"])
    return f"restored {len(manifest['sha256'])} files made at {manifest['made_at']}; run `yiwang verify` now"
