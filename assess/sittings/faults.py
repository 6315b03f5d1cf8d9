"""What goes wrong on a candidate's path, told apart so that pages can answer kindly."""

from enum import StrEnum

from assess.errors import Invalid, Refused


class ShutReason(StrEnum):
    """Why a link does not let anybody in."""

    NO_LINK = "no link"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    REVOKED = "revoked"
    OTHER_PAGE = "other page"
    EARLY = "early"
    ENDED = "ended"
    USED = "used"
    WITHDRAWN = "withdrawn"
    TAKEN_BACK = "taken back"
    CLOSED = "closed"


_WORDS = {
    ShutReason.NO_LINK: "Please open the link of your invitation.",
    ShutReason.UNKNOWN: "This link is not complete, or not one of ours.",
    ShutReason.EXPIRED: "This link has expired.",
    ShutReason.REVOKED: "This link has been replaced by a newer one, or taken back.",
    ShutReason.OTHER_PAGE: "This page belongs to another assessment, or is too old. Reload it.",
    ShutReason.EARLY: "The questions are not open yet.",
    ShutReason.ENDED: "The time to answer is over.",
    ShutReason.USED: "This code was used already, or a newer one was made.",
    ShutReason.WITHDRAWN: "You have withdrawn; nothing more is asked of you.",
    ShutReason.TAKEN_BACK: "Whoever invited you has taken the invitation back.",
    ShutReason.CLOSED: "Whoever invited you has ended this earlier than planned.",
}


class LinkShut(Refused):
    """The link (or the cookie it was traded for) does not open the questions."""

    def __init__(self, reason: ShutReason) -> None:
        super().__init__(_WORDS[reason])
        self.reason = reason


class UnusableAnswer(Invalid):
    """An answer that cannot be kept; ``item`` names it."""

    def __init__(self, item: str, fault: str) -> None:
        super().__init__(f"{item}: {fault}")
        self.item, self.fault = item, fault


class SameStatement(UnusableAnswer):
    """One statement was marked both most and least; ``item`` names one of the two marks."""

    def __init__(self, item: str) -> None:
        super().__init__(item, "the same statement is marked most and least")
