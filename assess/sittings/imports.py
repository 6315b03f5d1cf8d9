"""Bring in people who have answered elsewhere: research data, simulations, paper."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Table, insert, select, update
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.accounts.models import RoleName
from assess.campaigns import queries as campaigns
from assess.campaigns.models import Campaign, Invitation
from assess.campaigns.queries import CampaignView
from assess.candidates.models import Candidate
from assess.db.base import OrganisationBase
from assess.db.scope import Sessions, writing
from assess.errors import Conflict
from assess.instruments.catalogue import Catalogue
from assess.instruments.model import Instrument
from assess.profiles import service as profiles
from assess.sittings.battery import same_instruments
from assess.sittings.incoming import ImportedPerson, refuse_faults
from assess.sittings.models import Answer, Attempt, Score, Sitting
from assess.sittings.scores import score_rows

__all__ = ["ImportedPerson", "import_people"]

FloatArray = NDArray[np.float64]
Row = dict[str, Any]

#: In place of a notice's version: these people were told by whoever asked them.
NOTICE_ELSEWHERE: Final = "elsewhere"


def import_people(
    sessions: Sessions,
    actor: Actor,
    catalogue: Catalogue,
    campaign_id: int,
    people: Sequence[ImportedPerson],
    answers: Mapping[str, FloatArray],
    *,
    now: datetime,
    source: str,
    simulated: bool,
) -> int:
    """Add ``people`` to a campaign as finished, scored, in one transaction; return how many.

    ``answers`` maps instruments of the battery to (n, J), columns in ``instrument.items`` order,
    rows in the order of ``people``, NaN missing; an instrument left out was not taken. A code
    the pool knows is the same person. ``simulated`` people make the campaign a simulated one.
    Raises Conflict when a code is in the campaign already, an address is another person's or an
    instrument has changed; Invalid with the first faults.
    """
    actor.must_be(RoleName.RECRUITER, RoleName.ADMINISTRATOR)
    with writing(sessions, actor.organisation_id) as session:
        campaign = campaigns.campaign(session, campaign_id)
        battery = same_instruments(session, catalogue, campaign.parts)
        refuse_faults(people, answers, battery)
        candidates = _candidates(session, campaign_id, people, now, source, simulated=simulated)
        taken = [instrument for instrument in battery if instrument.key in answers]
        sittings = _sittings(session, candidates, now)
        _invitations(session, campaign, battery, candidates, sittings, answers, now)
        for instrument in taken:
            ordinal = battery.index(instrument) + 1
            _attempt(session, instrument, ordinal, sittings, answers[instrument.key], now)
        if simulated:  # from now on every page and report of this campaign says so
            session.execute(
                update(Campaign).where(Campaign.id == campaign_id).values(simulated=True)
            )
        profiles.freeze(session, actor, campaign.profile_version_id, now=now)
        audit.record(
            session, actor, "answers imported", "campaign", campaign_id, now=now,
            people=len(people), source=source, simulated=simulated,
            instruments=[i.digest for i in taken],
        )  # fmt: skip
    return len(people)


def _candidates(
    session: Session,
    campaign_id: int,
    people: Sequence[ImportedPerson],
    now: datetime,
    source: str,
    *,
    simulated: bool,
) -> list[int]:
    """Give the candidates' ids in the order of ``people``; new codes join the pool."""
    pool = session.execute(select(Candidate.id, Candidate.code, Candidate.email)).all()
    known = {code: id_ for id_, code, _email in pool}
    owners = {email: code for _id, code, email in pool if email is not None}
    there = set(
        session.scalars(
            select(Invitation.candidate_id).where(Invitation.campaign_id == campaign_id)
        )
    )
    for person in people:
        if known.get(person.code) in there:
            raise Conflict(f"{person.code} is in this campaign already.")
        if owners.get(person.address or "", person.code) != person.code:
            raise Conflict(f"The address of {person.code} is another person's.")
    new = [person for person in people if person.code not in known]
    rows = [
        {
            "code": person.code,
            "name": person.name,
            "email": person.address,
            "language": "en",
            "simulated": simulated,
            "source": source,
            "created_at": now,
        }
        for person in new
    ]
    made = _insert(session, Candidate, rows)
    known.update(zip((person.code for person in new), made, strict=True))
    return [known[person.code] for person in people]


