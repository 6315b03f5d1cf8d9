"""What is held about a person, counted; an address that only its owner recognises."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _


@dataclass(frozen=True)
class Held:
    """How much an export holds: numbers of records, and whether the person told of themselves."""

    invitations: int
    answers: int
    scores: int
    places: int
    decisions: int
    notes: int
    reports: int
    acts: int
    told_about_self: bool
    told_how_it_was: bool


def masked(email: str) -> str:
    """Hide most of an address: its owner knows it, a passer-by does not."""
    local, _at, host = email.rpartition("@")
    return f"{local[:1]}•••@{host}"


def counted(held: Mapping[str, Mapping[str, Any]]) -> Held:
    """Count what an export holds."""
    invitations, sittings = held["campaigns"]["invitations"], held["sittings"]["sittings"]
    attempts = [attempt for sitting in sittings for attempt in sitting["attempts"]]
    with_acts = [held["candidates"], *invitations, *sittings]
    return Held(
        invitations=len(invitations),
        answers=sum(len(one["answers"]) for one in attempts),
        scores=sum(len(one["scores"]) for one in attempts),
        places=len(held["rankings"]["places"]),
        decisions=len(held["rankings"]["decisions"]),
        notes=len(held["rankings"]["notes"]),
        reports=len(held["reports"]["reports"]),
        acts=sum(len(one["acts"]) for one in with_acts),
        told_about_self=bool(held["demographics"]["answers"]),
        told_how_it_was=bool(held["portal"]["how_it_was"]),
    )


def removed_words(removed: Mapping[str, int]) -> list[tuple[int, str]]:
    """Say of a receipt how many of which kind were removed; only what there was."""
    words = {
        "names, addresses and codes": _("name and address"),
        "invitations": _("invitations"),
        "answers on what a job asks for": _("answers on what the job asks for"),
        "review requests": _("requests for a second look"),
        "answers": _("answers"),
        "scores": _("scores"),
        "attempts": _("questionnaires"),
        "sittings": _("times you took part"),
        "places in rankings": _("places in rankings, emptied"),
        "reasons of decisions": _("reasons of decisions about you"),
        "names revealed": _("notes of who had your name shown"),
        "notes": _("notes about you"),
        "own reports": _("reports about you"),
        "ranked reports withdrawn": _("reports that named you among others, withdrawn"),
        "files": _("files"),
        "jobs": _("notes of mails sent"),
        "agreements to use answers again": _("agreements to use earlier answers"),
        "leaves to answer sooner": _("leaves to answer sooner"),
        "voluntary answers": _("voluntary answers about yourself"),
        "codes": _("codes"),
        "corrections": _("corrections that waited"),
        "opinions": _("answers on how it was"),
        "erasure requests": _("requests to erase"),
    }
    return [(count, str(words.get(kind, kind))) for kind, count in removed.items() if count]
