#!/usr/bin/env python3
"""Write into docs/reference what the code itself says; `--check` only compares, and names the pages that are stale.

A page keeps its own words. What stands between `<!-- generated: NAME -->` and `<!-- end -->` is ours.
"""

import argparse
import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "docs" / "reference"
BLOCK = re.compile(r"(<!-- generated: (?P<name>[a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)

sys.path[:0] = [str(ROOT / "src"), str(ROOT / "scripts")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.config.settings")


def blocks() -> dict[str, str]:
    """Return block name → what the code says."""
    import django

    django.setup()
    import reference_code
    import reference_tables

    return reference_code.blocks() | reference_tables.blocks()


def filled(text: str, made: dict[str, str]) -> str:
    """Return a page with its blocks as they should be.

    Raises:
        KeyError: for a block that nothing makes.
    """
    return BLOCK.sub(lambda found: f"{found[1]}\n{made[found['name']].strip()}\n\n{found[3]}", text)


def main(arguments: list[str] | None = None) -> int:
    """Bring the pages up to date, or with `--check` say which are not; return 1 where one is stale."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--check", action="store_true", help="change nothing")
    check = options.parse_args(arguments).check
    made, stale, used = blocks(), [], set()
    for page in sorted(PAGES.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        used |= {found["name"] for found in BLOCK.finditer(text)}
        fresh = filled(text, made)
        if fresh != text:
            stale.append(page.relative_to(ROOT))
            if not check:
                page.write_text(fresh, encoding="utf-8")
    for page in stale:
        print(f"{page} {'is stale: run .venv/bin/python scripts/reference.py' if check else 'written'}")
    for name in sorted(set(made) - used):
        print(f"no page has a place for {name}", file=sys.stderr)
    return int(bool(check and stale) or bool(set(made) - used))


if __name__ == "__main__":
    sys.exit(main())
