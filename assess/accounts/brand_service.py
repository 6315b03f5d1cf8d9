"""Look after brands: add, rename, archive, bring back."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.accounts.member_service import MANAGES
from assess.accounts.models import Brand
from assess.db.scope import Sessions, writing
from assess.errors import Conflict, Invalid, NotFound


def add_brand(sessions: Sessions, actor: Actor, name: str, *, now: datetime) -> int:
    """Make a brand, return its id. Invalid for an empty name, Conflict for one that is taken."""
    actor.must_be(*MANAGES)
    wanted = _one_line(name)
    with writing(sessions, actor.organisation_id) as session:
        _must_be_free(session, wanted)
        brand = Brand(name=wanted)
        session.add(brand)
        session.flush()
        audit.record(session, actor, "brand added", "brand", brand.id, now=now, name=wanted)
        return brand.id


def rename_brand(
    sessions: Sessions, actor: Actor, brand_id: int, name: str, *, now: datetime
) -> None:
    """Call a brand otherwise, in every campaign and profile; the same name changes nothing.

    Raises NotFound without such a brand, Invalid for an empty name, Conflict for one that is
    taken.
    """
    actor.must_be(*MANAGES)
    wanted = _one_line(name)
    with writing(sessions, actor.organisation_id) as session:
        brand = _brand(session, brand_id)
        if brand.name == wanted:
            return
        _must_be_free(session, wanted)
        before, brand.name = brand.name, wanted
        audit.record(
            session, actor, "brand renamed", "brand", brand.id, now=now, before=before, name=wanted
        )


def archive_brand(sessions: Sessions, actor: Actor, brand_id: int, *, now: datetime) -> None:
    """Offer a brand for nothing new; what it has stays. Again changes nothing."""
    _archive(sessions, actor, brand_id, now, archived=True)


def bring_back(sessions: Sessions, actor: Actor, brand_id: int, *, now: datetime) -> None:
    """Offer an archived brand again; again changes nothing."""
    _archive(sessions, actor, brand_id, now, archived=False)


def _archive(
    sessions: Sessions, actor: Actor, brand_id: int, now: datetime, *, archived: bool
) -> None:
    actor.must_be(*MANAGES)
    with writing(sessions, actor.organisation_id) as session:
        brand = _brand(session, brand_id)
        if (brand.archived_at is not None) == archived:
            return
        brand.archived_at = now if archived else None
        act = "brand archived" if archived else "brand brought back"
        audit.record(session, actor, act, "brand", brand.id, now=now)


def _one_line(name: str) -> str:
    wanted = " ".join(name.split())
    if not wanted:
        raise Invalid("brand: give it a name")
    return wanted


def _brand(session: Session, brand_id: int) -> Brand:
    found = session.scalar(select(Brand).where(Brand.id == brand_id).with_for_update())
    if found is None:
        raise NotFound("This brand does not exist.")
    return found


def _must_be_free(session: Session, name: str) -> None:
    if session.scalar(select(Brand.id).where(Brand.name == name)):
        raise Conflict(f"There is a brand named {name} already.")
