"""The link to a person's own pages after submit, which holds as long as their data are kept.

The pages are in the portal; mails that lead there are written in this room, below it.
"""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from assess.campaigns.queries import InvitationView
from assess.settings import Settings
from assess.web import links

LINK_PURPOSE: Final = "portal"
MONTHS_KEPT: Final = 6


def kept_until(closes_on: date) -> date:
    """Give the day until which answers are kept: six months after the campaign's last day."""
    months = closes_on.month - 1 + MONTHS_KEPT
    year, month = closes_on.year + months // 12, months % 12 + 1
    last = calendar.monthrange(year, month)[1]
    return date(year, month, min(closes_on.day, last))


def ends(invitation: InvitationView) -> datetime:
    """Give the moment the link ends: with the day until which data are kept."""
    return datetime.combine(kept_until(invitation.closes_on) + timedelta(days=1), time(), UTC)


def portal_link(settings: Settings, invitation: InvitationView) -> str:
    """Write the link to a person's own pages: signed, never stored."""
    token = links.token(
        settings, LINK_PURPOSE, invitation.id, invitation.generation, ends(invitation)
    )
    return f"{settings.public_url}/my/i/{token}"
