"""One candidate's path, found by the claim of the link, and what it allows now."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy.orm import Session

from assess.accounts.actor import Actor
from assess.db.scope import Across, Sessions, across
from assess.errors import Refused
from assess.instruments.model import Instrument
from assess.sittings import queries
from assess.sittings.queries import PathView, SittingView
from assess.sittings.screens import Screen, lay_out
from assess.web.links import LinkClaim


@contextmanager
def on_path(sessions: Sessions, claim: LinkClaim) -> Iterator[tuple[Session, PathView]]:
    """One transaction on one candidate's path; acts on the same path wait for one another."""
    with across(sessions, Across.LINK, write=True) as session:
        yield session, queries.by_link(session, claim, lock=True)


def actor_of(path: PathView) -> Actor:
    """Give the holder of the link as the one who acts."""
    return Actor(path.invitation.organisation_id, "link", path.invitation.id)


def begun(path: PathView) -> SittingView:
    """Give the sitting; Refused before the link was opened."""
    if path.sitting is None:
        raise Refused("Open the link of your invitation first.")
    return path.sitting


def agreed(path: PathView) -> SittingView:
    """Give the sitting; Refused before consent."""
    sitting = begun(path)
    if sitting.consented_at is None:
        raise Refused("Read the notice and agree to it first.")
    return sitting


def answerable(path: PathView) -> SittingView:
    """Give the sitting; Refused before consent and after submit."""
    sitting = agreed(path)
    if sitting.submitted_at is not None:
        raise Refused("Your answers are handed in; they cannot be changed any more.")
    return sitting


def parts_of(sitting: SittingView) -> list[tuple[str, str]]:
    """Give (instrument, digest) of a sitting's attempts, in order."""
    return [(attempt.instrument, attempt.digest) for attempt in sitting.attempts]


def screens_of(sitting: SittingView, battery: Sequence[Instrument]) -> tuple[Screen, ...]:
    """Give the screens as this person meets them: their order, and as few items as they like."""
    return lay_out(battery, seed=sitting.seed, few_items=sitting.comfort.few_items)
