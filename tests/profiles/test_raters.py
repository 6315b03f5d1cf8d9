"""Rounds of ratings: asked, rated, adopted once, forgotten; nothing leaves the organisation."""

import secrets
from datetime import timedelta
from email import message_from_bytes, policy

import numpy as np
import pytest
from sqlalchemy import select

from assess.accounts.models import AuditEvent, RoleName
from assess.accounts.service import brand_named
from assess.app import HANDLERS
from assess.db.scope import reading, writing
from assess.errors import Conflict, Invalid, NotFound, Refused
from assess.instruments.catalogue import default_catalogue
from assess.jobs.models import Job
from assess.jobs.worker import run_until_idle
from assess.profiles import queries, rater_access, rater_queries, rater_service, service
from assess.profiles.mix import ContactMix, DriverShare
from assess.profiles.models import Rater
from assess.profiles.rater_access import LINK_LASTS, LINK_PURPOSE
from assess.profiles.rater_study import demand_of_ratings
from assess.selection.demand import COMPETENCIES
from assess.web import links
from tests.profiles.ratings import LIKE, agreeing, answers, opposed
from tests.service import NOW

BANK = default_catalogue()
MIX = ContactMix(
    (DriverShare("delivery", 0.6, 7), DriverShare("status", 0.4, 3)),
    multipliers={"EMP": 1.5},
    minimums={"EMP": 40.0},
)
LOT = secrets.SystemRandom()
LATER = NOW + timedelta(days=1)


def addresses(n: int) -> str:
    return "\n".join(f"Rater {k} <rater{k}@example.org>" for k in range(1, n + 1))


@pytest.fixture
def manager(tenant):
    return tenant.members[RoleName.HIRING_MANAGER]


@pytest.fixture
def profile_id(sessions, tenant, manager):
    with writing(sessions, tenant.organisation_id) as session:
        brand_id = brand_named(session, "Parcel Friend")
        version_id = service.make_profile(
            session, manager, BANK, brand_id, "Parcel line", MIX, reason="first", now=NOW
        )
        return queries.version(session, version_id).profile_id


@pytest.fixture
def ask(sessions, manager, profile_id):
    """Give a function that asks so many people; it returns the round."""

    def ask_(n: int = 6):
        people = rater_service.people_of(addresses(n))
        rater_service.invite(sessions, manager, profile_id, people, now=NOW, rng=LOT)
        with reading(sessions, manager.organisation_id) as session:
            return rater_queries.rounds(session, profile_id)[0]

    return ask_


@pytest.fixture
def again(sessions, manager):
    """Give a function that reads a round anew."""

    def again_(found):
        with reading(sessions, manager.organisation_id) as session:
            return rater_queries.round_of(session, found.id)

    return again_


def claim(settings, rater):
    token = rater_access.rater_link(settings, rater).rpartition("/")[2]
    return links.claim(settings, LINK_PURPOSE, token, now=NOW)


@pytest.fixture
def rate(sessions, settings, again):
    """Give a function by which the people of a round rate, in the order of their names."""

    def rate_(found, rows):
        for rater, row in zip(found.raters, rows, strict=True):
            rater_access.save(sessions, claim(settings, rater), row, now=LATER)
        return again(found)

    return rate_


def test_a_mean_that_people_agree_on_becomes_a_version_once(
    sessions, manager, ask, rate, again, profile_id
):
    found = rate(ask(), agreeing())
    act = {"reason": "Six people rated the job", "now": LATER}
    with pytest.raises(Conflict):
        rater_service.adopt(sessions, manager, BANK, found.id, seal="0" * 64, **act)
    with pytest.raises(Invalid, match="say why"):
        rater_service.adopt(
            sessions, manager, BANK, found.id, seal=found.seal, reason=" ", now=LATER
        )
    version_id = rater_service.adopt(sessions, manager, BANK, found.id, seal=found.seal, **act)
    with reading(sessions, manager.organisation_id) as session:
        made = queries.version(session, version_id)
        events = {one.act: one for one in session.scalars(select(AuditEvent))}
    means = [sum(row[code] for row in agreeing()) / 6 for code in answers(LIKE)]
    demand = demand_of_ratings(np.array(means))
    assert made.demand == pytest.approx(demand, abs=1e-4)
    assert made.rated_demand == pytest.approx(
        dict(zip(COMPETENCIES, demand, strict=True)), abs=1e-4
    )
    assert (made.number, made.drivers, made.reason) == (2, MIX.drivers, act["reason"])
    assert (made.multipliers, made.minimums) == ({"EMP": 1.5}, {"EMP": 40.0})
    assert events["ratings adopted"].detail["digest"] == found.seal
    closed = again(found)
    assert (closed.adopted_number, closed.digest, closed.closed_at) == (2, found.seal, LATER)
    with pytest.raises(Refused, match="closed"):
        rater_service.adopt(sessions, manager, BANK, found.id, seal=found.seal, **act)


