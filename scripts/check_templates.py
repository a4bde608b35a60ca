#!/usr/bin/env python3
"""Every template parses, names only templates that exist, keeps to the content security policy, and speaks through `_`."""

import re
import sys
from pathlib import Path

from minijinja import Environment

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "yiwang"

DJANGO_FOLDERS = ("admin",)
"""Folders whose templates are in Django's own language: they replace pages of Django's admin."""

ENDINGS = {".html", ".txt", ".xml"}

NAMED = re.compile(r"\{%-?\s*(?:extends|include|import|from)\s+[\"']([^\"']+)[\"'](?!\s*ignore)")
TAGS = re.compile(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}|<!--.*?-->", re.DOTALL)
CHINESE = re.compile(r"[\u4e00-\u9fff][^<>{}\n]*")
AGAINST_POLICY = {
    re.compile(r"<style\b|\sstyle\s*="): "has an inline style; the content security policy refuses it",
    re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/(ld\+)?json\")"): "has an inline script",
    re.compile(r"<[^>{]*\son[a-z]+\s*="): "has an inline event handler",
    re.compile(r"href=[\"']javascript:"): "has a javascript: address",
}
THE_SAME_IN_BOTH = {"中文", "简体中文", "一网", "演示"}
"""Words that are not translated."""


def templates() -> dict[str, Path]:
    """Return template name → file."""
    found = {}
    for path in SOURCE.rglob("templates/**/*"):
        if path.suffix in ENDINGS:
            name = path.as_posix().rsplit("/templates/", 1)[1]
            if not name.startswith(tuple(f"{folder}/" for folder in DJANGO_FOLDERS)):
                found[name] = path
    return found


def problems_of(name: str, text: str, names: set[str]) -> list[str]:
    """Return what is wrong with one template, with line numbers."""
    found = []
    try:
        Environment().add_template(name, text)
    except Exception as problem:
        found.append(f"does not parse: {problem}")
    found += [f"names {wanted}, which is not there" for wanted in NAMED.findall(text) if wanted not in names]
    blank = TAGS.sub(lambda tag: re.sub(r"[^\n]", " ", tag.group()), text)
    for pattern, why in AGAINST_POLICY.items():
        found += [f"line {blank.count(chr(10), 0, hit.start()) + 1} {why}" for hit in pattern.finditer(blank)]
    for hit in CHINESE.finditer(blank):
        if hit.group().strip() not in THE_SAME_IN_BOTH:
            found.append(f"line {blank.count(chr(10), 0, hit.start()) + 1} says {hit.group().strip()!r} outside _()")
    return found


def main() -> int:
    """Check all templates; return 1 if there is a problem."""
    all_templates = templates()
    count = 0
    for name, path in sorted(all_templates.items()):
        for problem in problems_of(name, path.read_text(encoding="utf-8"), set(all_templates)):
            print(f"{path.relative_to(ROOT)} {problem}")
            count += 1
    if not all_templates:
        print("there are no templates under src/yiwang")
    return int(count > 0 or not all_templates)


if __name__ == "__main__":
    sys.exit(main())
