"""What a report says of the present, kept with the request: it says the same whenever it is made.

A snapshot keeps scores, places and versions. Names around it may change: of the organisation,
the brand, the campaign and who owns it, its dates; so may the brand's look. A name of somebody in
it is read when the file is made, and the file and its sheets are kept together from then on.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from assess.accounts.actor import Actor
from assess.accounts.look_queries import brand_look, look_once
from assess.accounts.queries import member_name, organisation_name
from assess.campaigns.queries import CampaignView
from assess.rankings.queries import SnapshotView
from assess.reports.sheets import Look


def frozen_names(
    session: Session, actor: Actor, campaign: CampaignView, note: str
) -> tuple[dict[str, Any], int | None]:
    """Give names as they are now, and the id of the brand's look; whose ``note`` it is."""
    look = brand_look(session, campaign.brand_id)
    names = {
        "organisation": organisation_name(session, actor.organisation_id),
        "brand": campaign.brand,
        "title": campaign.title,
        "owner": campaign.owner_name,
        "opens_on": campaign.opens_on.isoformat(),
        "closes_on": campaign.closes_on.isoformat(),
        "accent": look.accent,
        "logo": hashlib.sha256(look.logo).hexdigest() if look.logo else None,
        "note_by": member_name(session, actor.id) if note and actor.kind == "member" else None,
    }
    return names, look.id


def as_asked(
    snapshot: SnapshotView, campaign: CampaignView, names: Mapping[str, Any]
) -> tuple[SnapshotView, CampaignView]:
    """Give ranking and campaign with the ``names`` of when the report was asked for."""
    if not names:  # asked for before names were kept
        return snapshot, campaign
    named: dict[str, Any] = {"title": names["title"], "brand": names["brand"]}
    days: dict[str, Any] = {
        day: date.fromisoformat(names[day]) for day in ("opens_on", "closes_on")
    }
    return (
        replace(snapshot, **named),
        replace(campaign, owner_name=names["owner"], **named, **days),
    )


def look_now(session: Session, brand_id: int) -> Look:
    """Give the look that a brand has chosen last."""
    look = brand_look(session, brand_id)
    return Look(look.accent or "", look.logo)


def look_of(session: Session, look_id: int | None, options: Mapping[str, Any]) -> Look:
    """Give the look that was chosen when the report was asked for, and the asker's note."""
    accent, logo = look_once(session, look_id) if look_id is not None else (None, None)
    note = options.get("note", "")
    by = options.get("names", {}).get("note_by") or ""
    return Look(accent or "", logo, note, by)


def tidy(note: str) -> str:
    """Give a note as it is kept: lines as they were typed, no blanks at the ends."""
    return "\n".join(line.rstrip() for line in note.replace("\r\n", "\n").strip().split("\n"))