def _sittings(session: Session, candidates: Sequence[int], now: datetime) -> list[int]:
    rows = [
        {
            "candidate_id": candidate_id,
            "started_at": now,
            "notice_version": NOTICE_ELSEWHERE,
            "position": 0,
            "submitted_at": now,
            "language": "en",
        }
        for candidate_id in candidates
    ]
    return _insert(session, Sitting, rows)


def _invitations(
    session: Session,
    campaign: CampaignView,
    battery: Sequence[Instrument],
    candidates: Sequence[int],
    sittings: Sequence[int],
    answers: Mapping[str, FloatArray],
    now: datetime,
) -> None:
    answered = sum((~np.isnan(table)).sum(axis=1) for table in answers.values())
    items = sum(len(instrument.items) for instrument in battery)
    rows = [
        {
            "campaign_id": campaign.id,
            "candidate_id": candidate_id,
            "sitting_id": sitting_id,
            "generation": 1,
            "created_at": now,
            "started_at": now,
            "last_answer_at": now,
            "answered": count,
            "items": items,
            "submitted_at": now,
        }
        for candidate_id, sitting_id, count in zip(
            candidates, sittings, np.asarray(answered).tolist(), strict=True
        )
    ]
    _insert(session, Invitation, rows)


def _attempt(
    session: Session,
    instrument: Instrument,
    ordinal: int,
    sittings: Sequence[int],
    table: FloatArray,
    now: datetime,
) -> None:
    """Add everybody's attempt at one instrument with its answers and its score."""
    rows = [
        {
            "sitting_id": sitting_id,
            "ordinal": ordinal,
            "instrument": instrument.key,
            "instrument_digest": instrument.digest,
            "language": instrument.language,
        }
        for sitting_id in sittings
    ]
    attempts = _insert(session, Attempt, rows)
    _append(session, Answer, _answer_rows(instrument, attempts, table, now))
    scores = score_rows(instrument, table, now=now)
    _append(
        session,
        Score,
        [
            {"attempt_id": attempt_id, "sitting_id": sitting_id, **score}
            for attempt_id, sitting_id, score in zip(attempts, sittings, scores, strict=True)
        ],
    )


def _answer_rows(
    instrument: Instrument, attempts: Sequence[int], table: FloatArray, now: datetime
) -> list[Row]:
    """Give a row for each answer there is; a blank has none."""
    items = instrument.item_ids
    return [
        {
            "attempt_id": attempts[row],
            "item": items[column],
            "value": int(table[row, column]),
            "client_sequence": column + 1,
            "idempotency_key": f"import-{items[column]}",
            "answered_at": now,
            "language": instrument.language,
        }
        for row, column in np.argwhere(~np.isnan(table)).tolist()
    ]


def _insert(session: Session, model: type[OrganisationBase], rows: list[Row]) -> list[int]:
    """Add rows of ``model`` and give their ids in the same order."""
    if not rows:
        return []
    table = _table(model)
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(session.connection().execute(statement, _owned(session, rows)).scalars())


def _append(session: Session, model: type[OrganisationBase], rows: list[Row]) -> None:
    """Add rows of ``model`` whose ids nobody needs."""
    if rows:
        session.connection().execute(insert(_table(model)), _owned(session, rows))


def _table(model: type[OrganisationBase]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - every model here is mapped to one table
    return table


def _owned(session: Session, rows: list[Row]) -> list[Row]:
    """Name the owner: statements of the core do not pass the hook that would."""
    owner = session.info["organisation_id"]
    return [{"organisation_id": owner, **row} for row in rows]
