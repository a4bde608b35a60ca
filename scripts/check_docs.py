#!/usr/bin/env python3
"""What documents point at is there, and no file names one machine's folders or a registry's address."""

import re
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parents[1]

LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
IMAGE = re.compile(r"<(?:img|source|a)\b[^>]*?\s(?:src|srcset|href)=\"([^\"]+)\"")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.DOTALL | re.MULTILINE)
CODE_PATH = re.compile(r"`((?:src|tests|docs|scripts|demo|benchmarks|requirements)/[\w./-]+)`")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)

OF_ONE_MACHINE = {
    re.compile(
        r"/(?:w[o]rk/(?:main|shared|steering)|t[m]p/(?:plan|stud)|r[o]ot/|home/[a-z]+/)"
    ): "a folder of one machine",
    re.compile(
        r"\b(?:py[p]i|python[h]osted|regis[t]ry\.npmjs|npm[m]irror|deb\.deb[i]an)\.(?:org|com|net)"
    ): "a registry's address",
}
MADE = {
    ".git",
    ".venv",
    "node_modules",
    "var",
    "__pycache__",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
}
TEXT_ENDINGS = {
    "", ".cfg", ".css", ".csv", ".editorconfig", ".gitignore", ".html", ".in", ".js", ".json", ".jsonl", ".md", ".npmrc", ".po",
    ".py", ".sh", ".sql", ".svg", ".toml", ".txt", ".typ", ".yaml", ".yml",
}  # fmt: skip


def tracked() -> list[Path]:
    """Return the files of the tree that are, or would be, committed; outside a repository all but what set-up makes."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    if not shutil.which("git") or not (ROOT / ".git").exists():
        return [p for p in sorted(ROOT.rglob("*")) if p.is_file() and not MADE & set(p.relative_to(ROOT).parts)]
    out = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in out.split("\0") if name and (ROOT / name).is_file()]


def slug(heading: str) -> str:
    """Return the anchor that a heading gets on the usual hosts."""
    words = re.sub(r"`|\*|\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    kept = [c for c in words if c in "-_ " or unicodedata.category(c)[0] in "LN" or unicodedata.category(c) == "Mn"]
    return "".join(kept).replace(" ", "-")


def problems_of(path: Path) -> list[str]:
    """Return what one document points at that is not there."""
    text = path.read_text(encoding="utf-8")
    prose = FENCE.sub("", text)
    found = []
    for target in LINK.findall(re.sub(r"`[^`\n]*`", "", prose)) + IMAGE.findall(prose):
        if re.match(r"[a-z][a-z0-9+.-]*:|//", target):
            continue
        name, _, anchor = unquote(target).partition("#")
        there = (path.parent / name).resolve() if name else path
        if not there.exists():
            found.append(f"points at {target}, which is not there")
        elif anchor and there.suffix == ".md":
            headings = {slug(h) for h in HEADING.findall(FENCE.sub("", there.read_text(encoding="utf-8")))}
            if anchor not in headings:
                found.append(f"points at {target}, and there is no such heading")
    # An ADR and the changelog tell of files as they were.
    if "adr" not in path.parts and path.name != "CHANGELOG.md":
        found += [
            f"names `{name}`, which is not there" for name in CODE_PATH.findall(prose) if not (ROOT / name).exists()
        ]
    return found


def main() -> int:
    """Check documents for what they point at and all files for what must not stand in them; return 1 on a problem."""
    count = 0
    for path in tracked():
        found = problems_of(path) if path.suffix == ".md" else []
        if path.suffix in TEXT_ENDINGS:
            text = path.read_text(encoding="utf-8", errors="replace")
            for pattern, what in OF_ONE_MACHINE.items():
                hit = pattern.search(text)
                if hit and not text.startswith("#!"):
                    found.append(f"line {text.count(chr(10), 0, hit.start()) + 1} names {what}")
        if path.name == "uv.lock":
            found.append("pins addresses; the locks are requirements/*.txt")
        for problem in found:
            print(f"{path.relative_to(ROOT)} {problem}")
        count += len(found)
    return int(count > 0)


if __name__ == "__main__":
    sys.exit(main())
