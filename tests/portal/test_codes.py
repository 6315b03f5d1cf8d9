"""Codes: drawn when mailed, ten minutes, once, five tries, one act, one link."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from assess.accounts.models import AuditEvent
from assess.db.scope import reading
from assess.errors import Refused
from assess.instruments.catalogue import default_catalogue
from assess.jobs.models import Job
from assess.portal import codes, service
from assess.portal.codes import Act, CodeRefused, Fault
from assess.portal.models import ActCode
from tests.portal.conftest import hand_in, mails
from tests.sittings.conftest import TODAY, invite


@pytest.fixture
def at(monkeypatch):
    """Give a function that sets the pages' clock."""

    def set_(moment):
        monkeypatch.setattr("assess.web.pages.now", lambda: moment)

    return set_


def rows(person):
    with reading(person.sessions, person.tenant.organisation_id) as session:
        return list(session.scalars(select(ActCode).order_by(ActCode.id)))


def wrong(code: str) -> str:
    return f"{(int(code.replace(' ', '')) + 1) % 10**8:08d}"


def test_the_code_stands_in_the_mail_and_nowhere_else(own):
    own.post("/my/data/download")
    assert rows(own.person)[0].code_hmac is None
    code = own.code()
    [row] = rows(own.person)
    assert re.fullmatch(r"\d{4} \d{4}", code)
    assert re.fullmatch(r"[0-9a-f]{64}", row.code_hmac)
    assert code.replace(" ", "") not in json.dumps(vars(row), default=str)
    assert row.expires_at - timedelta(minutes=10) >= row.asked_at


def test_a_code_works_once(own):
    first = own.do("download", form="json")
    assert first.mimetype == "application/json"
    again = own.post("/my/data/download/code", code=own.code(), form="json")
    assert again.status_code == 422
    assert "no code that waits" in again.text


def test_after_ten_minutes_a_code_opens_nothing(own, sessions, settings):
    own.post("/my/data/download")
    code = own.code()
    [row] = rows(own.person)
    claim = own.person.claim
    with pytest.raises(CodeRefused) as refused:
        service.download(
            sessions, settings, claim, code, catalogue=default_catalogue(), now=row.expires_at
        )
    assert refused.value.faults == {Act.DOWNLOAD: Fault.EXPIRED}
    just = row.expires_at - timedelta(seconds=1)
    assert service.download(
        sessions, settings, claim, code, catalogue=default_catalogue(), now=just
    )


def test_five_wrong_tries_spend_a_code(own):
    own.post("/my/data/download")
    code = own.code()
    for _ in range(5):
        answer = own.post("/my/data/download/code", code=wrong(code))
        assert answer.status_code == 422
    right = own.post("/my/data/download/code", code=code)
    assert right.status_code == 422
    assert "five wrong tries" in right.text
    assert own.do("download").status_code == 200


def test_four_wrong_tries_do_not(own):
    own.post("/my/data/download")
    code = own.code()
    for _ in range(4):
        own.post("/my/data/download/code", code=wrong(code))
    assert own.post("/my/data/download/code", code=code).mimetype == "application/json"


def test_a_code_is_of_one_act(own):
    own.post("/my/data/download")
    code = own.code()
    own.post("/my/data/withdraw")
    own.work()
    assert own.post("/my/data/withdraw/code", code=code).status_code == 422
    assert own.person.invitation().withdrawn_at is None


def test_a_code_is_of_one_link(own, open_own, sessions, settings, tenant, sitting_bank):
    other = invite(sessions, tenant, settings, own.person.campaign_id, "Ben")
    theirs = open_own(hand_in(sessions, settings, sitting_bank, other))
    own.post("/my/data/download")
    code = own.code()
    theirs.post("/my/data/download")
    theirs.work()
    assert theirs.post("/my/data/download/code", code=code).status_code == 422


def test_a_newer_code_takes_the_place_of_an_older(own):
    own.post("/my/data/download")
    old = own.code()
    own.post("/my/data/download")
    new = own.code()
    assert own.post("/my/data/download/code", code=old).status_code == 422
    assert own.post("/my/data/download/code", code=new).status_code == 200


def test_a_link_taken_back_takes_its_codes_along(own):
    own.post("/my/data/download")
    code = own.code()
    page = own.get("/my/data/download/code").text
    own.person.revoke()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page).group(1)
    answer = own.client.post("/my/data/download/code", data={"csrf_token": token, "code": code})
    assert answer.status_code == 403


def test_nobodys_mailbox_is_flooded(own, sessions):
    for _ in range(codes.MOST_ASKED):
        service.ask_code(sessions, own.person.claim, Act.DOWNLOAD, now=TODAY)
    with pytest.raises(Refused, match="too many codes"):
        service.ask_code(sessions, own.person.claim, Act.ERASE, now=TODAY)
    later = TODAY + codes.WINDOW + timedelta(seconds=1)
    service.ask_code(sessions, own.person.claim, Act.ERASE, now=later)


def test_codes_typed_with_other_signs_are_wrong_and_no_fault_of_ours(own):
    own.post("/my/data/download")
    own.work()
    for typed in (
        "",
        "ﾊﾞ",
        "\ud800x".encode("utf-8", "replace").decode(),
        "'; DROP TABLE",
        "9" * 30,
    ):
        assert own.post("/my/data/download/code", code=typed).status_code == 422
    assert own.post("/my/data/download/code", code="1" * 31).status_code == 422


def test_the_mail_says_what_the_code_is_for_and_what_to_do_if_unasked(own):
    own.post("/my/data/erase")
    own.work()
    [mail] = [one for one in mails(own.person.settings) if one["Subject"] == "Your code"]
    said = " ".join(mail.get_content().split())
    assert mail["To"] == "ada@example.org"
    assert "erases everything about you" in said
    assert "If you did not ask for a code" in said
    assert "10 minutes" in said


@pytest.mark.parametrize(
    ("refusal", "acts", "fault"),
    [
        ("550 5.1.1 no such person", ["code asked", "code not sent"], None),
        ("450 try later", ["code asked"], "Undelivered: recipient, code 450"),
    ],
)
def test_a_code_that_a_server_refuses_is_told_to_the_trail_or_tried_again(
    own, smtp, refusal, acts, fault
):
    inbox, settings = smtp
    own.work()
    own.person = replace(own.person, settings=settings)
    inbox.refusal = refusal
    own.post("/my/data/download")
    own.work()
    assert own.acts()[-len(acts) :] == acts
    with reading(own.person.sessions, own.person.tenant.organisation_id) as session:
        [job] = session.scalars(select(Job).where(Job.kind == codes.JOB))
        [event] = session.scalars(select(AuditEvent).where(AuditEvent.act == acts[-1]))
    assert job.fault == fault
    assert event.detail["for_act"] == "download"
    assert event.detail.get("status") == ("5.1.1" if fault is None else None)
