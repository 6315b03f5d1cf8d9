#!/bin/sh
# Collect what babel.cfg names into the catalogue template "$1". Sentences that services raise to a
# candidate (NotFound, Refused) are messages too: web/errors.py translates them when it shows them.
set -eu
"${PYTHON:-.venv/bin/python}" -m babel.messages.frontend -q extract -F babel.cfg \
  -k NotFound -k Refused --no-location --sort-output --project=assess \
  --copyright-holder="the Assess authors" -o "$1" .
