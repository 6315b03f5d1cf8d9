"""Own call drivers: an organisation rates reasons that the catalogue does not know."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.accounts.models import RoleName
from assess.accounts.service import brand_named
from assess.db.scope import Sessions, writing
from assess.errors import Conflict, Invalid, NotFound
from assess.instruments.catalogue import Catalogue
from assess.instruments.model import CallDriver
from assess.profiles.driver_faults import driver_faults
from assess.profiles.models import OwnDriver

RATES = (RoleName.HIRING_MANAGER, RoleName.PSYCHOLOGIST, RoleName.ADMINISTRATOR)


def save_driver(
    sessions: Sessions,
    actor: Actor,
    catalogue: Catalogue,
    driver: CallDriver,
    *,
    now: datetime,
    brand: str = "",
    replacing: bool = False,
) -> int:
    """Add an own driver, or with ``replacing`` rate the one of this code anew; return its id.

    Profiles that were made with it keep what they were made with. Raises Invalid with every
    fault, Conflict for a code that is taken.
    """
    actor.must_be(*RATES)
    faults = driver_faults(driver)
    if driver.code in catalogue.call_driver_file.call_drivers:
        faults.append(f"{driver.code}: the catalogue has a call driver of this code")
    if faults:
        raise Invalid(*faults)
    with writing(sessions, actor.organisation_id) as session:
        row = _row(session, driver.code)
        if row is not None and row.retired_at is None and not replacing:
            raise Conflict(f"There is a call driver {driver.code} already.")
        row = row or OwnDriver(code=driver.code)
        row.brand_id = brand_named(session, brand) if brand.strip() else None
        row.title = driver.title.strip()
        row.emotional_load = float(driver.emotional_load)
        row.ratings, row.style_targets = dict(driver.ratings), dict(driver.style_targets)
        row.made_by = actor.id if actor.kind == "member" else None
        row.changed_at, row.retired_at = now, None
        session.add(row)
        session.flush()
        audit.record(
            session, actor, "call driver rated", "own_driver", row.id, now=now, code=row.code,
            emotional_load=row.emotional_load, ratings=row.ratings, style=row.style_targets,
        )  # fmt: skip
        return row.id


def retire_driver(sessions: Sessions, actor: Actor, code: str, *, now: datetime) -> None:
    """Take an own driver away from new mixes; NotFound when there is none of this code."""
    actor.must_be(*RATES)
    with writing(sessions, actor.organisation_id) as session:
        row = _row(session, code)
        if row is None or row.retired_at is not None:
            raise NotFound("This call driver does not exist.")
        row.retired_at = now
        audit.record(
            session, actor, "call driver retired", "own_driver", row.id, now=now, code=code
        )


def _row(session: Session, code: str) -> OwnDriver | None:
    return session.scalar(select(OwnDriver).where(OwnDriver.code == code))
