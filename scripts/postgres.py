#!/usr/bin/env python3
"""A private PostgreSQL: its own cluster in its own folder, on a free loopback port, gone when it is stopped.

    scripts/postgres.py run -- COMMAND…      with YIWANG_DATABASE_URL in its environment; stopped afterwards
    scripts/postgres.py start                prints the folder and the URL, and leaves it running
    scripts/postgres.py stop FOLDER

Needs only the standard library and Debian's `postgresql` (or `initdb` on the PATH). fsync stays on, as in production.
PostgreSQL refuses to run as root, so root hands it to the user `postgres`, or `nobody` where there is none.
"""

import argparse
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SETTINGS = {
    "max_connections": "100",
    "shared_buffers": "128MB",
    "checkpoint_timeout": "15min",
    "max_wal_size": "2GB",
    "log_min_messages": "fatal",
    "timezone": "UTC",
}


class NoPostgres(Exception):
    """There is no PostgreSQL on this machine, or it would not start; the message says which."""


@dataclass(frozen=True)
class Cluster:
    """A running cluster: where its files are, and how Django reaches it."""

    folder: Path
    url: str


def binaries() -> Path | None:
    """Return the folder of `initdb`, the newest version; None where PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3].split(".")[0]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).resolve().parent if on_path else None


def owner() -> str:
    """Return the name of the user that the server runs as."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    names = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _as_owner(folder: Path, *command: str | Path, text: str | None = None) -> None:
    user = owner() if os.geteuid() == 0 else None
    account = pwd.getpwnam(owner())
    result = subprocess.run(
        [str(c) for c in command],
        cwd=folder,
        user=user,
        group=account.pw_gid if user else None,
        extra_groups=[] if user else None,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "LC_ALL": "C.UTF-8"},
        input=text,
        text=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    if result.returncode:
        log = folder / "log"
        last = (log.read_text() if log.exists() else result.stderr).strip().splitlines()[-3:]
        raise NoPostgres(f"{Path(str(command[0])).name} failed: {' / '.join(last)}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start() -> Cluster:
    """Make a cluster and start it; its one role may create databases.

    Raises:
        NoPostgres: if PostgreSQL is not installed or does not start.
    """
    programs = binaries()
    if programs is None:
        raise NoPostgres("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="yiwang-pg-", dir="/tmp"))  # a socket's path must be short
    user, password, port = owner(), secrets.token_urlsafe(18), _free_port()
    shutil.chown(folder, user)
    (folder / "password").write_text(password)
    shutil.chown(folder / "password", user)
    try:
        _as_owner(
            folder, programs / "initdb", "--pgdata", folder / "data", "--username", user, "--pwfile", folder / "password",
            "--auth-local=peer", "--auth-host=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8",
        )  # fmt: skip
        settings = SETTINGS | {
            "unix_socket_directories": str(folder),
            "listen_addresses": "127.0.0.1",
            "port": str(port),
        }
        lines = [f"{name} = '{value}'" for name, value in settings.items()]
        with (folder / "data" / "postgresql.conf").open("a") as configuration:
            configuration.write("\n".join(lines) + "\n")
        _as_owner(
            folder, programs / "pg_ctl", "--pgdata", folder / "data", "--log", folder / "log", "--wait", "--timeout=60", "start"
        )  # fmt: skip
        create = f"CREATE ROLE yiwang LOGIN CREATEDB PASSWORD '{password}'; CREATE DATABASE yiwang OWNER yiwang;"
        for statement in create.split("; "):
            _as_owner(
                folder, programs / "psql", "--no-psqlrc", "--quiet", f"--host={folder}", f"--port={port}",
                f"--username={user}", "--set=ON_ERROR_STOP=1", "--dbname=postgres", text=statement.removesuffix(";") + ";",
            )  # fmt: skip
    except NoPostgres:
        stop(folder)
        raise
    return Cluster(folder, f"postgres://yiwang:{password}@127.0.0.1:{port}/yiwang")


def stop(folder: Path) -> None:
    """Stop the cluster at once and remove its files; quiet where there is none."""
    programs = binaries()
    if programs and (folder / "data" / "postmaster.pid").exists():
        try:
            _as_owner(folder, programs / "pg_ctl", "--pgdata", folder / "data", "--mode=immediate", "--wait", "stop")
        except NoPostgres as problem:
            print(f"postgres: {problem}", file=sys.stderr)
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running() -> Iterator[Cluster]:
    """Give a cluster for the length of a block, stopped whatever happens in it."""
    cluster = start()
    try:
        yield cluster
    finally:
        stop(cluster.folder)


def main() -> int:
    """Run one of the three commands of the module's docstring; return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("start")
    commands.add_parser("stop").add_argument("folder", type=Path)
    commands.add_parser("run").add_argument("words", nargs="+")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        if arguments.command == "start":
            cluster = start()
            print(f"folder {cluster.folder}\nYIWANG_DATABASE_URL={cluster.url}")
        elif arguments.command == "stop":
            stop(arguments.folder)
        else:
            with running() as cluster:
                environment = os.environ | {"YIWANG_DATABASE_URL": cluster.url}
                return subprocess.run(arguments.words, env=environment).returncode
    except NoPostgres as problem:
        print(f"postgres: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
