"""What a person asks for before or during the questions: other pages, or another way altogether."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from assess.campaigns import another_way
from assess.db.scope import Sessions
from assess.errors import Refused
from assess.instruments.catalogue import Catalogue
from assess.sittings.battery import same_instruments
from assess.sittings.comfort import Comfort
from assess.sittings.models import Sitting, SittingComfort
from assess.sittings.path import actor_of, begun, on_path, parts_of
from assess.sittings.screens import lay_out, same_place
from assess.web.links import LinkClaim


def set_comfort(
    sessions: Sessions,
    catalogue: Catalogue,
    claim: LinkClaim,
    comfort: Comfort,
    *,
    back: Sequence[int] = (),
    now: datetime,
) -> list[int]:
    """Keep how the person likes the pages, from the next page on; no audit event tells of it.

    Where fewer items stand on a screen the screens have other numbers: the place to resume at
    moves along, and so do the numbers in ``back``, which are returned. Refused before the link
    was opened.
    """
    with on_path(sessions, claim) as (session, path):
        sitting = begun(path)
        battery = same_instruments(session, catalogue, parts_of(sitting))
        before, after = (
            lay_out(battery, seed=sitting.seed, few_items=one.few_items)
            for one in (sitting.comfort, comfort)
        )
        _keep(session, sitting.id, comfort, now)
        position = same_place(before, after, sitting.position)
        session.execute(update(Sitting).where(Sitting.id == sitting.id).values(position=position))
        return [same_place(before, after, number) for number in back]


def ask_another_way(sessions: Sessions, claim: LinkClaim, message: str, *, now: datetime) -> None:
    """Send the organisation the person's own question for another way to take part.

    Nothing of the comfort goes along. Raises Invalid for a message that is too long, Refused
    after submit.
    """
    with on_path(sessions, claim) as (session, path):
        if begun(path).submitted_at is not None:
            raise Refused("Your answers are handed in already.")
        another_way.ask(session, actor_of(path), path.invitation, message, now=now)


def _keep(session: Session, sitting_id: int, comfort: Comfort, now: datetime) -> None:
    values = {**vars(comfort), "changed_at": now}
    changed = session.execute(
        update(SittingComfort)
        .where(SittingComfort.sitting_id == sitting_id)
        .values(values)
        .returning(SittingComfort.id)
    )
    if changed.scalar_one_or_none() is None:
        session.add(SittingComfort(sitting_id=sitting_id, **values))
