"""Where the link leads: who invites, and one button that trades it for a cookie."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from assess.sittings import service
from assess.sittings.access import let_in, sitting_of, source_of, standing_of
from assess.sittings.blueprints import candidate_blueprint
from assess.sittings.expectation import expected
from assess.sittings.language import offered
from assess.sittings.telling import device_here, told_here
from assess.web import languages, pages

#: The link's token stays on this address alone.
bp = candidate_blueprint("invitation", "/i")


@bp.get("/<token>")
def invited(token: str) -> ResponseReturnValue:
    """Show who invites and one button; programs that open links change nothing by it."""
    now = pages.now()
    standing = standing_of(service.read_link(pages.settings(), token, now=now))
    standing.path.must_hold(now)
    time, choice = None, {}
    if standing.path.sitting is None:
        standing.path.must_be_open(now)
        source = source_of(standing)
        languages.speak(languages.asked() or standing.path.language)
        time = expected(standing, source, device_here())
        choice = offered(source, languages.spoken())
    return render_template(
        "sittings/invited.html", path=standing.path, token=token, time=time, choice=choice
    )


@bp.post("/<token>")
def enter(token: str) -> ResponseReturnValue:
    """Trade the link for a cookie and go on at an address without the token."""
    settings, now = pages.settings(), pages.now()
    opened = service.open_link(
        pages.sessions(),
        settings,
        pages.catalogue(),
        token,
        language=languages.known(request.form.get(languages.CHOICE)),
        device=device_here(),
        now=now,
    )
    standing = standing_of(opened.claim)
    if standing.path.sitting is None:
        return let_in(opened, url_for("earlier.offer", lang=request.form.get(languages.CHOICE)))
    if sitting_of(standing).consented_at is None:
        service.note_notice_shown(pages.sessions(), opened.claim, told_here(standing), now=now)
    return let_in(opened)