def test_people_who_disagree_are_asked_to_talk_and_their_mean_is_refused(
    sessions, settings, manager, ask, rate, again
):
    found = rate(ask(), opposed())
    run_until_idle(sessions, settings, HANDLERS)
    with pytest.raises(Refused, match="do not agree enough"):
        rater_service.adopt(
            sessions, manager, BANK, found.id, seal=found.seal, reason="because", now=LATER
        )
    for _twice in range(2):  # the same ratings are asked about once
        rater_service.ask_to_talk(sessions, manager, BANK, found.id, now=LATER)
    assert run_until_idle(sessions, settings, HANDLERS) == 6
    (talk,) = again(found).talks
    assert talk["raters"] == 6
    assert talk["icc"] < 0.7
    assert talk["digest"] == found.seal
    mails = letters(settings)
    assert len(mails) == 12
    assert sum("Takes a problem to its end" in mail for mail in mails) == 6
    # Having talked, they see it alike: the earlier coefficient stays on record.
    after = rate(found, agreeing())
    with pytest.raises(Invalid, match="do not differ enough"):
        rater_service.ask_to_talk(sessions, manager, BANK, found.id, now=LATER)
    assert after.seal != found.seal
    assert rater_service.adopt(
        sessions, manager, BANK, found.id, seal=after.seal, reason="after a talk", now=LATER
    )


def letters(settings) -> list[str]:
    found = []
    for path in sorted(settings.mail_dir.glob("*.eml")):
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        found.append(f"{message['To']}\n{message['Subject']}\n{message.get_content()}")
    return found


def test_somebody_asked_twice_gets_one_mail_and_thirty_are_the_most(
    sessions, settings, manager, ask, profile_id, again
):
    found = ask(2)
    assert ask(2).id == found.id
    assert run_until_idle(sessions, settings, HANDLERS) == 2
    first, second = letters(settings)
    assert "rater1@example.org" in first + second
    assert "/rate/i/" in first
    assert "/rate/i/" in second
    with reading(sessions, manager.organisation_id) as session:
        payloads = session.scalars(select(Job.payload).where(Job.kind == "mail-rater")).all()
    assert all(set(one) == {"rater_id", "talk"} for one in payloads)
    with pytest.raises(Invalid, match="at most 30"):
        ask(31)
    full = ask(30)
    assert sorted(one.place for one in full.raters) == list(range(1, 31))
    assert again(found).raters != found.raters
    rater_service.ask_again(sessions, manager, found.raters[0].id, now=LATER)
    rater_service.ask_again(sessions, manager, found.raters[0].id, now=LATER)
    assert run_until_idle(sessions, settings, HANDLERS) == 28 + 1


def test_a_forgotten_rater_leaves_ratings_and_no_name_anywhere(
    sessions, settings, manager, ask, rate, again
):
    found = rate(ask(), agreeing())
    gone = found.raters[0]
    run_until_idle(sessions, settings, HANDLERS)
    assert any(gone.email in mail for mail in letters(settings))
    for _twice in range(2):
        rater_service.forget(sessions, settings, manager, gone.id, now=LATER)
    left = next(one for one in again(found).raters if one.id == gone.id)
    assert (left.name, left.email, left.forgotten_at) == (None, None, LATER)
    assert left.ratings == gone.ratings
    assert again(found).seal == found.seal
    assert not any(gone.email in mail for mail in letters(settings))
    with pytest.raises(Refused, match="taken back"):
        rater_access.look(sessions, BANK, claim(settings, gone))
    with pytest.raises(Refused, match="forgotten"):
        rater_service.ask_again(sessions, manager, gone.id, now=LATER)
    with reading(sessions, manager.organisation_id) as session:
        trail = session.scalars(select(AuditEvent)).all()
    assert gone.email not in repr([one.detail for one in trail])


