"""The candidate's pages: the link, the notice, practice, the screens, the end."""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from assess.campaigns.mailing import minutes_needed
from assess.errors import Conflict, NotFound
from assess.sittings import service
from assess.sittings.access import (
    battery_of,
    choice_of,
    cookie_claim,
    form_claim,
    form_token,
    let_in,
    page_scope,
    shown_values,
    sitting_of,
    source_of,
    standing_here,
    standing_of,
    stay_in,
    turned_away,
)
from assess.sittings.faults import LinkShut, SameStatement, ShutReason
from assess.sittings.forms import (
    DECLINED,
    FIELD,
    SHOWN_IN,
    after_of_form,
    answers_of_form,
    same_statement,
)
from assess.sittings.language import offered, told
from assess.sittings.overview import kept_until, part_lines, question_of
from assess.sittings.screens import Screen, lay_out, resume_at, screen_numbered
from assess.sittings.service import Opened, Standing
from assess.web import languages, pages
from assess.web.links import LinkClaim

#: Where the link leads; its token stays on this address alone.
entry = Blueprint("invitation", __name__, url_prefix="/i")
bp = Blueprint("sittings", __name__, url_prefix="/take")

languages.candidate_pages(entry)
languages.candidate_pages(bp)

LARGEST_REQUEST: Final = 256 * 1024
#: How many screens ahead the browser keeps for an interrupted connection.
SCREENS_AHEAD: Final = 3
#: Where the switch of languages may come back to; a screen and the practice bring their own.
BACK: Final = ("start", "review", "thanks")


@entry.get("/<token>")
def invited(token: str) -> ResponseReturnValue:
    """Show who invites and one button; programs that open links change nothing by it."""
    now = pages.now()
    standing = standing_of(service.read_link(pages.settings(), token, now=now))
    minutes, choice = None, {}
    if standing.path.sitting is None:
        standing.path.must_be_open(now)
        source = source_of(standing)
        languages.speak(languages.asked() or standing.path.language)
        minutes, choice = minutes_needed(source), offered(source, languages.spoken())
    return render_template(
        "sittings/invited.html", path=standing.path, token=token, minutes=minutes, choice=choice
    )


@entry.post("/<token>")
def enter(token: str) -> ResponseReturnValue:
    """Trade the link for a cookie and go on at an address without the token."""
    settings, now = pages.settings(), pages.now()
    chosen = languages.known(request.form.get(languages.CHOICE))
    opened = service.open_link(
        pages.sessions(), settings, pages.catalogue(), token, language=chosen, now=now
    )
    return let_in(opened)


@bp.get("/")
def start() -> ResponseReturnValue:
    """Show the notice, or go to where the person was."""
    standing = standing_here()
    sitting = sitting_of(standing)
    if sitting.submitted_at is not None:
        return redirect(url_for(".thanks"), 303)
    standing.path.must_be_open(pages.now())
    screens = lay_out(battery_of(standing))
    if sitting.consented_at is None:
        return _notice(standing)
    if sitting.practised_at is None and not standing.answers:
        return redirect(url_for(".practice"), 303)
    number = resume_at(screens, standing.answers.keys(), sitting.position)
    return redirect(_screen_url(number), 303)


@bp.post("/")
def agree() -> ResponseReturnValue:
    """Keep the consent and go on."""
    claim = form_claim()
    service.agree(pages.sessions(), claim, now=pages.now())
    return redirect(url_for(".start"), 303)


@bp.post("/language")
def language() -> ResponseReturnValue:
    """Go on in another language, on the page the choice was made on."""
    _in_other_language(form_claim())
    back = request.form.get("back", "")
    return redirect(url_for(f".{back if back in BACK else BACK[0]}"), 303)


@bp.get("/practice")
@bp.get("/practice/<int:part>")
def practice(part: int = 1) -> ResponseReturnValue:
    """Show the practice block of a part, of the first before anything else."""
    standing = standing_here()
    turned = turned_away(standing)
    return turned or _practice(standing, part, chosen={}, done=False)


@bp.post("/practice")
@bp.post("/practice/<int:part>")
def practised(part: int = 1) -> ResponseReturnValue:
    """Explain the practice block; what was chosen is shown once more and not kept."""
    claim = form_claim()
    standing = standing_of(claim)
    turned = turned_away(standing)
    if turned is not None:
        return turned
    if "language" in request.form:
        standing = _in_other_language(claim)
        return _practice(standing, part, chosen=request.form, done="done" in request.form)
    service.note_practised(pages.sessions(), claim, now=pages.now())
    return _practice(standing, part, chosen=request.form, done=True)


@bp.get("/<int:number>")
def screen(number: int) -> ResponseReturnValue:
    """Show one screen of questions with what was answered so far."""
    standing = standing_here()
    turned = turned_away(standing)
    if turned is not None:
        return turned
    shown = screen_numbered(lay_out(battery_of(standing)), number)
    return _screen(standing, shown, shown_values(standing, shown))


