"""The candidate's own pages: how far it is, feedback, the two questions, voluntary questions."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assess.candidates import erasure
from assess.demographics.questions import questions_of, told
from assess.errors import AssessError, Conflict, Invalid, NotFound
from assess.portal import documents, entry, service
from assess.portal.access import claim_here, form_claim, form_token, let_in, look_here
from assess.portal.feedback import make_feedback
from assess.portal.forms import ExperienceForm, ReviewForm
from assess.portal.overview import removed_words
from assess.portal.queries import Material, OwnPage
from assess.sittings import access as sitting_access
from assess.sittings.access import suit
from assess.sittings.faults import LinkShut, ShutReason
from assess.sittings.overview import kept_until
from assess.web import languages, pages
from assess.web.links import LinkClaim

#: From the pages of the questions, where the other cookie goes, to one's own pages.
door = Blueprint("portal_door", __name__, url_prefix="/take/my")
#: Where the mailed link leads; its token stays on this address alone. Not of the pages below: a
#: form of somebody else's must not let a browser into their pages.
mailed = Blueprint("portal_link", __name__, url_prefix="/my/i")
bp = Blueprint("portal", __name__, url_prefix="/my")

for _pages in (door, mailed, bp):
    languages.candidate_pages(_pages)

#: Where the buttons of the last page of the questions lead.
GOALS = {
    "status": "portal.status",
    "feedback": "portal.feedback",
    "data": "portal_acts.data",
    "experience": "portal.experience",
    "about-you": "portal.about_you",
}


@door.post("")
def enter() -> ResponseReturnValue:
    """Trade the cookie of the questions for the one of these pages, and go there."""
    claim = sitting_access.form_claim()
    look_here(claim)
    goal = GOALS.get(request.form.get("go", ""), "portal.status")
    return let_in(redirect(url_for(goal), 303), claim)  # type: ignore[arg-type]


@mailed.get("/<token>")
def link(token: str) -> ResponseReturnValue:
    """Show one button; programs that open links change nothing by it."""
    own = look_here(_link_claim(token))
    return render_template("portal/link.html", own=own, path=own.path, token=token)


@mailed.post("/<token>")
def open_link(token: str) -> ResponseReturnValue:
    """Trade the link for a cookie and go on at an address without the token."""
    claim = _link_claim(token)
    look_here(claim)
    return let_in(redirect(url_for("portal.status"), 303), claim)  # type: ignore[arg-type]


@bp.get("/")
def status() -> ResponseReturnValue:
    """Show how far it is and what can be done."""
    claim = claim_here()
    own = look_here(claim)
    return page(
        "portal/status.html", own, claim, kept_until=kept_until(own.path.invitation.closes_on)
    )


@bp.get("/feedback")
def feedback() -> ResponseReturnValue:
    """Show what the answers suggest, in words, to the one who gave them."""
    claim = claim_here()
    own, found = _at_scores(claim)
    made = make_feedback(found, languages.spoken())
    return page("portal/feedback.html", own, claim, feedback=made)


@bp.get("/feedback.pdf")
def feedback_pdf() -> ResponseReturnValue:
    """Send the same on paper."""
    own, found = _at_scores(claim_here())
    made = make_feedback(found, languages.spoken())
    content = documents.feedback_pdf(own.path, made, now=pages.now())
    return attachment(content, "application/pdf", "feedback.pdf")


@bp.route("/experience", methods=["GET", "POST"])
def experience() -> ResponseReturnValue:
    """Ask the two questions on how it was."""
    claim = form_claim() if request.method == "POST" else claim_here()
    own = look_here(claim)
    form = ExperienceForm()
    if form.accepted():
        service.tell_how_it_was(
            pages.sessions(), claim, form.fairness.data, form.ease.data, form.comment.data or "",
            now=pages.now(),
        )  # fmt: skip
        flash(_("Thank you for telling us."), "ok")
        return redirect(url_for(".status"), 303)
    shown = page("portal/experience.html", own, claim, form=form)
    return shown, 422 if form.errors else 200


@bp.route("/about-you", methods=["GET", "POST"])
def about_you() -> ResponseReturnValue:
    """Ask the voluntary questions, apart from everything else."""
    claim = form_claim() if request.method == "POST" else claim_here()
    own = look_here(claim)
    questions = questions_of(pages.catalogue().folder)
    if request.method == "POST":
        given = {one.key: request.form[one.key] for one in questions if request.form.get(one.key)}
        service.answer_about_self(
            pages.sessions(), pages.catalogue(), claim, given, now=pages.now()
        )
        flash(_("Thank you. Nobody who decides sees what you chose."), "ok")
        return redirect(url_for(".status"), 303)
    language = languages.spoken()
    asked = [
        (one.key, told(one.text, language), [(c.code, told(c.text, language)) for c in one.choices])
        for one in questions
    ]
    return page("demographics/questions.html", own, claim, asked=asked)


@bp.route("/review", methods=["GET", "POST"])
def review() -> ResponseReturnValue:
    """Ask for a second look by a person, or see how far it is."""
    claim = form_claim() if request.method == "POST" else claim_here()
    own = look_here(claim)
    form = ReviewForm()
    if form.accepted():
        service.ask_review(pages.sessions(), claim, form.reason.data or "", now=pages.now())
        flash(_("Your request has arrived."), "ok")
        return redirect(url_for(".review"), 303)
    shown = page("portal/review.html", own, claim, form=form)
    return shown, 422 if form.errors else 200


@bp.post("/reminders")
def reminders() -> ResponseReturnValue:
    """Stop reminders, or have them again."""
    wanted = request.form.get("reminders") == "on"
    service.set_reminders(pages.sessions(), form_claim(), wanted=wanted, now=pages.now())
    flash(_("You get reminders again.") if wanted else _("You get no more reminders."), "ok")
    return redirect(url_for(".status"), 303)


@bp.get("/receipt/<number>")
def receipt(number: str) -> ResponseReturnValue:
    """Show the receipt of an erasure to whoever has its number."""
    found = erasure.receipt(pages.sessions(), number)
    removed = removed_words(found.removed) if found else []
    return render_template("portal/receipt.html", receipt=found, removed=removed)


def page(template: str, own: OwnPage, claim: LinkClaim, **shown: Any) -> str:
    """Render one of the person's own pages."""
    return render_template(
        template, own=own, path=own.path, token=form_token(claim), now=pages.now(), **shown
    )


def attachment(content: bytes, media_type: str, name: str) -> Response:
    """Send a file to be kept; its name names nobody."""
    return Response(
        content,
        mimetype=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def shut(error: LinkShut) -> ResponseReturnValue:
    """Say kindly why the pages do not open, and what to do."""
    status_code = 404 if error.reason is ShutReason.UNKNOWN else 403
    return render_template("portal/shut.html", reason=error.reason.value), status_code


def refused(error: AssessError) -> ResponseReturnValue:
    """Say what does not go, in the frame of these pages."""
    known = {NotFound: 404, Conflict: 409, Invalid: 422}
    status_code = next((s for kind, s in known.items() if isinstance(error, kind)), 403)
    return render_template("portal/refused.html", text=str(error)), status_code


for _blueprint in (door, mailed, bp):
    _blueprint.register_error_handler(LinkShut, shut)
    _blueprint.register_error_handler(AssessError, refused)


def _link_claim(token: str) -> LinkClaim:
    return entry.read(pages.settings(), entry.LINK_PURPOSE, token, now=pages.now())


def _at_scores(claim: LinkClaim) -> tuple[OwnPage, Material]:
    own, found = service.look_at_scores(pages.sessions(), pages.catalogue(), claim)
    suit(own.path)
    return own, found
