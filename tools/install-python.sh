#!/bin/sh
# Build .venv from a hashed lock and put this checkout into it: with uv if present, else with pip.
set -eu
python="$1"
lock="$2"

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "Assess needs Python 3.11 or newer; $python is older." >&2
  exit 1
}
exe="$("$python" -c 'import sys; print(sys.executable)')"
if uv --version >/dev/null 2>&1; then
  [ -x .venv/bin/python ] || uv venv -q -p "$exe" .venv
  VIRTUAL_ENV=.venv uv pip sync -q --require-hashes "$lock"
  VIRTUAL_ENV=.venv uv pip install -q --no-deps --no-build-isolation -e .
else
  [ -x .venv/bin/python ] || "$exe" -m venv .venv
  # The lock is whole, so nothing is resolved: pip 23 would look past the lock for an extra's newer
  # release and then refuse it for want of a hash.
  .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes \
    -r "$lock"
  .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
fi
