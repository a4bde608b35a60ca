"""The command `yiwang`: what operators and the demo call."""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from yiwang.config.failures import Failed, WrongUse

EXAMPLES = {
    "demo": "yiwang demo --port 8000",
    "serve": "yiwang serve --workers 2",
    "worker": "yiwang worker",
    "courier-demo": "yiwang courier-demo --port 8061 --hostile",
    "payment-demo": "yiwang payment-demo --port 8062",
    "migrate": "yiwang migrate",
    "check": "yiwang check",
    "keys": "yiwang keys reseal --dry-run",
    "seals": "yiwang seals add --office 11330000MB1A0001XC",
    "certificates": "yiwang certificates types load demo/certificate_types.yaml",
    "catalogue": "yiwang catalogue load items.csv --source sichuan",
    "regions": "yiwang regions load demo/regions.csv",
    "calendar": "yiwang calendar load demo/calendar.csv",
    "verify": "yiwang verify --json",
    "token": "yiwang token --staff head@demo.example",
    "staff": "yiwang staff add --email a@b.cn --name 方敏 --office 11330000MB1A0001XC --roles window,reviewer",
    "backup": "yiwang backup yiwang-backup.tar",
    "restore": "yiwang restore yiwang-backup.tar",
    "bench": "yiwang bench --json var/bench.json",
    "manage": "yiwang manage showmigrations",
}


Adder = Callable[[str, str], argparse.ArgumentParser]


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = argparse.ArgumentParser(prog="yiwang", description="Yiwang (一网): one net of government services.")
    commands = top.add_subparsers(dest="command", required=True, metavar="command")

    def add(name: str, help_: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=help_, description=help_, epilog=f"example: {EXAMPLES[name]}")

    _running(add)
    _loading(add)
    _keeping(add)
    return top


def _running(add: Adder) -> None:
    demo = add("demo", "build the demo province the first time, then run it")
    demo.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    demo.add_argument("--dir", type=Path, help="where its data lie (var/demo)")
    demo.add_argument("--reset", action="store_true", help="throw its data away and build it anew")
    demo.add_argument("--build-only", action="store_true", help="build it and stop")
    serve = add("serve", "serve the web pages and the API")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    processes = int(os.environ.get("YIWANG_WORKERS", "1"))
    serve.add_argument("--workers", type=int, default=processes, help="web processes (YIWANG_WORKERS)")
    add("worker", "bring facts to handlers, run jobs, seal the journal")
    _demo_parties(add)
    add("migrate", "bring the database up to this version")
    check = add("check", "refuse unsafe settings and warn of unwise ones, one line each")
    check.add_argument("--workers", type=int, default=processes, help="web processes that serve (YIWANG_WORKERS)")
    bench = add("bench", "measure the hot paths beside their floor, on SQLite and PostgreSQL")
    bench.add_argument("names", nargs="*")
    bench.add_argument("--json", type=Path, help="write the figures, with commit, machine and versions")
    bench.add_argument("--docs", type=Path, help="write the page of the documentation")
    bench.add_argument("--database", choices=["sqlite", "postgres", "both"], default="both")
    bench.add_argument("--quick", action="store_true", help="few rounds: to see that it runs")
    manage = add("manage", "Django's own commands")
    manage.add_argument("arguments", nargs=argparse.REMAINDER)


def _demo_parties(add: Adder) -> None:
    courier = add("courier-demo", "be the courier of the demo: take orders, move parcels, call back")
    courier.add_argument("--port", type=int, default=8061, help="on the loopback address; 0 takes a free one")
    courier.add_argument("--pace", type=float, default=30.0, help="seconds between two stations of a parcel")
    courier.add_argument("--hostile", action="store_true", help="call back late, twice, out of order, and forge some")
    courier.add_argument("--seed", default="", help="be late and repeat in the same way each time")
    payment = add("payment-demo", "be the payment provider of the demo: a pay page, signed call-backs, refunds")
    payment.add_argument("--port", type=int, default=8062, help="on the loopback address")


