"""A mailbox is looked through over a real connection, and only what was wanted is touched."""

from datetime import date

import pytest

from assess.jobs.mailbox import MailboxError, look_through
from tests.jobs import reports

WANTED = (("Content-Type", "delivery-status"),)
DAY = date(2026, 3, 2)


def test_only_what_was_wanted_is_read_and_only_what_was_taken_is_marked(imap):
    imap.put(reports.REPLY, reports.postfix("one"), reports.gmail("two"))
    read = []

    def take(content):
        read.append(content)
        return b"<two@" in content

    assert look_through(imap.url, WANTED, take, since=DAY) == 1
    assert read == [reports.postfix("one"), reports.gmail("two")]
    assert (imap.fetched, imap.seen) == ([12, 13], {13})
    assert "UNSEEN SINCE 2-Mar-2026" in "".join(imap.commands)
    look_through(imap.url, WANTED, take, since=DAY)
    assert imap.fetched == [12, 13, 12]
    assert imap.commands[-1] == "LOGOUT"


def test_a_mail_longer_than_any_report_is_read_in_part(imap):
    imap.put(reports.postfix() + b"x" * 400_000)
    lengths = []
    look_through(imap.url, WANTED, lambda content: bool(lengths.append(len(content))), since=DAY)
    assert lengths == [256 * 1024]


@pytest.mark.parametrize("what", ["password", "folder", "broken", "away"])
def test_a_mailbox_that_cannot_be_read_is_told_without_its_password(imap, what):
    url = imap.url
    if what == "password":
        url = url.replace("p%40ss", "guess")
    elif what == "folder":
        url = url.replace("/Reports", "/Other")
    elif what == "broken":
        imap.broken = True
    else:
        url = "imap://me:hush@127.0.0.1:1/INBOX"
    with pytest.raises(MailboxError) as told:
        look_through(url, WANTED, lambda _content: True, since=DAY)
    assert not any(word in str(told.value) for word in ("p@ss", "guess", "hush", "reports@"))
    assert told.value.__cause__ is None
