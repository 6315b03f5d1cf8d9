"""Pause, go on, take more time: what a person does with the clock of a limited sitting.

Where nothing is limited a pause needs no act: everything is saved, and nothing runs.
"""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from assess.db.scope import Sessions
from assess.sittings.clock import Clock
from assess.sittings.models import SittingClock
from assess.sittings.path import answerable, on_path
from assess.sittings.queries import SittingView
from assess.web.links import LinkClaim


def pause(sessions: Sessions, claim: LinkClaim, *, now: datetime) -> None:
    """Let the clock stand; Refused before consent and after submit."""
    with on_path(sessions, claim) as (session, path):
        sitting = answerable(path)
        _keep(session, sitting, sitting.clock.paused(now))


def go_on(sessions: Sessions, claim: LinkClaim, *, now: datetime) -> None:
    """Let the clock run; Refused when the time is over, before consent and after submit."""
    with on_path(sessions, claim) as (session, path):
        path.must_be_open(now)
        sitting = answerable(path)
        _keep(session, sitting, sitting.clock.gone_on(now))


def take_more_time(sessions: Sessions, claim: LinkClaim, *, now: datetime) -> Clock:
    """Add one extension and let the clock run; Refused after the last of them."""
    with on_path(sessions, claim) as (session, path):
        path.must_be_open(now)
        sitting = answerable(path)
        clock = sitting.clock.extended(now)
        _keep(session, sitting, clock)
        return clock


def note_act(session: Session, sitting: SittingView, now: datetime) -> None:
    """Count the time up to an act; a clock that runs out stands from now on."""
    _keep(session, sitting, sitting.clock.acted(now))


def _keep(session: Session, sitting: SittingView, clock: Clock) -> None:
    if clock == sitting.clock or clock.limit is None:
        return
    values = {
        "used": int(clock.used / timedelta(milliseconds=1)),
        "since": clock.since,
        "extensions": clock.extensions,
    }
    changed = session.execute(
        update(SittingClock)
        .where(SittingClock.sitting_id == sitting.id)
        .values(values)
        .returning(SittingClock.id)
    )
    if changed.scalar_one_or_none() is None:
        session.add(SittingClock(sitting_id=sitting.id, **values))
