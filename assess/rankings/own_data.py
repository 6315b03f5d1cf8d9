"""What rankings keep about a person: places in snapshots, decisions, a row in a score matrix."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session, aliased

from assess.campaigns.models import Campaign, Invitation
from assess.candidates.personal_data import Keeper, Plain, Removed, moment
from assess.candidates.queries import all_ids
from assess.files import store
from assess.jobs import queue
from assess.rankings.export_queries import MAKE_JOB
from assess.rankings.models import (
    Decision,
    NameReveal,
    OutcomeTold,
    PersonNote,
    RankingEntry,
    RankingExport,
    RankingRow,
    RankingSnapshot,
)
from assess.rankings.rows import MEANS
from assess.rankings.score_matrix import matrix_key, order_key, people_key

#: What stays of a person's evidence: nothing. Place and fit stay, for the others' places
#: were computed beside them; they name nobody.
_NO_EVIDENCE: Final[dict[str, Any]] = {
    "codes": [], "mean": [], "error": [], "parts": [], "contributions": {}, "style": {},
    "flags": [], "scales": {}, "answered": 0, "asked": 0, "blanks": {}, "picture": {},
}  # fmt: skip


def _export(session: Session, candidate_id: int) -> Plain:
    rows = session.execute(
        select(RankingEntry, RankingSnapshot, Campaign.title)
        .join(RankingSnapshot, RankingSnapshot.id == RankingEntry.snapshot_id)
        .join(Campaign, Campaign.id == RankingSnapshot.campaign_id)
        .where(RankingEntry.candidate_id.in_(all_ids(session, candidate_id)))
        .order_by(RankingEntry.id)
    )
    return {
        "places": [_place(*row) for row in rows],
        "decisions": _decisions(session, candidate_id),
        "names_revealed": _reveals(session, candidate_id),
        "notes": _notes(session, candidate_id),
        "files": _files(session, candidate_id),
    }


def _place(entry: RankingEntry, snapshot: RankingSnapshot, title: str) -> dict[str, Any]:
    return {
        "campaign": title,
        "ranked_at": moment(snapshot.made_at),
        "people": snapshot.people,
        "seats": snapshot.seats,
        "rank": entry.rank,
        "rank_low": entry.rank_low,
        "rank_high": entry.rank_high,
        "chance_of_a_seat": entry.p_top,
        "band": entry.band,
        "at_the_cut": entry.at_cut,
        "fit": entry.fit,
        "fit_error": entry.fit_error,
        "coverage": entry.coverage,
        "evidence": entry.evidence,
        "flags": entry.flags,
        "method": snapshot.method,
    }


def _decisions(session: Session, candidate_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Decision, Campaign.title, OutcomeTold.told_at)
        .join(Campaign, Campaign.id == Decision.campaign_id)
        .outerjoin(OutcomeTold, OutcomeTold.decision_id == Decision.id)
        .where(Decision.candidate_id == candidate_id)
        .order_by(Decision.id)
    )
    return [
        {
            "campaign": title,
            "decision": row.kind,
            "reason": row.reason,
            "decided_at": moment(row.decided_at),
            "told_at": moment(told_at),
        }
        for row, title, told_at in rows
    ]


def _reveals(session: Session, candidate_id: int) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(NameReveal).where(NameReveal.candidate_id == candidate_id).order_by(NameReveal.id)
    )
    return [{"revealed_at": moment(row.revealed_at), "reason": row.reason} for row in rows]


def _notes(session: Session, candidate_id: int) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(PersonNote).where(PersonNote.candidate_id == candidate_id).order_by(PersonNote.id)
    )
    return [{"written_at": moment(row.written_at), "text": row.text} for row in rows]


def _files(session: Session, candidate_id: int) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(RankingExport).where(_with(candidate_id)).order_by(RankingExport.id)
    )
    return [
        {"form": row.form, "asked_at": moment(row.asked_at), "made_at": moment(row.made_at)}
        for row in rows
    ]


def _with(candidate_id: int) -> ColumnElement[bool]:
    """Choose the files of rankings that have the person in them."""
    chosen = select(RankingEntry.snapshot_id).where(RankingEntry.candidate_id == candidate_id)
    return RankingExport.snapshot_id.in_(chosen)


def _erase(session: Session, candidate_id: int, now: datetime) -> Removed:  # noqa: ARG001
    """Leave the place without evidence: a tombstone that keeps the snapshot whole.

    A decision stays as an act of its member, without what was written about the person.
    """
    changed = session.scalars(
        update(RankingEntry)
        .where(RankingEntry.candidate_id.in_(all_ids(session, candidate_id)))
        .values(evidence=_NO_EVIDENCE, flags="")
        .returning(RankingEntry.id)
    ).all()
    _erase_rows(session, candidate_id)
    reasons = session.scalars(
        update(Decision)
        .where(Decision.candidate_id == candidate_id, Decision.reason != "")
        .values(reason="")
        .returning(Decision.id)
    ).all()
    reveals = session.scalars(
        delete(NameReveal).where(NameReveal.candidate_id == candidate_id).returning(NameReveal.id)
    ).all()
    notes = session.scalars(
        delete(PersonNote).where(PersonNote.candidate_id == candidate_id).returning(PersonNote.id)
    ).all()
    exports = session.scalars(
        select(RankingExport).where(_with(candidate_id)).with_for_update()
    ).all()
    files = [one.stored_file_id for one in exports if one.stored_file_id is not None]
    ids = [one.id for one in exports]
    queue.forget(session, MAKE_JOB, "export_id", ids)
    session.execute(delete(RankingExport).where(RankingExport.id.in_(ids)))
    counts = {
        "places in rankings": len(changed),
        "reasons of decisions": len(reasons),
        "names revealed": len(reveals),
        "notes": len(notes),
        "files of rankings": len(exports),
    }
    return Removed(
        counts,
        file_keys=store.forget(session, files),
        working_keys=_matrices(session, candidate_id),
    )


def _erase_rows(session: Session, candidate_id: int) -> None:
    """Leave nothing to put in order or search by; the place moves to the section's first.

    A place among the names of others would go on telling how the person's begins.
    """
    here, other = RankingRow, aliased(RankingRow)
    first = (
        select(func.min(other.place))
        .where(other.snapshot_id == here.snapshot_id, other.section == here.section)
        .correlate(here)
        .scalar_subquery()
    )
    session.execute(
        update(here)
        .where(here.candidate_id.in_(all_ids(session, candidate_id)))
        .values(place=first, flags="", complete=False, finished_at=None)
        .values(dict.fromkeys(MEANS.values()))
        .execution_options(synchronize_session=False)
    )


def _matrices(session: Session, candidate_id: int) -> list[str]:
    """Give the keys of the score matrices the person may stand in, and of their people's ids."""
    chosen = select(Invitation.campaign_id).where(Invitation.candidate_id == candidate_id)
    organisation_id = session.info["organisation_id"]
    found = session.scalars(chosen.distinct()).all()
    keys = (matrix_key, people_key, order_key)
    return [key(organisation_id, one) for one in found for key in keys]


