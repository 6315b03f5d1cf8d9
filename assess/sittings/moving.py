"""From phone to laptop and back: a code that lets one other device in, once, for ten minutes."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.db.scope import Sessions
from assess.errors import NotFound, Refused
from assess.settings import Settings
from assess.sittings.faults import LinkShut, ShutReason
from assess.sittings.models import Sitting
from assess.sittings.path import actor_of, begun, on_path
from assess.sittings.queries import SittingView
from assess.sittings.service import COOKIE_PURPOSE, Opened
from assess.web import links
from assess.web.links import LinkClaim

MOVE_PURPOSE: Final = "move"
MOVE_LASTS: Final = timedelta(minutes=10)
#: A code's generation holds two: the invitation's, and how often the sitting was moved.
_MOVES: Final = 2**20


def make_code(sessions: Sessions, settings: Settings, claim: LinkClaim, *, now: datetime) -> str:
    """Make the token of a code, and end the one before; LinkShut when the link does not hold."""
    with on_path(sessions, claim) as (session, path):
        moves = _end_code(session, begun(path))
        both = path.invitation.generation * _MOVES + moves
        return links.token(settings, MOVE_PURPOSE, path.invitation.id, both, now + MOVE_LASTS)


def check_code(settings: Settings, token: str, *, now: datetime) -> None:
    """Raise LinkShut for a token that is not ours or is out of time; whether it was used, not."""
    _read(settings, token, now)


def use_code(sessions: Sessions, settings: Settings, token: str, *, now: datetime) -> Opened:
    """Trade a code for what the new device's cookie holds; the code ends.

    Raises LinkShut for a code that is not ours, was used, replaced or is out of time.
    """
    claim = _read(settings, token, now)
    generation, moves = divmod(claim.generation, _MOVES)
    own = LinkClaim(COOKIE_PURPOSE, claim.id, generation)
    with on_path(sessions, own) as (session, path):
        sitting = begun(path)
        if sitting.moves != moves:
            raise LinkShut(ShutReason.USED)
        _end_code(session, sitting)
        audit.record(session, actor_of(path), "sitting moved", "sitting", sitting.id, now=now)
        return Opened.of(path, own, now)


def _end_code(session: Session, sitting: SittingView) -> int:
    """Raise the generation of the sitting's code, and give the new one."""
    moves = (sitting.moves + 1) % _MOVES
    session.execute(update(Sitting).where(Sitting.id == sitting.id).values(moves=moves))
    return moves


def _read(settings: Settings, token: str, now: datetime) -> LinkClaim:
    try:
        return links.claim(settings, MOVE_PURPOSE, token, now=now)
    except NotFound:
        raise LinkShut(ShutReason.UNKNOWN) from None
    except Refused:
        raise LinkShut(ShutReason.USED) from None
