"""What decisions are called, and the reasons that are ready to choose."""

from collections.abc import Mapping

from flask_babel import gettext as _

from assess.rankings.models import DecisionKind

OWN_WORDS = "own"


def to_do(kind: DecisionKind) -> str:
    """Name a kind as it is chosen."""
    words = {
        DecisionKind.ADVANCE: _("Advance: on to the next step, such as an interview"),
        DecisionKind.HOLD: _("Hold: not decided yet, or decided anew"),
        DecisionKind.DECLINE: _("Decline: not for this job"),
        DecisionKind.HIRED: _("Hired: gets a seat"),
    }
    return str(words[kind])


def done(kind: DecisionKind) -> str:
    """Name a kind as it was decided."""
    words = {
        DecisionKind.ADVANCE: _("advanced"),
        DecisionKind.HOLD: _("on hold"),
        DecisionKind.DECLINE: _("declined"),
        DecisionKind.HIRED: _("hired"),
    }
    return str(words[kind])


def heading(kind: DecisionKind) -> str:
    """Name a kind over its ready reasons."""
    words = {
        DecisionKind.ADVANCE: _("To advance"),
        DecisionKind.HOLD: _("To hold"),
        DecisionKind.DECLINE: _("To decline"),
        DecisionKind.HIRED: _("To hire"),
    }
    return str(words[kind])


def ready_reasons(kind: DecisionKind) -> Mapping[str, str]:
    """Give the ready reasons of a kind by code, all of them about the work."""
    words = {
        DecisionKind.ADVANCE: (
            _("Strong in what this job asks most"),
            _("At the cut: the interview is to decide"),
            _("Picked by lot among people who cannot be told apart"),
        ),
        DecisionKind.HOLD: (
            _("More people are still to finish"),
            _("More evidence is needed before deciding"),
            _("The earlier decision was a mistake"),
        ),
        DecisionKind.DECLINE: (
            _("Others fit what this job asks more clearly"),
            _("The interview showed less than this job asks"),
            _("A requirement of the job is not met"),
            _("All seats are filled"),
        ),
        DecisionKind.HIRED: (
            _("Result and interview together fit this job"),
            _("Picked by lot among people who cannot be told apart"),
        ),
    }
    return {f"{kind.value}-{n}": str(text) for n, text in enumerate(words[kind], start=1)}
