"""A campaign to work with."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from assess.campaigns import service
from assess.campaigns.models import Invitation
from assess.campaigns.service import DriverShare, Opening, Person
from assess.db.scope import writing
from assess.instruments.catalogue import Catalogue, default_catalogue
from tests.campaigns.mails import LAST_DAY, START, Mails
from tests.service import NOW

#: Mix A of the worked examples.
ANGRY = (
    DriverShare("delivery", 0.35, 7),
    DriverShare("returns", 0.25, 6),
    DriverShare("defect", 0.10, 8),
    DriverShare("status", 0.20, 3),
    DriverShare("cancel", 0.10, 9),
)
PEOPLE = [Person("Ada Okoye", "Ada@Example.org"), Person("", "ben@example.org")]


TODAY = datetime.now(UTC).date()


def answers(**changes) -> dict[str, object]:
    """Give an opening form filled in rightly, but for ``changes``."""
    return {
        "title": "Spring intake",
        "brand": "Parcel Friend",
        "seats": "5",
        "opens_on": TODAY.isoformat(),
        "closes_on": (TODAY + timedelta(days=14)).isoformat(),
        "share_delivery": "62.5",
        "minutes_delivery": "7",
        "share_status": "37,5",
        "minutes_status": "3",
        "minutes_rude": "9",
        "battery": ["work-style", "service-judgement-a"],
        **changes,
    }


def opening(**changes) -> Opening:
    facts = {
        "title": "Spring intake",
        "brand": "Parcel Friend",
        "seats": 5,
        "drivers": ANGRY,
        "n_contacts": None,
        "multipliers": None,
        "battery": ("work-style", "service-judgement-a"),
        "opens_on": date(2026, 1, 5),
        "closes_on": date(2026, 1, 19),
    }
    return Opening(**{**facts, **changes})


@pytest.fixture(scope="session")
def bank() -> Catalogue:
    """Give the questionnaires that are shipped."""
    return default_catalogue()


@pytest.fixture
def open_campaign(sessions, tenant, bank) -> Callable[..., int]:
    """Give a function that opens a campaign, by default as the recruiter."""

    def open_(actor=None, **changes) -> int:
        who = actor or tenant.recruiter
        return service.open_campaign(sessions, who, bank, opening(**changes), now=NOW)

    return open_


@pytest.fixture
def mails(sessions, tenant, smtp) -> Mails:
    return Mails(sessions, smtp[1], tenant)


@pytest.fixture
def mailed(sessions, tenant, open_campaign, mails, smtp):
    """Invite Ada and Ben by mail on the first day; give their ids. The inbox is empty again."""
    campaign_id = open_campaign(opens_on=START.date(), closes_on=LAST_DAY)
    done = service.invite(sessions, tenant.recruiter, campaign_id, PEOPLE, now=START)
    assert mails.send(START) == 2
    smtp[0].mails.clear()
    return done.invitation_ids


@pytest.fixture
def ada(sessions, tenant, mailed):
    """Change what Ada has done."""

    def change(**values) -> None:
        with writing(sessions, tenant.organisation_id) as session:
            session.execute(update(Invitation).where(Invitation.id == mailed[0]).values(**values))

    return change
