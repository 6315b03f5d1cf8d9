"""People who have been through everything, so that everything is held about them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from assess.app import HANDLERS
from assess.campaigns import another_way, inviting, requirement_service
from assess.campaigns import queries as campaign_queries
from assess.campaigns.models import Campaign, Invitation, MailKind
from assess.candidates.models import Candidate
from assess.candidates.requirements import Kind, Requirement
from assess.db.scope import writing
from assess.instruments.catalogue import default_catalogue
from assess.jobs.worker import run_until_idle
from assess.rankings import service as rankings
from assess.reports import service as reports
from assess.reports.models import ReportKind
from assess.reports.service import ReportOptions
from assess.sittings.models import (
    Answer,
    Attempt,
    NoticeShown,
    Sitting,
    SittingClock,
    SittingComfort,
    SittingTime,
)
from tests.rankings.people import BOTH, drawn, finish, open_ranked

NOW = datetime.now(UTC)
NAME, ADDRESS = "Zuleika Überfluss-Okonkwo", "zuleika.okonkwo@example.org"


@dataclass(frozen=True)
class Held:
    """A campaign whose first person is the one that everything is held about."""

    campaign_id: int
    people: list[int]
    snapshot_id: int
    ranked_id: int
    own_id: int

    @property
    def person(self) -> int:
        return self.people[0]


def beside(sitting_id):
    """Give what is kept beside the answers of a sitting."""
    return [
        SittingComfort(
            sitting_id=sitting_id, text="large", contrast=True, easy_font=False, still=False,
            aloud=False, few_items=True, extra_time="1.5", changed_at=NOW,
        ),
        SittingClock(sitting_id=sitting_id, used=1000, extensions=1),
        SittingTime(sitting_id=sitting_id, battery="0" * 64, slower=True, seconds=700),
        NoticeShown(sitting_id=sitting_id, version="1", language="fr", shown_at=NOW),
    ]  # fmt: skip


@pytest.fixture
def held(sessions, tenant, settings, monkeypatch) -> Held:
    """Invite, score, rank and report four people; the first has a name found nowhere else.

    Reports are plain text here, so that a search of the files' bytes can find what they say.
    """
    monkeypatch.setattr(reports, "_render", lambda content, *_: repr(content).encode())
    catalogue = default_catalogue()
    campaign_id = open_ranked(sessions, tenant, catalogue, seats=2)
    names = [NAME, "Ada Meyer", "Bo Silva", "Chidi Novak"]
    people = finish(
        sessions, tenant, catalogue, campaign_id, drawn(catalogue, 4, names=names), at=NOW
    )
    night = [Requirement(Kind.SHIFT, name="night")]
    requirement_service.set_requirements(
        sessions, tenant.recruiter, campaign_id, night, "", after=0, now=NOW
    )
    with writing(sessions, tenant.organisation_id) as session:
        session.get_one(Campaign, campaign_id).closes_on = (NOW + timedelta(days=9)).date()
        session.get_one(Candidate, people[0]).email = ADDRESS
        session.get_one(Candidate, people[1]).email = "ada.meyer@example.org"
        for place, one in enumerate(people):
            invitation = session.scalars(
                select(Invitation).where(Invitation.candidate_id == one)
            ).one()
            campaign = session.get_one(Campaign, campaign_id)
            mail = (invitation.id, MailKind.INVITATION, 1)
            inviting.enqueue_mails(session, [mail], campaign, NOW)
            view = campaign_queries.invitation(session, invitation.id)
            another_way.ask(session, tenant.system, view, f"way-of-{place}", now=NOW)
            requirement_service.declare(
                session, tenant.system, view, {"shift:night": "yes"}, number=1, now=NOW
            )
            session.add_all(beside(invitation.sitting_id))
            attempt = session.scalars(
                select(Attempt)
                .join(Sitting, Sitting.id == Attempt.sitting_id)
                .where(Sitting.candidate_id == one, Attempt.instrument == BOTH[0])
            ).one()
            session.add(
                Answer(attempt_id=attempt.id, item="Q10", value=3, client_sequence=1,
                       idempotency_key=f"key-of-{place}", answered_at=NOW, language="en")
            )  # fmt: skip
    snapshot_id = rankings.rank_campaign(
        sessions, tenant.recruiter, catalogue, campaign_id, now=NOW
    )
    ranked_id, own_id = (
        reports.request(
            sessions, tenant.recruiter, snapshot_id, kind, who, ReportOptions(people_pages=2),
            now=NOW,
        )
        for kind, who in ((ReportKind.RANKED, None), (ReportKind.CANDIDATE, people[0]))
    )  # fmt: skip
    run_until_idle(sessions, settings, HANDLERS)
    return Held(campaign_id, people, snapshot_id, ranked_id, own_id)