def _loading(add: Adder) -> None:
    catalogue = add("catalogue", "load a catalogue of items").add_subparsers(dest="verb", required=True)
    load = catalogue.add_parser("load", epilog=f"example: {EXAMPLES['catalogue']}")
    load.add_argument("files", nargs="+", type=Path)
    load.add_argument("--source", choices=["guangdong", "sichuan", "gbt39046", "yiwang"])
    load.add_argument("--dry-run", action="store_true", help="say what would change, change nothing")
    load.add_argument("--strict", action="store_true", help="load nothing if any row is refused")
    load.add_argument("--json", action="store_true")
    for name, what in (("regions", "divisions"), ("calendar", "days off and make-up working days")):
        verbs = add(name, f"load {what} from CSV").add_subparsers(dest="verb", required=True)
        verb = verbs.add_parser("load", epilog=f"example: {EXAMPLES[name]}")
        verb.add_argument("file", type=Path)
        if name == "calendar":
            verb.add_argument("--official", type=Path, help="CSV of year,notice: the years with an official notice")
    _furnishing(add)
    staff = add("staff", "appoint an official").add_subparsers(dest="verb", required=True)
    appoint = staff.add_parser("add", epilog=f"example: {EXAMPLES['staff']}")
    appoint.add_argument("--email", required=True)
    appoint.add_argument("--name", required=True)
    appoint.add_argument("--office", required=True, help="credit code of the office")
    appoint.add_argument("--roles", required=True, help="window,reviewer,head,operator,administrator")
    token = add("token", "make a bearer token (demo and development only)")
    who = token.add_mutually_exclusive_group(required=True)
    who.add_argument("--person", help="name, id or e-mail address")
    who.add_argument("--staff", help="name, id or e-mail address")
    token.add_argument(
        "--scope",
        default="",
        help="cases, payments, deliveries, desk, each also as .read; certificates.read; none opens all",
    )


def _furnishing(add: Adder) -> None:
    seals = add("seals", "order seals for offices").add_subparsers(dest="verb", required=True)
    for name, words in (("add", "for one office or for all that have none"), ("list", "offices that have none")):
        verb = seals.add_parser(name, help=words, description=words, epilog=f"example: {EXAMPLES['seals']}")
        verb.add_argument("--office", default="", help="credit code of the office")
        if name == "add":
            verb.add_argument("--all", action="store_true", help="every office that has none")
    kinds = add("certificates", "types of certificates").add_subparsers(dest="noun", required=True)
    verbs = kinds.add_parser("types").add_subparsers(dest="verb", required=True)
    load = verbs.add_parser("load", epilog=f"example: {EXAMPLES['certificates']}")
    load.add_argument("file", type=Path)
    load.add_argument("--dry-run", action="store_true", help="say what is wrong, change nothing")


def _keeping(add: Adder) -> None:
    ring = add("keys", "make the keys of this installation, add one, or seal anew; existing ones stay")
    ring.add_argument("verb", nargs="?", choices=["make", "add", "reseal"], default="make")
    ring.add_argument("--dry-run", action="store_true", help="with reseal: count, change nothing")
    verify = add("verify", "prove the whole store, without the code that writes it")
    verify.add_argument("--json", action="store_true")
    verify.add_argument("--ledger", type=Path, help="acknowledged submissions, one JSON object a line")
    verify.add_argument("--anchor", type=Path, help="tree heads kept elsewhere, one JSON object a line")
    verify.add_argument("--only", nargs="+", metavar="RULE", help="prove only these rules")
    for name, words in (("backup", "write database, files and keys to one file"), ("restore", "put a backup back")):
        add(name, words).add_argument("file", type=Path)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0 done, 1 failed, 2 wrong use."""
    options = parser().parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.config.settings")
    try:
        if options.command == "demo":
            from yiwang.config.demo.running import run_demo

            return run_demo(options)
        if options.command == "courier-demo":
            from yiwang.connectors.courier_demo.server import run_courier

            return run_courier(options)
        if options.command == "payment-demo":
            from yiwang.connectors.payment_demo.process import run_payment

            return run_payment(options)
        if options.command == "verify":
            return _verify(options)
        if options.command == "bench":
            return _bench(options)
        import django

        django.setup()
        from yiwang.config import commands

        run: Callable[[argparse.Namespace], int] = getattr(commands, f"run_{options.command}")
        return run(options)
    except WrongUse as wrong:
        print(f"yiwang: {wrong}", file=sys.stderr)
        return 2
    except Failed as failure:
        print(f"yiwang: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _verify(options: argparse.Namespace) -> int:
    from yiwang_verify import main as prove

    arguments = ["--json"] if options.json else []
    for name in ("ledger", "anchor"):
        if value := getattr(options, name):
            arguments += [f"--{name}", str(value)]
    return prove([*arguments, *(["--only", *options.only] if options.only else [])])


def _bench(options: argparse.Namespace) -> int:
    """Run the benchmarks of the checkout in a process of their own, with settings of their own."""
    script = Path(__file__).resolve().parents[3] / "benchmarks" / "run.py"
    if not script.exists():
        raise Failed("benchmarks are part of a checkout: run this inside one")
    arguments = [*options.names, "--database", options.database, *(["--quick"] if options.quick else [])]
    for name in ("json", "docs"):
        if value := getattr(options, name):
            arguments += [f"--{name}", str(value)]
    return subprocess.run([sys.executable, str(script), *arguments], check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
