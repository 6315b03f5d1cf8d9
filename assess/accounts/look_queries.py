"""Read how a brand's reports look."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts.models import Brand, BrandLook
from assess.errors import NotFound


@dataclass(frozen=True)
class LookView:
    """A brand's accent colour and logo (PNG); ``id`` is None while nothing was ever chosen."""

    id: int | None
    brand_id: int
    brand: str
    accent: str | None
    logo: bytes | None


def brand_look(session: Session, brand_id: int, *, lock: bool = False) -> LookView:
    """Return how a brand's reports look now; NotFound without such a brand."""
    chosen = select(Brand).where(Brand.id == brand_id)
    brand = session.scalar(chosen.with_for_update() if lock else chosen)
    if brand is None:
        raise NotFound("This brand does not exist.")
    newest = select(BrandLook).where(BrandLook.brand_id == brand_id).order_by(BrandLook.id.desc())
    look = session.scalar(newest.limit(1))
    if look is None:
        return LookView(None, brand_id, brand.name, None, None)
    return LookView(look.id, brand_id, brand.name, look.accent, look.logo)


def look_once(session: Session, look_id: int) -> tuple[str | None, bytes | None]:
    """Return accent and logo as they were chosen then."""
    look = session.get_one(BrandLook, look_id)
    return look.accent, look.logo
