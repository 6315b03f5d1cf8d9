"""The candidate's pages: the notice, the screens, the review, the end."""

from collections.abc import Mapping, Sequence
from typing import Final

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from assess.campaigns.portal_link import kept_until
from assess.sittings import declaring, pacing, service
from assess.sittings.access import (
    choice_of,
    form_claim,
    form_token,
    in_other_language,
    page_scope,
    screens_here,
    shown_values,
    sitting_of,
    standing_here,
    standing_of,
    stay_in,
    turned_away,
)
from assess.sittings.blueprints import candidate_blueprint
from assess.sittings.comfort import PLAIN
from assess.sittings.faults import SameStatement
from assess.sittings.forms import DECLINED, FIELD, SHOWN_IN, after_of_form, answers_of_form
from assess.sittings.overview import part_lines, question_of
from assess.sittings.screens import Screen, resume_at, screen_numbered, screen_of
from assess.sittings.service import GivenAnswer, Opened, Standing
from assess.sittings.telling import clock_line, notice_page, told_here
from assess.web import pages
from assess.web.links import LinkClaim

bp = candidate_blueprint("sittings", "/take")

LARGEST_REQUEST: Final = 256 * 1024
#: How many screens ahead the browser keeps for an interrupted connection.
SCREENS_AHEAD: Final = 3
#: Where a screen's buttons lead, from where it is; display, pause, another language stay.
STEPS: Final = {"next": 1, "back": -1}
#: Where the switch of languages may come back to; a screen and the practice bring their own.
BACK: Final = ("start", "review", "thanks")


@bp.app_context_processor
def dress() -> dict[str, object]:
    """Tell every template how its reader likes the pages."""
    return {"comfort": g.get("comfort", PLAIN)}


@bp.get("/")
def start() -> ResponseReturnValue:
    """Show the notice, or go to where the person was."""
    standing = standing_here()
    if standing.path.sitting is None:
        return redirect(url_for("earlier.offer"), 303)
    sitting = sitting_of(standing)
    if sitting.submitted_at is not None:
        return redirect(url_for(".thanks"), 303)
    standing.path.must_be_open(pages.now())
    if sitting.consented_at is None:
        return notice_page(standing)
    if sitting.practised_at is None and not standing.answers and sitting.clock.since is None:
        found = declaring.asked_of(pages.sessions(), standing.path)
        to_say = found is not None and not found.is_answered
        return redirect(url_for("job_asks.ask" if to_say else "practising.practice"), 303)
    number = resume_at(screens_here(standing), standing.answers.keys(), sitting.position)
    return redirect(_screen_url(number), 303)


@bp.post("/")
def agree() -> ResponseReturnValue:
    """Keep the consent and go on."""
    claim = form_claim()
    service.agree(pages.sessions(), claim, told_here(standing_of(claim)), now=pages.now())
    return redirect(url_for(".start"), 303)


@bp.post("/language")
def language() -> ResponseReturnValue:
    """Go on in another language, on the page the choice was made on."""
    claim = form_claim()
    standing = in_other_language(claim)
    if sitting_of(standing).consented_at is None:
        service.note_notice_shown(pages.sessions(), claim, told_here(standing), now=pages.now())
    back = request.form.get("back", "")
    return redirect(url_for(f".{back if back in BACK else BACK[0]}"), 303)


@bp.get("/<int:number>")
def screen(number: int) -> ResponseReturnValue:
    """Show one screen of questions with what was answered so far."""
    standing = standing_here()
    turned = turned_away(standing)
    if turned is not None:
        return turned
    shown = screen_numbered(screens_here(standing), number)
    if sitting_of(standing).clock.stands_at(pages.now()):
        return redirect(url_for("pauses.paused"), 303)
    return _screen(standing, shown, shown_values(standing, shown))


@bp.post("/<int:number>")
def answer(number: int) -> ResponseReturnValue:
    """Keep a whole screen from its plain form, then go where its button says."""
    request.max_content_length = LARGEST_REQUEST
    claim = form_claim()
    standing = standing_of(claim)
    turned = turned_away(standing)
    if turned is not None:
        return turned
    screens, given = screens_here(standing), answers_of_form(request.form)
    shown = screen_numbered(screens, _number_now(screens, number, given))
    switches = "language" in request.form
    go = "language" if switches else request.form.get("go", "next")
    goal = shown.number + STEPS.get(go, 0)
    try:
        saved = service.save_answers(
            pages.sessions(),
            pages.catalogue(),
            claim,
            given,
            after=after_of_form(request.form),
            position=max(1, goal),
            now=pages.now(),
        )
    except SameStatement:
        sent = {item: request.form.get(FIELD + item) for item in shown.item_ids}
        if switches:
            standing = in_other_language(claim)
            shown = screen_numbered(screens_here(standing), shown.number)
        return _screen(standing, shown, sent, clash=True), 422
    _tell_elsewhere(len(saved.elsewhere))
    return redirect(_onwards(claim, go, goal, len(screens)), 303)


