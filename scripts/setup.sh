#!/usr/bin/env bash
# Sets up this checkout: .venv, node_modules, compiled messages. Quick when nothing changed.
# Usage: scripts/setup.sh [run|dev]      run: what the platform needs.  dev: and what its tests need.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD

mode=${1:-run}
case $mode in run | dev) ;; *) echo "setup: usage: scripts/setup.sh [run|dev]" >&2; exit 2 ;; esac

say() { echo "setup: $*"; }
fail() { echo "setup: $*" >&2; exit 1; }

# One set-up at a time; a second one waits, then finds everything done.
mkdir -p var
exec 9> var/setup.lock
if command -v flock > /dev/null && ! flock --nonblock 9; then
  say "another set-up is running here, waiting for it"
  flock 9
fi

if [ ! -w "${HOME:-/nonexistent}" ]; then # a service user, an empty environment
  export HOME="$root/var/home"
  mkdir -p "$HOME"
fi

# The machine ----------------------------------------------------------------------------------------------------------

python=""
for name in python3 python3.11 python3.12 python3.13 python3.14; do
  if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
    python=$(command -v "$name")
    break
  fi
done

venv_is_here() { # it works, was made in this folder, and not for another Python
  [ -x .venv/bin/python ] && grep -qs "$root/.venv" .venv/bin/activate && .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null
}
have_cjk_font() {
  find /usr/share/fonts /usr/local/share/fonts "$HOME/.fonts" "$HOME/.local/share/fonts" -type f \
    \( -iname 'Noto*CJK*' -o -iname 'SourceHan*' -o -iname 'Noto*SC-*' \) -print -quit 2> /dev/null | grep -q .
}
have_postgres() { command -v initdb > /dev/null || ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1; }
have_browser() { command -v "${YIWANG_CHROMIUM:-chromium}" > /dev/null; }

missing=() # without these nothing works
wanted=()  # without these some tests are left out
if ! venv_is_here; then
  if [ -z "$python" ]; then
    missing+=(python3 python3-venv)
  elif ! "$python" -c 'import ensurepip, venv' 2> /dev/null; then
    missing+=(python3-venv)
  fi
fi
have_cjk_font || missing+=(fonts-noto-cjk)
if [ "$mode" = dev ]; then
  have_postgres || wanted+=(postgresql)
  have_browser || wanted+=(chromium)
fi

