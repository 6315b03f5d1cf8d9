"""A ranked campaign, and what may be done in it."""

from sqlalchemy import select

from assess.accounts.models import AuditEvent
from assess.db.scope import reading
from assess.rankings import decision_queries as decisions
from assess.rankings import decision_service, service
from assess.rankings.decision_service import Deciding
from assess.rankings.models import DecisionKind
from tests.rankings.people import drawn, finish, open_ranked
from tests.service import NOW


class Ranked:
    """A ranked campaign of eight and what may be done in it."""

    def __init__(self, sessions, tenant, shipped, **how):
        self.sessions, self.tenant = sessions, tenant
        self.id = open_ranked(sessions, tenant, shipped, **how)
        self.who = finish(sessions, tenant, shipped, self.id, drawn(shipped, 8))
        self.snapshot_id = service.rank_campaign(
            sessions, tenant.recruiter, shipped, self.id, now=NOW
        )

    def decide(self, kind, *people, reason="Strong in what this job asks most", **how):
        """Decide as the recruiter, having seen everything, unless ``how`` says otherwise."""
        with reading(self.sessions, self.tenant.organisation_id) as session:
            last = decisions.last_id(session, self.id)
        reasons = how.pop("reasons", None) or dict.fromkeys(people, reason)
        deciding = Deciding(
            DecisionKind(kind),
            reasons,
            how.pop("snapshot_id", self.snapshot_id),
            how.pop("seen", last),
            how.pop("act", f"form {last} {kind} {people}"),
        )
        actor = how.pop("actor", self.tenant.recruiter)
        decision_service.decide(
            self.sessions, actor, how.pop("campaign_id", self.id), deciding, now=NOW, **how
        )

    def newest(self):
        with reading(self.sessions, self.tenant.organisation_id) as session:
            found = decisions.newest(session, self.id)
        return {self.who.index(one): view.kind.value for one, view in found.items()}

    def history(self, place):
        with reading(self.sessions, self.tenant.organisation_id) as session:
            return decisions.history(session, self.id, self.who[place])

    def look_at(self, actor, *people):
        for one in people:
            service.note_viewed(self.sessions, actor, self.id, one, now=NOW)

    def audit(self, act):
        with reading(self.sessions, self.tenant.organisation_id) as session:
            return list(
                session.scalars(
                    select(AuditEvent).where(AuditEvent.act == act).order_by(AuditEvent.id)
                )
            )
