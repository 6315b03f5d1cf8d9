"""What the pages of a ranking and of a person show of decisions, mails and notes."""

from collections.abc import Collection
from typing import Any

from sqlalchemy.orm import Session

from assess.accounts.guard import actor
from assess.rankings import decision_queries, note_service
from assess.rankings.decision_service import DECIDES
from assess.rankings.decision_views import decision_form
from assess.rankings.decision_words import done
from assess.rankings.note_views import note_form
from assess.rankings.outcome_service import TELLS


def in_ranking(
    session: Session, campaign_id: int, candidate_ids: Collection[int]
) -> dict[str, Any]:
    """Give these people's decisions that count, and what this member may do about all."""
    return {
        "decisions": decision_queries.newest(session, campaign_id, candidate_ids),
        "done": done,
        "untold": decision_queries.untold(session, campaign_id),
        "may_decide": actor().role in DECIDES,
        "may_tell": actor().role in TELLS,
    }


def about_person(
    session: Session, campaign_id: int, candidate_id: int, snapshot_id: int
) -> dict[str, Any]:
    """Give all decisions and notes about a person, and the forms of the next ones."""
    last = decision_queries.last_id(session, campaign_id)
    return {
        "decisions": decision_queries.history(session, campaign_id, candidate_id),
        "done": done,
        "mail": decision_queries.outcome_mail(session, campaign_id, candidate_id),
        "may_tell": actor().role in TELLS,
        "form": decision_form(snapshot_id, last) if actor().role in DECIDES else None,
        "chosen": [candidate_id],
        "notes": note_service.notes(session, campaign_id, candidate_id),
        "note_form": note_form(),
        "candidate_id": candidate_id,
    }