if [ ${#missing[@]} -gt 0 ] || [ ${#wanted[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    packages=("${missing[@]}" "${wanted[@]}")
    say "this machine lacks ${packages[*]}; you are root, so installing with apt-get"
    apt_log=var/apt.log
    export DEBIAN_FRONTEND=noninteractive
    if ! { apt-get update && apt-get install --yes --no-install-recommends "${packages[@]}"; } > "$apt_log" 2>&1 < /dev/null; then
      tail -n 5 "$apt_log" >&2
      fail "apt-get could not install ${packages[*]}; the whole story is in $apt_log"
    fi
    python=${python:-$(command -v python3)}
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "Python 3.11 or newer is needed; this machine has $("$python" -V)"
  elif [ ${#missing[@]} -gt 0 ]; then
    packages=("${missing[@]}" "${wanted[@]}")
    fail "this machine lacks: ${missing[*]}. As root, on Debian: apt-get install ${packages[*]}"
  else
    say "this machine lacks ${wanted[*]}: the tests that need it are left out (as root, on Debian: apt-get install ${wanted[*]})"
  fi
fi

# Whom to trust, and where this machine usually gets its packages -----------------------------------------------------

certificates=/etc/ssl/certs/ca-certificates.crt
if [ -r "$certificates" ]; then
  export PIP_CERT="${PIP_CERT:-$certificates}" UV_SYSTEM_CERTS=true NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-$certificates}"
fi
export UV_PYTHON_DOWNLOADS=never PIP_DISABLE_PIP_VERSION_CHECK=1 npm_config_update_notifier=false

# Stamps: a step is skipped while the hash of what it works from is the one it last finished with ---------------------

stamps=.venv/.stamps
hash_of() { cat -- "$@" 2> /dev/null | sha256sum | cut -c1-16; }
done_with() { [ "$(cat "$stamps/$1" 2> /dev/null)" = "$2" ]; }
finish() { mkdir -p "$stamps" && echo "$2" > "$stamps/$1"; }

# .venv ----------------------------------------------------------------------------------------------------------------

if ! venv_is_here; then
  say "making .venv with $("$python" -V)"
  rm -rf .venv
  "$python" -m venv .venv
fi

bootstrap=$(hash_of requirements/bootstrap.txt)
if ! done_with bootstrap "$bootstrap"; then
  say "installing the installer (uv) and the build backend"
  .venv/bin/python -m pip install -qq --no-warn-script-location --require-hashes -r requirements/bootstrap.txt
  finish bootstrap "$bootstrap"
fi

if [ -z "${UV_DEFAULT_INDEX:-}" ]; then # uv does not read pip's settings; a mirror set there holds here too
  mirror=${PIP_INDEX_URL:-}
  for file in "$HOME/.config/pip/pip.conf" "$HOME/.pip/pip.conf" /etc/pip.conf; do
    [ -n "$mirror" ] || mirror=$(sed -n 's/^ *index-url *= *//p' "$file" 2> /dev/null | head -n 1 || true)
  done
  [ -z "$mirror" ] || export UV_DEFAULT_INDEX="$mirror"
fi
quiet=(--quiet)
[ -t 2 ] && quiet=()
install() { .venv/bin/uv pip install "${quiet[@]}" --python .venv/bin/python "$@"; }

run_lock=$(hash_of requirements/run.txt)
dev_lock=$(hash_of requirements/run.txt requirements/dev.txt)
if [ "$mode" = run ] && ! done_with python "$run_lock" && ! done_with python "$dev_lock"; then
  say "installing $(grep -c '^[a-z0-9].*==' requirements/run.txt) Python packages"
  install --require-hashes -r requirements/run.txt
  finish python "$run_lock"
elif [ "$mode" = dev ] && ! done_with python "$dev_lock"; then
  say "installing $(grep -c '^[a-z0-9].*==' requirements/dev.txt) Python packages"
  install --require-hashes -r requirements/dev.txt
  finish python "$dev_lock"
fi

project=$(hash_of pyproject.toml)
if ! done_with project "$project"; then
  say "installing yiwang in place"
  install --no-deps --no-build-isolation --editable .
  finish project "$project"
fi

# node_modules ---------------------------------------------------------------------------------------------------------

npm_works() { [ "$(npm --version 2> /dev/null | cut -d. -f1)" -ge 7 ] 2> /dev/null; }
if [ -f package-lock.json ]; then
  run_lock=$(hash_of package.json package-lock.json)-run
  dev_lock=${run_lock%-run}-dev
  if ! { [ -d node_modules ] && { done_with npm "$dev_lock" || { [ "$mode" = run ] && done_with npm "$run_lock"; }; }; }; then
    if ! npm_works; then
      export PATH="$root/.venv/bin:$PATH"
      if ! npm_works; then
        say "no npm on this machine: installing Node.js into .venv"
        install --require-hashes -r requirements/node.txt
      fi
    fi
    say "fetching style sheets and scripts with npm $(npm --version)"
    only=()
    [ "$mode" = dev ] || only=(--omit=dev)
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error "${only[@]}" > var/npm.log < /dev/null || { cat var/npm.log >&2; fail "npm could not fetch the packages of package-lock.json"; }
    if [ "$mode" = dev ]; then finish npm "$dev_lock"; else finish npm "$run_lock"; fi
  fi
fi

# Messages -------------------------------------------------------------------------------------------------------------

catalogues=(src/yiwang/locale/*/LC_MESSAGES/django.po)
if [ -f "${catalogues[0]}" ]; then
  messages=$(hash_of "${catalogues[@]}")
  compiled=("${catalogues[@]/%.po/.mo}")
  if ! done_with messages "$messages" || ! ls "${compiled[@]}" > /dev/null 2>&1; then
    say "compiling translations"
    .venv/bin/pybabel --quiet compile -d src/yiwang/locale -D django
    finish messages "$messages"
  fi
fi