def _merge(session: Session, keep: int, drop: int, now: datetime) -> None:  # noqa: ARG001
    """Hand over; in a ranking that holds both, the place of ``drop`` stays, for it is frozen."""
    placed: tuple[Any, ...] = (RankingEntry, RankingRow)
    for kept in placed:
        other = aliased(kept)
        there = select(other.snapshot_id).where(other.candidate_id == keep)
        _hand_over(session, kept, keep, drop, kept.snapshot_id.not_in(there))
    acts = select(Decision.act).where(Decision.candidate_id == keep)
    twice = select(Decision.id).where(Decision.candidate_id == drop, Decision.act.in_(acts))
    for id_ in session.scalars(twice).all():
        # One form decided on both: each decision stays, and the form is known by the other.
        session.execute(update(Decision).where(Decision.id == id_).values(act=f"merged {id_}"))
    _hand_over(session, Decision, keep, drop)
    seen = select(NameReveal.campaign_id, NameReveal.member_id).where(
        NameReveal.candidate_id == keep
    )
    for campaign_id, member_id in session.execute(seen).all():
        session.execute(
            delete(NameReveal).where(
                NameReveal.candidate_id == drop,
                NameReveal.campaign_id == campaign_id,
                NameReveal.member_id == member_id,
            )
        )
    _hand_over(session, NameReveal, keep, drop)
    _hand_over(session, PersonNote, keep, drop)


def _hand_over(session: Session, table: Any, keep: int, drop: int, *which: Any) -> None:
    session.execute(
        update(table).where(table.candidate_id == drop, *which).values(candidate_id=keep)
    )


KEEPER = Keeper(
    "rankings",
    frozenset(
        {
            *("ranking_entry", "ranking_row", "ranking_export", "decision", "outcome_told"),
            *("name_reveal", "person_note"),
        }
    ),
    _export,
    _erase,
    _merge,
)
