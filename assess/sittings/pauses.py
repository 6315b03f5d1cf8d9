"""Pages of a pause: what is saved, how to come back, and the clock where there is a limit."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from assess.sittings import pacing
from assess.sittings.access import form_claim, form_token, sitting_of, standing_here, turned_away
from assess.sittings.blueprints import candidate_blueprint
from assess.web import pages

bp = candidate_blueprint("pauses", "/take")


@bp.get("/pause")
def paused() -> ResponseReturnValue:
    """Say that all is saved, how to come back, and how much time there is if it is limited."""
    standing, now = standing_here(), pages.now()
    turned = turned_away(standing)
    if turned is not None:
        return turned
    clock = sitting_of(standing).clock
    left = clock.left_at(now)
    return render_template(
        "sittings/pause.html",
        path=standing.path,
        limited=left is not None,
        begun=bool(clock.used or clock.since),
        minutes=None if left is None else -(-int(left.total_seconds()) // 60),
        over=clock.is_over(now),
        more=-(-int(clock.extension.total_seconds()) // 60),
        times=clock.extensions_left,
        token=form_token(standing),
    )


@bp.post("/pause")
def pause() -> ResponseReturnValue:
    """Let the clock stand."""
    pacing.pause(pages.sessions(), form_claim(), now=pages.now())
    return redirect(url_for(".paused"), 303)


@bp.post("/go-on")
def go_on() -> ResponseReturnValue:
    """Let the clock run and go to where the person was."""
    pacing.go_on(pages.sessions(), form_claim(), now=pages.now())
    return redirect(url_for("sittings.start"), 303)


@bp.post("/more-time")
def more_time() -> ResponseReturnValue:
    """Take more time and go to where the person was."""
    pacing.take_more_time(pages.sessions(), form_claim(), now=pages.now())
    return redirect(url_for("sittings.start"), 303)
