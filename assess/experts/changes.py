"""What a panel's key would change for scores already given; nothing is written.

Attempts keep the scores of the version they were answered under, for ever. Here they are scored
once more under the proposed key, so that whoever publishes it knows what a new version means.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.authoring import queries as authoring
from assess.campaigns import queries as campaigns
from assess.campaigns.models import Invitation
from assess.campaigns.queries import CampaignView
from assess.candidates.models import Candidate
from assess.errors import AssessError
from assess.experts import queries
from assess.experts.queries import PanelView
from assess.instruments.catalogue import Catalogue
from assess.instruments.folder import Files, instrument_of
from assess.instruments.key_change import KeyChange, key_change, seat_changes
from assess.instruments.model import TOTAL, Instrument
from assess.instruments.scoring import NOT_SCORABLE, score_table
from assess.rankings.assembly import StoredTable, assemble
from assess.rankings.pool import read_pool
from assess.rankings.profile_basis import profile_basis
from assess.sittings.models import Answer, Attempt, Score

FloatArray = NDArray[np.float64]

_UNSCORABLE = f"{TOTAL}:{NOT_SCORABLE}"


@dataclass(frozen=True)
class FormChange:
    """One form under both keys; ``change`` is None while nobody has answered this version."""

    key: str
    title: str
    change: KeyChange | None


@dataclass(frozen=True)
class CampaignChange:
    """Who would come into the best ``seats`` of an open campaign, and who would leave them.

    People are told by their codes alone. ``fault`` says why it cannot be told.
    """

    id: int
    title: str
    seats: int
    simulated: bool
    people: int
    entering: tuple[str, ...] = ()
    leaving: tuple[str, ...] = ()
    fault: str | None = None


@dataclass(frozen=True)
class Changes:
    """What a proposed version would change: by form, and by open campaign."""

    version: str
    forms: tuple[FormChange, ...]
    campaigns: tuple[CampaignChange, ...]


@dataclass(frozen=True)
class _Form:
    """One form under both keys, and what was answered: rows of ``answers`` by sitting."""

    present: Instrument
    proposed: Instrument
    sittings: Mapping[int | None, int]
    answers: FloatArray


def changes(
    session: Session, catalogue: Catalogue, panel: PanelView, files: Files, *, today: date
) -> Changes:
    """Score every finished attempt of the panel's version under the key of ``files``.

    ``files`` are those of the proposed version.
    """
    forms = []
    for form, digest in sorted(
        queries.present_digests(session, panel).items(), key=lambda pair: pair[0] or ""
    ):
        present, proposed = instrument_of(panel.files, form), instrument_of(files, form)
        if present.digest == digest:
            forms.append(_Form(present, proposed, *_answers(session, present)))
    return Changes(
        version=queries.bank_of(files).version,
        forms=tuple(_form_change(form) for form in forms),
        campaigns=tuple(_campaign_changes(session, catalogue, forms, today)),
    )


def _answers(session: Session, instrument: Instrument) -> tuple[dict[int | None, int], FloatArray]:
    """Give every finished attempt of ``instrument``: rows by sitting, and answers (n, J)."""
    attempts = session.execute(
        select(Attempt.id, Attempt.sitting_id)
        .join(Score, Score.attempt_id == Attempt.id)
        # Answers that serve several campaigns are one set of answers.
        .where(Attempt.instrument_digest == instrument.digest, Attempt.given_in.is_(None))
        .order_by(Attempt.id)
    ).all()
    row = {attempt_id: place for place, (attempt_id, _) in enumerate(attempts)}
    column = {item: place for place, item in enumerate(instrument.item_ids)}
    answers = np.full((len(row), len(column)), np.nan)
    given = session.execute(
        select(Answer.attempt_id, Answer.item, Answer.value)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .join(Score, Score.attempt_id == Attempt.id)
        .where(Attempt.instrument_digest == instrument.digest)
        .order_by(Answer.id)
    )
    for attempt_id, item, value in given:
        if attempt_id in row and item in column:
            answers[row[attempt_id], column[item]] = np.nan if value is None else value
    lent = session.execute(
        select(Attempt.sitting_id, Attempt.given_in).where(
            Attempt.instrument_digest == instrument.digest, Attempt.given_in.is_not(None)
        )
    )
    places: dict[int | None, int] = {one: place for place, (_, one) in enumerate(attempts)}
    places |= {sitting_id: row[origin] for sitting_id, origin in lent if origin in row}
    return places, answers


def _form_change(form: _Form) -> FormChange:
    change = None
    if len(form.answers):
        change = key_change(form.present, form.proposed, form.answers)
    return FormChange(form.present.key, form.present.staff_title, change)


def _campaign_changes(
    session: Session, catalogue: Catalogue, forms: Sequence[_Form], today: date
) -> list[CampaignChange]:
    by_digest = {form.present.digest: form for form in forms}
    found = []
    for line in campaigns.campaigns(session):
        if line.closes_on < today:
            continue
        campaign = campaigns.campaign(session, line.id)
        form = next((by_digest[p.digest] for p in campaign.battery if p.digest in by_digest), None)
        if form is None:
            continue
        try:
            found.append(_campaign_change(session, catalogue, campaign, form))
        except AssessError as error:
            found.append(_unknown(campaign, str(error)))
    return found


def _unknown(campaign: CampaignView, fault: str) -> CampaignChange:
    return CampaignChange(
        campaign.id, campaign.title, campaign.seats, campaign.simulated, 0, fault=fault
    )


def _campaign_change(
    session: Session, catalogue: Catalogue, campaign: CampaignView, form: _Form
) -> CampaignChange:
    """Rank a campaign's finished people by both keys, as its ranking would."""
    parts = [(part.key, part.digest) for part in campaign.battery]
    battery = authoring.instruments(session, catalogue, parts)
    pool = read_pool(session, campaign.id, battery)
    if not pool.candidates:
        return CampaignChange(campaign.id, campaign.title, campaign.seats, campaign.simulated, 0)
    people = _people(session, campaign.id)
    rescored, unscorable = _rescored(form, [people[one][0] for one in pool.candidates])
    flags = [
        tuple(flag for flag in raised if flag != _UNSCORABLE) + (_UNSCORABLE,) * is_unscorable
        for raised, is_unscorable in zip(pool.flags, unscorable, strict=True)
    ]
    after = [form.proposed if one.digest == form.present.digest else one for one in battery]
    first = _fits(catalogue, campaign, battery, pool.tables, pool.flags)
    second = _fits(catalogue, campaign, after, {**pool.tables, form.present.key: rescored}, flags)
    entering, leaving = seat_changes(first, second, campaign.seats)
    codes = [people[one][1] for one in pool.candidates]
    return CampaignChange(
        id=campaign.id,
        title=campaign.title,
        seats=campaign.seats,
        simulated=campaign.simulated,
        people=len(pool.candidates),
        entering=tuple(codes[place] for place in entering.tolist()),
        leaving=tuple(codes[place] for place in leaving.tolist()),
    )


