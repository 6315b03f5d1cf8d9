"""The catalogues hold every message that candidates meet, whole and with the same placeholders."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.languages import OTHERS

ROOT = Path(__file__).resolve().parents[2]
PLACEHOLDER = re.compile(r"%\(\w+\)s")
TAG = re.compile(r"</?\w+[^>]*>")
NARROW = "\u202f"


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """Give every message that the pages and mails of candidates hold, by id and plural id."""
    template = tmp_path_factory.mktemp("messages") / "messages.pot"
    subprocess.run(
        ["/bin/sh", "tools/extract-messages.sh", str(template)],
        cwd=ROOT,
        env={**os.environ, "PYTHON": sys.executable},
        check=True,
    )
    with template.open("rb") as file:
        return {message.id: message for message in read_po(file) if message.id}


@pytest.fixture(scope="module", params=OTHERS)
def catalogue(request):
    """Give one language's catalogue."""
    path = ROOT / f"assess/translations/{request.param}/LC_MESSAGES/messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=request.param, abort_invalid=True)


def forms(string):
    return (string,) if isinstance(string, str) else tuple(string)


def test_the_pages_of_candidates_are_among_the_messages(said):
    assert {"Saving…", "Before you start", "Your own link:", "I prefer not to answer"} <= set(said)
    assert "There is no such page of questions." in said, "what services say to a candidate"
    assert "Open a campaign" not in said, "members' pages stay English"


def test_every_message_is_translated_and_nothing_else_stands_there(said, catalogue):
    held = {message.id: message for message in catalogue if message.id}
    assert held.keys() == said.keys()
    empty = [key for key, message in held.items() if not all(forms(message.string))]
    assert empty == []
    assert [key for key, message in held.items() if message.fuzzy] == []
    assert not catalogue.obsolete


def test_placeholders_and_tags_are_kept(catalogue):
    for message in catalogue:
        if not message.id:
            continue
        source = forms(message.id)
        texts = forms(message.string)
        if message.pluralizable:
            assert len(texts) == catalogue.num_plurals, message.id
        for place, text in enumerate(texts):
            # The last form speaks of many; an only form must serve for one as well.
            wanted = source[-1] if place == len(texts) - 1 else source[min(place, len(source) - 1)]
            assert sorted(set(PLACEHOLDER.findall(text))) == sorted(
                set(PLACEHOLDER.findall(wanted))
            ), message.id
            assert TAG.findall(text) == TAG.findall(wanted), message.id


def test_french_marks_stand_behind_a_narrow_space(catalogue):
    if str(catalogue.locale) != "fr":
        return
    for message in catalogue:
        for text in forms(message.string) if message.id else ():
            bare = TAG.sub("", text)
            assert not re.search(rf"[^{NARROW}\s][;!?»]| [;:!?»]|«[^{NARROW}]", bare), text
            assert not re.search(r"\w:(?!\w)", bare), text


def test_spanish_questions_open_with_their_mark(catalogue):
    if str(catalogue.locale) != "es":
        return
    for message in catalogue:
        for text in forms(message.string) if message.id else ():
            assert text.count("¿") == text.count("?"), text
            assert text.count("¡") == text.count("!"), text
