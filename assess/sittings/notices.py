"""The notice before the questions: its version, and the ledger of who was shown which."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.sittings.models import NoticeShown

#: The wording of templates/sittings/notice.html; a changed word is a new version.
NOTICE_VERSION: Final = "2026-05"


@dataclass(frozen=True)
class Notice:
    """The notice as one person reads it; ``grade`` is None where no formula knows the language."""

    language: str
    grade: float | None
    version: str = NOTICE_VERSION


ENGLISH: Final = Notice("en", None)


def note_notice(
    session: Session, sitting_id: int, notice: Notice, now: datetime, *, agreed: bool = False
) -> None:
    """Keep when ``notice`` was first shown, and first agreed to."""
    row = session.scalar(
        select(NoticeShown).where(
            NoticeShown.sitting_id == sitting_id,
            NoticeShown.version == notice.version,
            NoticeShown.language == notice.language,
        )
    )
    if row is None:
        row = NoticeShown(
            sitting_id=sitting_id,
            version=notice.version,
            language=notice.language,
            grade=notice.grade,
            shown_at=now,
        )
        session.add(row)
    if agreed and row.agreed_at is None:
        row.agreed_at = max(now, row.shown_at)
