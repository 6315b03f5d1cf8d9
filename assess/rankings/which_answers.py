"""Which of a person's answers a ranking rests on, and why, in words."""

from collections.abc import Sequence
from datetime import date

from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.campaigns.models import Invitation
from assess.rankings.queries import EntryView
from assess.sittings import reuse_queries
from assess.sittings.retest import Counts
from assess.sittings.reuse_queries import AgreementView


def which_answers(session: Session, campaign_id: int, entry: EntryView) -> list[str]:
    """Say that answers given for another campaign are used, and which others are not."""
    candidate_id = entry.candidate_id
    invitation_id = session.scalar(
        select(Invitation.id).where(
            Invitation.campaign_id == campaign_id, Invitation.candidate_id == candidate_id
        )
    )
    if invitation_id is None:
        return []
    agreed = reuse_queries.agreement(session, invitation_id)
    if agreed is None and entry.given_on is not None:
        return [
            str(_(
                "This person has taken back the agreement that earlier answers are used here. "
                "Make the ranking anew: the person stands in it no more unless they answer anew."
            ))
        ]  # fmt: skip
    return said(agreed, reuse_queries.other_days(session, campaign_id, candidate_id))


def said(agreed: AgreementView | None, others: Sequence[date]) -> list[str]:
    """Put it in words; ``others`` are the days of answers that are not used here."""
    lines = []
    if agreed is not None:
        lines.append(
            _(
                "Answers of %(given)s are used here that were given for another campaign. The "
                "person agreed to that on %(agreed)s.",
                given=_day(agreed.given_on), agreed=_day(agreed.agreed_at.date()),
            )
        )  # fmt: skip
    if others:
        days = "; ".join(_day(one) for one in others)
        lines.append(
            _(
                "This person has answered the same questions on other days, too: %(days)s. Those "
                "answers are not used here: %(why)s.",
                days=days, why=_why(agreed, others),
            )
        )  # fmt: skip
    return [str(line) for line in lines]


def _why(agreed: AgreementView | None, others: Sequence[date]) -> str:
    if agreed is None:
        return str(_("the person answered anew for this campaign, and agreed to no other use"))
    later = any(day > agreed.given_on for day in others)
    if agreed.counts is Counts.LATEST and later:
        return str(_("the person agreed to those of the day above, and has not been asked since"))
    if agreed.counts is Counts.LATEST:
        return str(_("by the retest rule the newest count"))
    return str(_("by the retest rule the first count, as long as they are in use"))


def _day(day: date) -> str:
    return str(format_date(day, "long"))
