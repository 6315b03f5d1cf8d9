#!/bin/sh
# Bring assess/translations up to what the pages say: new messages stand there empty, to be
# translated; those no page says any more are gone; nothing is guessed.
set -eu
python="${PYTHON:-.venv/bin/python}"
template="$(mktemp)"
trap 'rm -f "$template"' EXIT
PYTHON="$python" sh tools/extract-messages.sh "$template"
"$python" -m babel.messages.frontend -q update -i "$template" -d assess/translations \
  --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 100
"$python" hatch_build.py
