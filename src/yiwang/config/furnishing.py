"""What an installation needs before its first case: keys, seals for its offices, types of certificates."""

import argparse
import sys
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from yiwang.config.failures import Failed, WrongUse
from yiwang.domains.certificates.actions import load_certificate_types
from yiwang.domains.certificates.models import CertificateType
from yiwang.domains.organisations.models import Office
from yiwang.domains.seals.actions import issue_seal
from yiwang.domains.seals.queries import seal_in_use
from yiwang.foundation import keys
from yiwang.foundation.actors import SYSTEM

NEEDED = {"code", "name", "holder", "fields"}
KNOWN = NEEDED | {"key", "validity_months", "issuer"}
DEFINER = 18
CODE = 21


def run_keys(options: argparse.Namespace) -> int:
    """Make the keys of this installation; add a vault key; seal anew what has an older one."""
    folder = Path(settings.YIWANG_DIR) / "keys"
    if options.verb == "add":
        from yiwang.config.resealing import add_vault_key

        version = add_vault_key(folder)
        print(f"vault key {version} added: restart web and worker, then run `yiwang keys reseal`, then make a backup")
        return 0
    if options.verb == "reseal":
        return _reseal(only_count=options.dry_run)
    made = keys.make_keys(folder)
    print("keys made; they are part of your backup" if made else "keys are there already; nothing changed")
    return 0


def _reseal(*, only_count: bool) -> int:
    from yiwang.config.resealing import reseal_everything

    tallies = reseal_everything(only_count=only_count)
    what = "to be sealed anew" if only_count else "sealed anew"
    for tally in tallies:
        if tally.done or tally.broken:
            print(f"{tally.place}: {tally.done} {what}" + (f", {tally.broken} do not open" if tally.broken else ""))
    print(f"{sum(tally.done for tally in tallies)} values {what}")
    return 1 if any(tally.broken for tally in tallies) else 0


def run_seals(options: argparse.Namespace) -> int:
    """Order seals of the authority for offices that have none, or say which have none."""
    offices = Office.objects.order_by("code")
    if options.office:
        offices = offices.filter(pk=options.office)
        if not offices.exists():
            raise WrongUse(f"no office has the code {options.office}")
    without = [office for office in offices.iterator(500) if seal_in_use(office.pk) is None]
    if options.verb == "list":
        for office in without:
            print(f"{office.pk} {office.name} has no seal")
        print(f"{len(without)} offices without a seal")
        return 0
    if not options.office and not options.all:
        raise WrongUse("name one office with --office, or take --all")
    failed = 0
    for office in without:
        try:
            seal = issue_seal(office_code=office.pk, by=SYSTEM)
        except (OSError, LookupError, ValueError) as fault:
            failed += 1
            print(f"{office.pk} {office.name}: the authority gave none: {fault}", file=sys.stderr)
            continue
        print(f"{office.pk} {seal.name}, until {seal.valid_until:%Y-%m-%d}{', a specimen' if seal.is_specimen else ''}")
    print(f"{len(without) - failed} seals added; {failed} failed")
    return 1 if failed else 0


def run_certificates(options: argparse.Namespace) -> int:
    """Enter or change the types of certificates from a YAML file; a file that does not hold changes nothing."""
    try:
        told = yaml.safe_load(options.file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Failed(f"cannot read {options.file}: {error}") from error
    faults, types = read_certificate_types(told)
    for fault in faults:
        print(f"{options.file}: {fault}", file=sys.stderr)
    if faults:
        return 1
    if options.dry_run:
        print(f"{len(types)} types hold; nothing changed")
        return 0
    changed = load_certificate_types(types=types, by=SYSTEM)
    print(f"{len(types)} types read, {changed} added or changed")
    return 0


def read_certificate_types(told: Any) -> tuple[list[str], list[CertificateType]]:
    """Return what is wrong with a file of certificate types (GB/T 36902), one line each, and the types."""
    if not isinstance(told, dict) or not isinstance(told.get("certificate_types"), list):
        return ["it has no list certificate_types"], []
    definer, faults, types = str(told.get("definer") or ""), [], []
    if len(definer) != DEFINER:
        faults.append(f"definer: {DEFINER} characters, the credit code of who defines the types")
    for at, entry in enumerate(told["certificate_types"], 1):
        wrong = _faults(entry, definer) if isinstance(entry, dict) else ["not a mapping"]
        faults += [f"type {at}: {words}" for words in wrong]
        if not wrong:
            types.append(_type(entry, definer))
    codes = [one.code for one in types]
    faults += [f"{code} stands twice" for code in sorted({c for c in codes if codes.count(c) > 1})]
    return faults, types


def _faults(entry: dict[str, Any], definer: str) -> list[str]:
    faults = [f"{key} is missing" for key in sorted(NEEDED - set(entry))]
    faults += [f"{key} is not known" for key in sorted(map(str, set(entry) - KNOWN))]
    if faults:
        return faults
    code, name = str(entry["code"]), entry["name"]
    if len(code) != CODE or not code.startswith(definer) or not code[DEFINER:].isdigit():
        faults.append("code: the definer's code and three digits")
    if not isinstance(name, dict) or not 1 <= len(str(name.get("zh") or "")) <= 100:
        faults.append("name: {zh: …, en: …}, at most 100 characters")
    if entry["holder"] not in {"person", "firm"}:
        faults.append("holder: person or firm")
    months = entry.get("validity_months")
    if months is not None and (not isinstance(months, int) or isinstance(months, bool) or not 1 <= months <= 1200):
        faults.append("validity_months: a number of months, or null where it has no end")
    fields = entry["fields"]
    if not isinstance(fields, list) or not fields or not all(_is_field(field) for field in fields):
        faults.append("fields: a list of {key, label: {zh, en}}")
    return faults


def _is_field(field: Any) -> bool:
    if not isinstance(field, dict) or not str(field.get("key") or "").isidentifier():
        return False
    label = field.get("label")
    return isinstance(label, dict) and bool(label.get("zh"))


def _type(entry: dict[str, Any], definer: str) -> CertificateType:
    return CertificateType(
        code=str(entry["code"]),
        name=entry["name"]["zh"],
        name_en=entry["name"].get("en") or "",
        definer=definer,
        holder=entry["holder"],
        validity_months=entry.get("validity_months"),
        fields=entry["fields"],
    )
