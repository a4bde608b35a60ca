#!/usr/bin/env bash
# Writes requirements/*.txt from pyproject.toml: exact versions with hashes and no addresses; then proves that all of them
# come as ready wheels on Linux, on x86_64 and aarch64, so that no machine needs a compiler.
# Usage: scripts/lock.sh [--upgrade]      Changes only what pyproject.toml asks for; --upgrade takes the newest of all.
set -euo pipefail
cd "$(dirname "$0")/.."

uv=.venv/bin/uv
[ -x "$uv" ] || { echo "lock: run scripts/setup.sh dev first" >&2; exit 1; }
certs=()
[ -r /etc/ssl/certs/ca-certificates.crt ] && certs=(--system-certs)

compile() { # FILE ARGUMENT…
  local file="requirements/$1"
  shift
  UV_CUSTOM_COMPILE_COMMAND="scripts/lock.sh" "$uv" pip compile --quiet "${certs[@]}" --universal --python-version 3.11 \
    --generate-hashes --no-emit-index-url --no-emit-find-links --output-file "$file" "$@"
  echo "lock: $file has $(grep -c '^[a-z0-9].*==' "$file") packages"
}

compile run.txt pyproject.toml "$@"
compile dev.txt pyproject.toml --group dev --constraint requirements/run.txt "$@"
compile bootstrap.txt --group bootstrap --constraint requirements/dev.txt "$@"
compile node.txt --group node "$@"

for machine in x86_64 aarch64; do
  for file in run dev bootstrap node; do
    "$uv" pip compile --quiet "${certs[@]}" --only-binary :all: --python-platform "$machine-manylinux_2_28" --python-version 3.11 \
      "requirements/$file.txt" > /dev/null || { echo "lock: requirements/$file.txt has no wheels for $machine" >&2; exit 1; }
  done
  echo "lock: every package has a wheel for $machine"
done
