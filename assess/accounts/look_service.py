"""Choose how a brand's reports look."""

from dataclasses import dataclass
from datetime import datetime

from assess.accounts import audit, brand_picture
from assess.accounts.actor import Actor
from assess.accounts.look_queries import brand_look
from assess.accounts.member_service import MANAGES
from assess.accounts.models import BrandLook
from assess.db.scope import Sessions, writing


@dataclass(frozen=True)
class Chosen:
    """A colour, none when empty; a new logo file, none keeps the one there is; or away with it."""

    accent: str = ""
    logo: bytes | None = None
    remove_logo: bool = False


def choose_look(
    sessions: Sessions, actor: Actor, brand_id: int, chosen: Chosen, *, now: datetime
) -> bool:
    """Keep how the reports of a brand look from now on; False: they look so already.

    Raises NotFound without such a brand, Invalid for a pale colour or a file that is no picture.
    """
    actor.must_be(*MANAGES)
    accent = brand_picture.accent(chosen.accent) if chosen.accent.strip() else None
    given = brand_picture.logo(chosen.logo) if chosen.logo else None
    with writing(sessions, actor.organisation_id) as session:
        before = brand_look(session, brand_id, lock=True)
        logo = None if chosen.remove_logo else given or before.logo
        if (accent, logo) == (before.accent, before.logo):
            return False
        session.add(BrandLook(brand_id=brand_id, accent=accent, logo=logo, made_at=now))
        audit.record(
            session, actor, "brand look changed", "brand", brand_id, now=now,
            accent=accent, logo_bytes=len(logo) if logo else 0,
        )  # fmt: skip
        return True
