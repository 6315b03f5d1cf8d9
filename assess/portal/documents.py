"""What a person takes away: their data as JSON and on paper, their feedback on paper."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _

from assess import __version__
from assess.campaigns.portal_link import kept_until
from assess.portal.feedback import Feedback, make_feedback
from assess.portal.queries import Material
from assess.sittings.queries import PathView
from assess.web import languages

#: Names the form of the export; a changed meaning of a field is a new number.
SCHEMA: Final = "urn:assess:personal-data:1"


def logic() -> list[str]:
    """Say in words how scores come about, as it goes with every copy (GDPR articles 13 to 15)."""
    said = (
        _(
            "Every answer has a known direction. Statements about yourself are scored by a "
            "graded response model whose figures were estimated on a reference group; the score"
            " is the mean of what the answers leave likely, with its error."
        ),
        _(
            "Ratings of responses to service situations are compared with a key: the closer "
            "their shape is to the key, the higher the score. How high or low somebody rates in"
            " general does not count."
        ),
        _("Empathy and stress resilience each join both kinds of answers, half each."),
        _(
            "The fit is the weighted sum of the competencies. The weights come from why "
            "customers call and are fixed before the first person is invited. Style has weight "
            "0."
        ),
        _(
            "A place in a ranking carries its uncertainty: people who cannot be told apart "
            "share a band. A named person decides; no machine rejects anybody."
        ),
        _(
            "How long you took, where you were and with which device is never scored. Neither "
            "is what you told us voluntarily about yourself."
        ),
    )
    return [str(sentence) for sentence in said]


def data_json(path: PathView, held: Mapping[str, Any], *, now: datetime) -> bytes:
    """Write everything held about a person as JSON, with the logic of the scores in words."""
    document = {
        "$schema": SCHEMA,
        "made_at": now.isoformat(),
        "engine": __version__,
        "organisation": path.organisation,
        "kept_until": kept_until(path.invitation.closes_on).isoformat(),
        "logic": logic(),
        "data": held,
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def data_pdf(
    path: PathView,
    held: Mapping[str, Any],
    material: Material,
    *,
    now: datetime,
) -> bytes:
    """Write the same for reading: who, when, answers, scores, and how scores come about."""
    feedback = make_feedback(material, languages.spoken())
    return _pdf("portal/pdf/data.html", path, now, held=held, feedback=feedback, logic=logic())


def feedback_pdf(path: PathView, feedback: Feedback, *, now: datetime) -> bytes:
    """Write the feedback page on paper."""
    return _pdf("portal/pdf/feedback.html", path, now, feedback=feedback)


def _pdf(template: str, path: PathView, now: datetime, **facts: Any) -> bytes:
    # WeasyPrint takes seconds to load; only who prints needs it.
    from assess.reports.layout import render_pages  # noqa: PLC0415

    return render_pages(template, languages.spoken(), path=path, made_at=now, **facts)