def _people(session: Session, campaign_id: int) -> dict[int, tuple[int | None, str]]:
    """Give each person's sitting and code, by candidate."""
    people = session.execute(
        select(Invitation.candidate_id, Invitation.sitting_id, Candidate.code)
        .join(Candidate, Candidate.id == Invitation.candidate_id)
        .where(Invitation.campaign_id == campaign_id)
    )
    return {candidate_id: (sitting_id, code) for candidate_id, sitting_id, code in people}


def _rescored(form: _Form, sittings: Sequence[int | None]) -> tuple[StoredTable, list[bool]]:
    """Score the people of ``sittings`` under the proposed key; say whose answers have no score.

    Who did not take the form is not measured, and no fault of the answers.
    """
    answers = np.full((len(sittings), len(form.proposed.items)), np.nan)
    taken = np.array([sitting in form.sittings for sitting in sittings])
    answers[taken] = form.answers[[form.sittings[one] for one in sittings if one in form.sittings]]
    table = score_table(form.proposed, answers)
    unscorable = [
        is_taken and _UNSCORABLE in flags
        for is_taken, flags in zip(taken.tolist(), table.flags, strict=True)
    ]
    return StoredTable(table.scales, table.mean, table.error), unscorable


def _fits(
    catalogue: Catalogue,
    campaign: CampaignView,
    battery: Sequence[Instrument],
    tables: Mapping[str, StoredTable],
    flags: Sequence[Sequence[str]],
) -> FloatArray:
    found = assemble(profile_basis(catalogue, battery, campaign.profile), tables, flags)
    # Who is held back by a minimum has no seat under either key.
    return np.where(found.held, np.nan, found.fit)
