"""Fixtures of rankings."""

from datetime import UTC, datetime, timedelta

import pytest

from assess.campaigns import queries as campaigns
from assess.campaigns.service import adopt_profile
from assess.db.scope import writing
from assess.instruments.catalogue import default_catalogue
from assess.profiles import service as profiles
from assess.profiles.mix import ContactMix
from assess.rankings import service
from tests.rankings.people import DRIVERS, drawn, finish, open_ranked
from tests.service import NOW

#: After what the pages note by the clock of the machine.
LATER = datetime.now(UTC) + timedelta(days=1)
TUNED = ContactMix(
    DRIVERS, n_contacts=2000, multipliers={"INT": 2.0, "REG": 0.5},
    minimums={"EMP": 54.0}, style_weight=0.1,
)  # fmt: skip


@pytest.fixture(scope="session")
def shipped():
    """Give the questionnaires of the installation."""
    return default_catalogue()


@pytest.fixture
def campaign_id(sessions, tenant, shipped):
    """Open and rank a campaign of sixty people for twelve seats; some lack scores."""
    made = open_ranked(sessions, tenant, shipped, seats=12)
    people = drawn(shipped, 60, seed=4)
    for one in people[:6]:
        one.scores["work-style"] |= dict.fromkeys(("dominance", "influence"))
    people[0].scores["work-style"]["conscientiousness"] = None
    people[7].flags["service-judgement-a"] = ["total:not_scorable"]
    for one in people[8:10]:
        one.scores["work-style"]["empathy"] = one.scores["service-judgement-a"]["EMP"] = None
    # Strong in everything but in what the changed profile has a minimum for.
    for scores in people[20].scores.values():
        scores.update(dict.fromkeys(scores, (1.3, 0.5)))
        scores.update({name: (-1.2, 0.4) for name in ("EMP", "empathy") if name in scores})
    finish(sessions, tenant, shipped, made, people)
    service.rank_campaign(sessions, tenant.recruiter, shipped, made, now=NOW)
    return made


@pytest.fixture
def change(sessions, tenant, shipped):
    """Give a function that changes a campaign's profile, and ranks again."""

    def change_(campaign_id, mix=TUNED, *, rank=True):
        with writing(sessions, tenant.organisation_id) as session:
            profile_id = campaigns.campaign(session, campaign_id).profile.profile_id
            version_id = profiles.new_version(
                session, tenant.recruiter, shipped, profile_id, mix, reason="Night shift", now=NOW
            )
        adopt_profile(sessions, tenant.recruiter, campaign_id, version_id, now=LATER)
        if rank:
            service.rank_campaign(sessions, tenant.recruiter, shipped, campaign_id, now=LATER)

    return change_