def test_a_link_taken_back_opens_nothing_and_a_new_one_can_be_sent(
    sessions, settings, manager, ask, rate, again
):
    found = ask()
    old = claim(settings, found.raters[0])
    assert rater_access.save(sessions, old, {"emp-1": 5}, now=NOW) == 1
    rater_service.revoke(sessions, manager, found.raters[0].id, now=LATER)
    for act in (
        lambda: rater_access.look(sessions, BANK, old),
        lambda: rater_access.save(sessions, old, answers(LIKE), now=LATER),
        lambda: rater_access.enter(sessions, old, now=LATER),
    ):
        with pytest.raises(Refused, match="taken back"):
            act()
    assert again(found).raters[0].ratings == {"emp-1": 5}
    rater_service.ask_again(sessions, manager, found.raters[0].id, now=LATER)
    fresh = again(found).raters[0]
    assert fresh.link_ends == LATER + LINK_LASTS
    assert rater_access.save(sessions, claim(settings, fresh), answers(LIKE), now=LATER) == 12


def test_nothing_is_rated_once_the_ratings_are_closed(
    sessions, settings, manager, ask, again, profile_id
):
    found = ask()
    one = claim(settings, found.raters[0])
    with pytest.raises(Invalid, match="emp-1: choose a number"):
        rater_access.save(sessions, one, {"emp-1": 6, "gui-1": 0}, now=NOW)
    with pytest.raises(Invalid, match="none of the statements"):
        rater_access.save(sessions, one, {"<b>": 1}, now=NOW)
    rater_service.close_round(sessions, manager, found.id, now=LATER)
    with pytest.raises(Refused, match="closed"):
        rater_access.save(sessions, one, answers(LIKE), now=LATER)
    assert not rater_access.look(sessions, BANK, one).open
    assert again(found).raters[0].ratings == {}
    assert run_until_idle(sessions, settings, HANDLERS) == 6
    assert letters(settings) == [], "nobody is asked for what is closed"
    assert ask().id != found.id, "who is asked later is asked in a new round"


def test_another_organisation_and_another_role_reach_nothing(
    sessions, settings, tenant, other_tenant, manager, ask, profile_id
):
    found = ask()
    stranger = other_tenant.members[RoleName.HIRING_MANAGER]
    people = rater_service.people_of("a@example.org")
    rater_id = found.raters[0].id
    acts = (
        lambda who: rater_service.invite(sessions, who, profile_id, people, now=NOW, rng=LOT),
        lambda who: rater_service.ask_again(sessions, who, rater_id, now=NOW),
        lambda who: rater_service.revoke(sessions, who, rater_id, now=NOW),
        lambda who: rater_service.forget(sessions, settings, who, rater_id, now=NOW),
        lambda who: rater_service.note_named(sessions, who, found.id, now=NOW),
        lambda who: rater_service.ask_to_talk(sessions, who, BANK, found.id, now=NOW),
        lambda who: rater_service.close_round(sessions, who, found.id, now=NOW),
        lambda who: rater_service.adopt(
            sessions, who, BANK, found.id, seal=found.seal, reason="x", now=NOW
        ),
    )
    for act in acts:
        with pytest.raises(NotFound):
            act(stranger)
        for role in (RoleName.RECRUITER, RoleName.ANALYST):
            with pytest.raises(Refused):
                act(tenant.members[role])
    with reading(sessions, stranger.organisation_id) as session:
        assert session.scalars(select(Rater.id)).all() == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "at least one person"),
        (" \n ,;\n", "at least one person"),
        ("nobody", "line 1: 'nobody' is not an e-mail address"),
        ("a@example.org\nA@Example.org", "line 2: a@example.org is there already"),
        ("x\u2028y <a@example.org>", "line 1: 'x' is not"),
        ("<script>@example.org", "line 1"),
        ("Bcc: all@example.org\r\n", "line 1"),
        ("n" * 201 + " <a@example.org>", "longer than 200"),
        ("a" * 2_100, "line 1"),
    ],
)
def test_addresses_are_read_line_by_line_and_faults_name_their_line(text, told):
    with pytest.raises(Invalid) as caught:
        rater_service.people_of(text)
    assert told in str(caught.value)


def test_names_and_bare_addresses_are_read():
    found = rater_service.people_of('"Ada L." <Ada@Example.org>;\n\n bo@example.org,')
    assert [(one.name, one.address) for one in found] == [
        ("Ada L.", "ada@example.org"),
        ("", "bo@example.org"),
    ]
