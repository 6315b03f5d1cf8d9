"""How often each instrument was used, for those who keep the instruments."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from assess.authoring.listing import Use
from assess.campaigns import queries as campaigns
from assess.sittings.models import Attempt, Sitting

LATELY: Final = timedelta(days=30)


def uses(session: Session, now: datetime) -> dict[str, Use]:
    """Give by digest the attempts ever, those begun in the last 30 days, and open campaigns."""
    lately = case((Sitting.started_at > now - LATELY, Attempt.id))
    rows = session.execute(
        select(Attempt.instrument_digest, func.count(Attempt.id), func.count(lately))
        .join(Sitting, Sitting.id == Attempt.sitting_id)
        .group_by(Attempt.instrument_digest)
    )
    counts = {digest: (ever, recent) for digest, ever, recent in rows}
    where = campaigns.open_batteries(session, now)
    return {
        digest: Use(*counts.get(digest, (0, 0)), campaigns=tuple(where.get(digest, ())))
        for digest in counts.keys() | where.keys()
    }
