"""Display and help: how the pages look and read, and the question for another way."""

from typing import Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assess.campaigns.another_way import LONGEST_MESSAGE
from assess.sittings import easing, service
from assess.sittings.access import form_claim, form_token, sitting_of, standing_here, standing_of
from assess.sittings.blueprints import candidate_blueprint
from assess.sittings.comfort import EXTRA_TIME, TEXT_SIZES, comfort_of_form
from assess.sittings.service import Standing
from assess.web import pages

bp = candidate_blueprint("display", "/take")

#: Where the page goes back to, by the word in its address; a number is a screen.
BACK: Final = {
    "start": "sittings.start",
    "practice": "practising.practice",
    "review": "sittings.review",
    "pause": "pauses.paused",
    "thanks": "sittings.thanks",
}
LARGEST_REQUEST: Final = 64 * 1024


@bp.get("/comfort")
def comfort() -> ResponseReturnValue:
    """Ask how the person would like the pages; nobody is asked why."""
    standing = standing_here()
    return render_template(
        "sittings/comfort.html",
        path=standing.path,
        liked=sitting_of(standing).comfort,
        sizes=TEXT_SIZES,
        times=EXTRA_TIME,
        limit=standing.path.invitation.time_limit_minutes,
        done=sitting_of(standing).submitted_at is not None,
        back=request.args.get("back", ""),
        back_url=_back_url(request.args.get("back", "")),
        token=form_token(standing),
    )


@bp.post("/comfort")
def change() -> ResponseReturnValue:
    """Keep the choices and go back to where the person was, at once in the new dress."""
    request.max_content_length = LARGEST_REQUEST
    claim = form_claim()
    liked = comfort_of_form(request.form, sitting_of(standing_of(claim)).comfort)
    back = request.form.get("back", "")
    numbers = [int(back)] if _is_number(back) else []
    moved = easing.set_comfort(
        pages.sessions(), pages.catalogue(), claim, liked, back=numbers, now=pages.now()
    )
    return redirect(_back_url(str(moved[0]) if moved else back), 303)


@bp.get("/another-way")
def another_way() -> ResponseReturnValue:
    """Show the field for a message to the organisation, and what was asked before."""
    return _another_way(standing_here())


@bp.post("/another-way")
def ask() -> ResponseReturnValue:
    """Show exactly what the organisation will see; send it only from there."""
    request.max_content_length = LARGEST_REQUEST
    claim = form_claim()
    standing = standing_of(claim)
    message = request.form.get("message", "")
    if len(message.replace("\r\n", "\n").strip()) > LONGEST_MESSAGE:
        return _another_way(standing, message=message, too_long=True), 422
    if "send" not in request.form:
        return _another_way(standing, message=message, preview="edit" not in request.form)
    easing.ask_another_way(pages.sessions(), claim, message, now=pages.now())
    return redirect(url_for(".another_way"), 303)


def _another_way(
    standing: Standing, *, message: str = "", preview: bool = False, too_long: bool = False
) -> str:
    sitting = sitting_of(standing)
    return render_template(
        "sittings/another_way.html",
        path=standing.path,
        asked=service.asked_ways(pages.sessions(), standing),
        message=message.strip(),
        longest=LONGEST_MESSAGE,
        preview=preview,
        too_long=too_long,
        done=sitting.submitted_at is not None,
        token=form_token(standing),
    )


def _back_url(back: str) -> str:
    if _is_number(back) and int(back) > 0:
        return url_for("sittings.screen", number=int(back))
    return url_for(BACK.get(back, "sittings.start"))


def _is_number(back: str) -> bool:
    return back.isascii() and back.isdigit() and len(back) < 7
