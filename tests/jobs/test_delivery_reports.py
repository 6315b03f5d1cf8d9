"""Reports of real shapes are read; what is no report, or broken, is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assess.jobs.delivery_reports import DeliveryReport, read_report, subject_of
from assess.jobs.refusals import LONGEST_WORDS, plain, refusal
from tests.jobs import reports
from tests.jobs.reports import NO_BOUNCES, OURS

#: By the server that wrote the report: the status, what it means, what the server said.
CAME_BACK = {
    "postfix": (
        "5.1.1",
        "there is no such mailbox",
        "(address): Recipient address rejected: User unknown in local recipient table",
    ),
    "exim": ("5.0.0", "the mailbox is full", "Mailbox full"),
    "exchange": (
        "5.1.10",
        "the address takes no mail",
        "RESOLVER.ADR.RecipientNotFound; Recipient (address) not found by SMTP address lookup",
    ),
    "gmail": (
        "5.1.1",
        "there is no such mailbox",
        "The email account that you tried to reach does not exist. 550 5.1.1 d12 - gsmtp",
    ),
    "given_up": (
        "4.4.7",
        "the mail server of the address did not take it in time",
        "(address): Recipient address rejected: User unknown in local recipient table",
    ),
}


@pytest.mark.parametrize("server", CAME_BACK)
def test_a_mail_that_came_back_is_told_with_its_reason(server):
    report = read_report(getattr(reports, server)())
    status, meaning, said = CAME_BACK[server]
    assert report is not None
    assert (report.message_ids[0], report.status) == (OURS, status)
    sentence = f"The mail came back: {meaning} (code {status}). The server said “{said}”."
    assert refusal("The mail came back", report.status, report.diagnostic) == sentence


@pytest.mark.parametrize("what", NO_BOUNCES)
def test_what_is_no_report_of_a_mail_that_came_back_is_none(what):
    assert read_report(NO_BOUNCES[what]) is None


def test_a_report_without_a_status_or_a_diagnostic_is_still_one():
    bare = reports.postfix().replace(b"Status: 5.1.1\r\n", b"")
    start = bare.index(b"Diagnostic-Code"), bare.index(b"--=_b0undary", bare.index(b"Diagnostic"))
    bare = bare[: start[0]] + b"\r\n" + bare[start[1] :]
    assert read_report(bare) == DeliveryReport((OURS,), "5.0.0", "")


def test_of_several_recipients_the_one_that_failed_counts():
    first = reports.postfix().replace(
        b"Final-Recipient: rfc822; ada@example.org",
        b"Final-Recipient: rfc822; ben@example.org\r\nAction: relayed\r\nStatus: 2.0.0\r\n\r\n"
        b"Final-Recipient: rfc822; ada@example.org",
    )
    assert read_report(first).status == "5.1.1"


@given(st.binary(max_size=400), st.integers(0, 1400))
def test_no_damage_makes_the_reader_stumble(noise, place):
    whole = reports.exchange()
    for content in (noise, whole[:place] + noise + whole[place:], whole[:place]):
        read_report(content)
        subject_of(content)


@given(st.text(max_size=400))
def test_a_strangers_words_are_one_short_harmless_line(words):
    said = plain(words)
    assert len(said) <= LONGEST_WORDS
    assert said.isprintable()


def test_addresses_and_links_of_a_stranger_are_left_out():
    said = plain("550 5.7.1 <ada@example.org> blocked,\r\n see http://evil.example/a?b or www.x.y")
    assert said == "(address) blocked, see or"


def test_a_subject_is_read_over_its_folds_and_codes():
    assert subject_of(b"Subject: stop-mail\r\n abc.def\r\n\r\n") == "stop-mail abc.def"
    assert subject_of(b"Subject: =?utf-8?Q?stop-mail_abc?=\r\n\r\n") == "stop-mail abc"
