"""The sign-in library speaks in the product's words, on its pages and in its mails."""

import re

import pytest
from flask import render_template
from flask_security import core

from assess.accounts.models import RoleName
from assess.web import sign_in_words
from tests.service import csrf

LIBRARYS_WORDS = ("Email Address", "Retype", "authenticat", "token.", "Instructions to reset")


def filled_in(words):
    return set(re.findall(r"%\((\w+)\)", str(words)))


@pytest.mark.parametrize("name", sign_in_words.MESSAGES)
def test_a_message_is_one_of_the_librarys_and_asks_for_no_word_it_does_not_give(name):
    words, kind = sign_in_words.MESSAGES[name]
    theirs, _their_kind = core._default_messages[name]
    assert filled_in(words) <= filled_in(theirs)
    assert kind in ("error", "info", "success")


@pytest.mark.parametrize("name", sign_in_words.SUBJECTS)
def test_a_subject_is_one_the_library_sends(name):
    assert f"EMAIL_SUBJECT_{name}" in core._default_config


def test_an_unknown_and_an_empty_address_read_the_same_plain_words(app):
    client = app.test_client()
    token = csrf(client.get("/password").text)
    for email in ("nobody@example.org", ""):
        page = client.post("/password", data={"email": email, "csrf_token": token}).text
        assert "If this address is known here, a mail with a link is on its way." in page
        assert not any(words in page for words in LIBRARYS_WORDS)


def test_a_wrong_password_is_told_without_saying_which_part_was_wrong(app, tenant):
    client = app.test_client()
    token = csrf(client.get("/sign-in").text)
    data = {"email": tenant.emails[RoleName.RECRUITER], "password": "n" * 12, "csrf_token": token}
    page = client.post("/sign-in", data=data).text
    assert "The address or the password is not right." in page
    assert "Nothing is lost" not in page, "a password must be typed again"
    assert not any(words in page for words in LIBRARYS_WORDS)


def test_a_used_link_says_what_to_do_next(app):
    page = app.test_client().get("/password/used-or-cut-off", follow_redirects=True).text
    assert "Ask for a new one here" in page
    assert not any(words in page for words in LIBRARYS_WORDS)


def test_the_mails_are_letters_that_say_what_to_do_when_nobody_asked(app):
    with app.test_request_context():
        link = render_template(
            "security/email/reset_instructions.txt", reset_link="https://here/x", within="1 day"
        ).strip()
        notice = render_template("security/email/reset_notice.txt").strip()
    assert "\nhttps://here/x\n" in link, "the link stands on a line of its own"
    for letter in (link, notice):
        assert letter.startswith("Hello,\n\n")
        assert "\n\n\n" not in letter
        assert "If it was not you" in letter
