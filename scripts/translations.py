#!/usr/bin/env python3
"""The English of everything that the pages say. A message's id is its Chinese.

scripts/translations.py check                     says what has no English yet; exit 1 if anything
scripts/translations.py update [PAIRS.json…]      brings the file up to date, and takes {"中文": "English"} from PAIRS
                                                  (a list of two strings where the English has a plural)
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "src" / "yiwang" / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS = ["gettext_lazy", "ngettext_lazy:1,2", "gettext_noop", "Refused", "InvalidInput"]
"""Calls whose first words are shown to people, beside those that Babel knows. A refusal is translated where it is shown."""

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%[sd]")


def extract() -> Catalog:
    """Return every message of the code and the templates, as they are now."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "django.pot"
        words = [word for keyword in KEYWORDS for word in ("-k", keyword)]
        command = [
            sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract", "-F", "pyproject.toml",
            *words, "-c", "L10N:", "--no-wrap", "--sort-output", "-o", str(out), "src/yiwang",
        ]  # fmt: skip
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"translations: the messages could not be read: {done.stderr.strip()}")
        with out.open("rb") as file:
            return read_po(file)


def present() -> Catalog:
    """Return the English as it stands."""
    if not FILE.exists():
        return Catalog(locale="en")
    with FILE.open("rb") as file:
        return read_po(file, locale="en")


def problems() -> list[str]:
    """Return what is missing, empty, unsure, left over, or has lost a placeholder."""
    wanted, english = extract(), present()
    found = []
    for message in wanted:
        if not message.id:
            continue
        words = message.id[0] if isinstance(message.id, tuple) else message.id
        where = f"{message.locations[0][0]}:{message.locations[0][1]}" if message.locations else ""
        known = english.get(words, message.context)
        texts = (known.string if isinstance(known.string, tuple | list) else (known.string,)) if known else ()
        if not known or not texts or not all(texts):
            found.append(f"{where} has no English: {words!r}")
        elif known.fuzzy:
            found.append(f"{where} is marked unsure (fuzzy): {words!r}")
        elif not set(PLACEHOLDER.findall("".join(texts))) <= set(PLACEHOLDER.findall(words)) or (
            not message.pluralizable and set(PLACEHOLDER.findall(texts[0])) != set(PLACEHOLDER.findall(words))
        ):
            found.append(f"{where} has other placeholders in English: {words!r}")
    ids = {(m.id[0] if isinstance(m.id, tuple) else m.id, m.context) for m in wanted if m.id}
    for message in english:
        words = message.id[0] if isinstance(message.id, tuple) else message.id
        if words and (words, message.context) not in ids:
            found.append(f"django.po has a message that nothing says any more: {words!r}")
    return found


def update(files: list[Path]) -> None:
    """Write the file anew: what is said now, its English where known, nothing else."""
    pairs: dict[str, str | list[str]] = {}
    for file in files:
        pairs |= json.loads(file.read_text(encoding="utf-8"))
    wanted, english = extract(), present()
    fresh = Catalog(
        locale="en",
        header_comment="# The English of Yiwang. A message's id is its Chinese. Brought up to date by `make messages`.",
        project="yiwang",
        version="1",
        charset="utf-8",
        fuzzy=False,
    )
    fresh.msgid_bugs_address = fresh.last_translator = fresh.language_team = "The Yiwang authors"
    fresh.creation_date = fresh.revision_date = None
    missing = 0
    for message in wanted:
        if not message.id:
            continue
        words = message.id[0] if isinstance(message.id, tuple) else message.id
        known = english.get(words, message.context)
        text: str | tuple[str, ...] | list[str] = known.string if known and known.string and not known.fuzzy else ""
        if words in pairs:
            text = pairs[words]
        if message.pluralizable:
            both = (text, text) if isinstance(text, str) else tuple(text)
            text = both if all(both) else ("", "")
        elif not isinstance(text, str):
            text = text[0]
        missing += not (all(text) if isinstance(text, tuple) else text)
        fresh.add(
            message.id,
            text,
            flags=message.flags - {"fuzzy"},
            context=message.context,
            auto_comments=message.auto_comments,
        )
    FILE.parent.mkdir(parents=True, exist_ok=True)
    with FILE.open("wb") as file:
        write_po(file, fresh, width=0, sort_output=True, omit_header=False, include_previous=False)
    text = FILE.read_text(encoding="utf-8")
    FILE.write_text(re.sub(r'^"(POT-Creation|PO-Revision)-Date:.*\n', "", text, flags=re.M), encoding="utf-8")
    print(f"translations: {len(fresh)} messages, {missing} without English")


def main() -> int:
    """Carry out `check` or `update`; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check")
    commands.add_parser("update").add_argument("pairs", nargs="*", type=Path)
    arguments = parser.parse_args()
    if arguments.command == "update":
        update(arguments.pairs)
        return 0
    found = problems()
    print("\n".join(found))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