@bp.post("/<int:number>")
def answer(number: int) -> ResponseReturnValue:
    """Keep a whole screen from its plain form, then go on or back."""
    request.max_content_length = LARGEST_REQUEST
    claim = form_claim()
    standing = standing_of(claim)
    turned = turned_away(standing)
    if turned is not None:
        return turned
    screens = lay_out(battery_of(standing))
    shown = screen_numbered(screens, number)
    switches = "language" in request.form
    goal = number - 1 if request.form.get("go") == "back" else number + (not switches)
    try:
        saved = service.save_answers(
            pages.sessions(),
            pages.catalogue(),
            claim,
            answers_of_form(request.form, shown),
            after=after_of_form(request.form),
            position=max(1, goal),
            now=pages.now(),
        )
    except SameStatement:
        sent = {item: request.form.get(FIELD + item) for item in shown.item_ids}
        if switches:
            standing = _in_other_language(claim)
            shown = lay_out(battery_of(standing))[number - 1]
        return _screen(standing, shown, sent, clash=True), 422
    if saved.elsewhere:
        flash(
            ngettext(
                "One question of the last screen was also answered in another tab or on another "
                "device. The later answer counts.",
                "%(num)s questions of the last screen were also answered in another tab or on "
                "another device. The later answers count.",
                len(saved.elsewhere),
            )
        )
    if switches:
        _in_other_language(claim)
    if goal == 0:
        return redirect(url_for(".practice"), 303)
    return redirect(_screen_url(goal if goal <= len(screens) else None), 303)


@bp.get("/review")
def review() -> ResponseReturnValue:
    """List the parts, how much of each is answered, and the way back to each."""
    standing = standing_here()
    turned = turned_away(standing)
    if turned is not None:
        return turned
    screens = lay_out(battery_of(standing))
    return render_template(
        "sittings/review.html",
        path=standing.path,
        choice=choice_of(standing),
        parts=part_lines(screens, standing.answers.keys()),
        last=len(screens),
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
        submitted_at=sitting.submitted_at,
        kept_until=kept_until(standing.path.invitation.closes_on),
    )


@entry.errorhandler(LinkShut)
@bp.errorhandler(LinkShut)
def shut(error: LinkShut) -> ResponseReturnValue:
    """Say kindly why the link does not open, and what to do."""
    status = 404 if error.reason is ShutReason.UNKNOWN else 403
    return render_template("sittings/shut.html", reason=error.reason.value), status


@entry.errorhandler(Conflict)
@bp.errorhandler(Conflict)
def changed(_error: Conflict) -> ResponseReturnValue:
    """Say that it cannot go on here, that nothing is lost, and whom to ask."""
    return render_template("sittings/shut.html", reason="conflict"), 409


def _in_other_language(claim: LinkClaim) -> Standing:
    """Go on in the language of the posted form."""
    chosen = request.form.get("language", "")
    service.choose_language(pages.sessions(), claim, chosen, now=pages.now())
    return standing_of(claim)


def _notice(standing: Standing) -> str:
    sitting, catalogue = sitting_of(standing), pages.catalogue()
    source = source_of(standing)
    heaviest = service.heaviest_drivers(pages.sessions(), cookie_claim())
    return render_template(
        "sittings/notice.html",
        path=standing.path,
        choice=choice_of(standing),
        battery=told(source, sitting.language),
        competencies=catalogue.competencies_in(sitting.language),
        previews=catalogue.previews_in(sitting.language).of(heaviest),
        kept_until=kept_until(standing.path.invitation.closes_on),
        version=service.NOTICE_VERSION,
        minutes=minutes_needed(source),
        token=form_token(standing),
    )


def _practice(
    standing: Standing, part: int, *, chosen: Mapping[str, str], done: bool
) -> ResponseReturnValue:
    screens = lay_out(battery_of(standing))
    shown = next((screen for screen in screens if screen.part == part), None)
    if shown is None:
        raise NotFound("There is no such part.")
    instrument = shown.instrument
    values = {
        item: chosen.get(FIELD + item) for item in instrument.block_item_ids(instrument.practice)
    }
    clash = done and instrument.kind == "most_least" and same_statement(values.values())
    page = render_template(
        "sittings/practice.html",
        path=standing.path,
        choice=choice_of(standing),
        instrument=instrument,
        question=question_of(instrument),
        values=values,
        field=FIELD,
        declined=DECLINED,
        done=done and not clash,
        clash=clash,
        part=part,
        next_url=url_for(".screen", number=shown.number),
        token=form_token(standing),
    )
    return (page, 422) if clash else page


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
    count = len(lay_out(battery_of(standing)))
    near = range(max(1, shown.number - 1), min(count, shown.number + SCREENS_AHEAD) + 1)
    return [_screen_url(number) for number in near]


def _screen_url(number: int | None) -> str:
    return url_for(".review") if number is None else url_for(".screen", number=number)