@bp.get("/review")
def review() -> ResponseReturnValue:
    """List the parts, how much of each is answered, and the way back to each."""
    standing = standing_here()
    turned = turned_away(standing)
    if turned is not None:
        return turned
    screens = screens_here(standing)
    return render_template(
        "sittings/review.html",
        path=standing.path,
        choice=choice_of(standing),
        parts=part_lines(screens, standing.answers.keys()),
        last=len(screens),
        asks=declaring.asked_of(pages.sessions(), standing.path) is not None,
        token=form_token(standing),
    )


@bp.post("/submit")
def submit() -> ResponseReturnValue:
    """Hand everything in: it is scored now and cannot be changed any more."""
    claim = form_claim()
    service.submit(pages.sessions(), pages.catalogue(), claim, now=pages.now())
    opened = Opened.of(standing_of(claim).path, claim, pages.now())
    return stay_in(redirect(url_for(".thanks"), 303), opened)  # type: ignore[arg-type]


@bp.get("/thanks")
def thanks() -> ResponseReturnValue:
    """Say thanks and what happens next."""
    standing = standing_here()
    sitting = sitting_of(standing)
    if sitting.submitted_at is None:
        return redirect(url_for(".start"), 303)
    return render_template(
        "sittings/thanks.html",
        path=standing.path,
        choice=choice_of(standing),
        token=form_token(standing),
        scope=page_scope(standing),
        submitted_at=standing.path.invitation.submitted_at or sitting.submitted_at,
        reuse=service.reuse_here(pages.sessions(), standing),
        kept_until=kept_until(standing.path.invitation.closes_on),
    )


def _tell_elsewhere(count: int) -> None:
    if count:
        flash(
            ngettext(
                "One question of the last screen was also answered in another tab or on another "
                "device. The later answer counts.",
                "%(num)s questions of the last screen were also answered in another tab or on "
                "another device. The later answers count.",
                count,
            )
        )


def _number_now(screens: Sequence[Screen], number: int, given: Sequence[GivenAnswer]) -> int:
    """Give the screen that was posted: by what stands on it, if that has moved meanwhile."""
    there = screens[number - 1].item_ids if 1 <= number <= len(screens) else ()
    moved = [one.item for one in given if one.key is None and one.item not in there]
    return screen_of(screens, moved[-1]) if moved else number


def _onwards(claim: LinkClaim, go: str, goal: int, last: int) -> str:
    """Give the address behind a button of a screen, and do what else it promises."""
    if go == "display":
        return url_for("display.comfort", back=goal)
    if go == "language":
        in_other_language(claim)
    if go == "pause":
        pacing.pause(pages.sessions(), claim, now=pages.now())
        return url_for("pauses.paused")
    if go == "more":
        pacing.take_more_time(pages.sessions(), claim, now=pages.now())
    if goal == 0:
        return url_for("practising.practice")
    return _screen_url(goal if goal <= last else None)


def _screen(
    standing: Standing, shown: Screen, values: Mapping[str, str | None], *, clash: bool = False
) -> str:
    return render_template(
        "sittings/screen.html",
        screen=shown,
        question=question_of(shown.instrument),
        values=values,
        field=FIELD,
        declined=DECLINED,
        clash=clash,
        clock=clock_line(standing),
        path=standing.path,
        choice=choice_of(standing),
        shown_in=SHOWN_IN,
        saved_at=max((a.answered_at for a in standing.answers.values()), default=None),
        sequence=max((a.sequence for a in standing.log.rows), default=0),
        last=standing.log.last,
        scope=page_scope(standing),
        ahead=_ahead(standing, shown),
        token=form_token(standing),
    )


def _ahead(standing: Standing, shown: Screen) -> list[str]:
    """Name the pages worth keeping for an interrupted connection: those around this one."""
    count = len(screens_here(standing))
    near = range(max(1, shown.number - 1), min(count, shown.number + SCREENS_AHEAD) + 1)
    return [_screen_url(number) for number in near]


def _screen_url(number: int | None) -> str:
    return url_for(".review") if number is None else url_for(".screen", number=number)
