#!/usr/bin/env python3
"""Everything about the tree that can be judged without running it. Arguments choose some of the checks by name."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent

CHECKS: dict[str, list[str | Path]] = {
    "format": [BIN / "ruff", "format", "--check", "--output-format", "concise", "."],
    "lint": [BIN / "ruff", "check", "--output-format", "concise", "."],
    "types": [BIN / "mypy"],
    "imports": [BIN / "lint-imports", "--no-logo"],
    "templates": [sys.executable, "scripts/check_templates.py"],
    "translations": [sys.executable, "scripts/translations.py", "check"],
    "spelling": [BIN / "codespell", "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs", "src", "tests", "scripts"],
    "docs": [sys.executable, "scripts/check_docs.py"],
}  # fmt: skip
"""Name → command. A check prints what is wrong and how to mend it, and exits other than 0."""

LINES_SHOWN = 40


def carry_out(name: str) -> tuple[str, int, str, float]:
    """Run one check; return its name, exit code, output and seconds."""
    began = time.monotonic()
    command = [str(word) for word in CHECKS[name]]
    if name == "spelling":
        command = [word for word in command if "/" in word or (ROOT / word).exists()]
    environment = os.environ | {"PYTHONPATH": "src", "NO_COLOR": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    return name, done.returncode, (done.stdout + done.stderr).strip(), time.monotonic() - began


def show(name: str, output: str) -> None:
    """Print the first lines of what a check said; keep all of it in var/check."""
    log = ROOT / "var" / "check" / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(output + "\n", encoding="utf-8")
    lines = output.splitlines()
    print("\n".join(f"        {line}" for line in lines[:LINES_SHOWN]), flush=True)
    if len(lines) > LINES_SHOWN:
        print(f"        … {len(lines) - LINES_SHOWN} more lines in {log.relative_to(ROOT)}", flush=True)


def main(names: list[str]) -> int:
    """Run the checks, two at a time; return 0 if all hold, 2 for a name that is none."""
    if unknown := set(names) - set(CHECKS):
        print(f"check: no check is called {', '.join(sorted(unknown))}; there are {', '.join(CHECKS)}", file=sys.stderr)
        return 2
    failed = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        for name, code, output, seconds in pool.map(carry_out, names or CHECKS):
            print(f"{'ok    ' if code == 0 else 'FAILED'}  {name:<13} {seconds:5.1f} s", flush=True)
            if code:
                failed.append(name)
                show(name, output)
    if failed:
        print(f"check: {', '.join(failed)} failed", file=sys.stderr)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
