"""Time is kept and never scored: every moment in the database may change, no score does."""

from datetime import timedelta

from sqlalchemy import select, update

from assess.campaigns.models import Invitation
from assess.db.base import OrganisationBase, UtcDateTime
from assess.db.scope import reading, writing
from assess.sittings import service
from assess.sittings.models import Attempt, Score
from assess.sittings.service import GivenAnswer
from tests.sittings.conftest import TODAY, invite, open_to_answers


def _answer_all(person, bank, *, apart: timedelta) -> None:
    """Agree and answer every item in the same way, ``apart`` from one to the next."""
    token = person.path.removeprefix("/i/")
    service.open_link(person.sessions, person.settings, bank, token, now=TODAY)
    service.agree(person.sessions, person.claim, now=TODAY)
    items = [
        (item, (place * 7) % 5 + 1)
        for key in ("work-style", "service-judgement-a")
        for place, item in enumerate(bank.instrument(key).item_ids)
    ]
    step = max(1, len(items) // 4)
    for start in range(0, len(items), step):
        moment = TODAY + apart * start
        given = [
            GivenAnswer(item, value, place, f"k{place}")
            for place, (item, value) in enumerate(items[start : start + step], start)
        ]
        service.save_answers(person.sessions, bank, person.claim, given, now=moment)


def _scores(person) -> list[tuple[str, dict, dict]]:
    with reading(person.sessions, person.tenant.organisation_id) as session:
        rows = session.scalars(
            select(Score)
            .join(Attempt, Attempt.id == Score.attempt_id)
            .join(Invitation, Invitation.sitting_id == Attempt.sitting_id)
            .where(Invitation.id == person.invitation_id)
            .order_by(Score.instrument)
        ).all()
    return [(row.instrument, row.scales, row.flags) for row in rows]


def _move_every_moment(sessions, tenant) -> set[str]:
    """Set every timing field of every record of the organisation elsewhere; give their names.

    The sitting's start goes back far enough to stay before its end.
    """
    moved = set()
    with writing(sessions, tenant.organisation_id) as session:
        for mapper in OrganisationBase.registry.mappers:
            record = mapper.class_
            if not issubclass(record, OrganisationBase):
                continue
            moments = [c.name for c in record.__table__.columns if isinstance(c.type, UtcDateTime)]
            for place, name in enumerate(moments):
                column = getattr(record, name)
                elsewhere = TODAY - timedelta(days=400 - 13 * place, seconds=17 * place)
                session.execute(update(record).where(column.is_not(None)).values({name: elsewhere}))
                moved.add(f"{record.__tablename__}.{name}")
    return moved


def test_scores_do_not_change_when_every_timing_field_does(
    sessions, tenant, settings, sitting_bank
):
    campaign_id = open_to_answers(sessions, tenant, sitting_bank)
    quick, slow = (
        invite(sessions, tenant, settings, campaign_id, name) for name in ("Quick", "Slow")
    )
    _answer_all(quick, sitting_bank, apart=timedelta(0))
    _answer_all(slow, sitting_bank, apart=timedelta(minutes=20))
    service.submit(sessions, sitting_bank, quick.claim, now=TODAY)
    moved = _move_every_moment(sessions, tenant)
    assert {"answer.answered_at", "sitting.started_at", "invitation.last_answer_at"} <= moved
    service.submit(sessions, sitting_bank, slow.claim, now=TODAY + timedelta(days=3))
    assert len(_scores(quick)) == 2
    assert _scores(quick) == _scores(slow)
