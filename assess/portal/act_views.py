"""Delicate acts on one's own data: each is asked for, gets a code by mail, and is then done."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assess.errors import AssessError, Invalid, NotFound
from assess.portal import documents, service
from assess.portal.access import claim_here, form_claim, look_here
from assess.portal.codes import Act, CodeRefused, Fault
from assess.portal.forms import CodeForm, ContactForm, EraseForm, TwoCodesForm
from assess.portal.overview import counted, masked
from assess.portal.queries import OwnPage
from assess.portal.views import attachment, page, refused, shut
from assess.sittings.access import suit
from assess.sittings.faults import LinkShut
from assess.sittings.overview import kept_until
from assess.web import languages, pages
from assess.web.links import LinkClaim

bp = Blueprint("portal_acts", __name__, url_prefix="/my")
languages.candidate_pages(bp)
bp.register_error_handler(LinkShut, shut)
bp.register_error_handler(AssessError, refused)

#: The acts that are asked for on a page of their own, by the word in its address.
ACTS: Mapping[str, Act] = {
    "download": Act.DOWNLOAD,
    "withdraw": Act.WITHDRAW,
    "erase": Act.ERASE,
}
FORMS: Mapping[Act, type[CodeForm]] = {
    Act.DOWNLOAD: CodeForm,
    Act.WITHDRAW: CodeForm,
    Act.ERASE: EraseForm,
}


@bp.get("/data")
def data() -> ResponseReturnValue:
    """Show what is held about the person, and what they can do with it."""
    claim = claim_here()
    own, held = service.look_at_data(pages.sessions(), claim)
    suit(own.path)
    return page(
        "portal/data.html", own, claim, held=counted(held), who=held["candidates"],
        kept_until=kept_until(own.path.invitation.closes_on),
    )  # fmt: skip


@bp.get("/data/<word>")
def explain(word: str) -> ResponseReturnValue:
    """Say what an act does, before a code is asked for."""
    act, claim = _act(word), claim_here()
    own = look_here(claim)
    return page("portal/explain.html", own, claim, act=act.value, word=word, address=_address(own))


@bp.post("/data/<word>")
def ask(word: str) -> ResponseReturnValue:
    """Have a code mailed and go where it is typed."""
    act, claim = _act(word), form_claim()
    service.ask_code(pages.sessions(), claim, act, now=pages.now())
    return redirect(url_for(".type_code", word=word), 303)


@bp.get("/data/<word>/code")
def type_code(word: str) -> ResponseReturnValue:
    """Ask for the code."""
    act, claim = _act(word), claim_here()
    own = look_here(claim)
    return _code_page(own, claim, act, word, FORMS[act]())


@bp.post("/data/<word>/code")
def do(word: str) -> ResponseReturnValue:
    """Do the act if the code is right; say what is wrong with it otherwise."""
    act, claim = _act(word), form_claim()
    own = look_here(claim)
    form = FORMS[act]()
    if not form.accepted():
        return _code_page(own, claim, act, word, form), 422
    try:
        return _done(act, claim, form.code.data)
    except CodeRefused as error:
        form.code.errors = [_fault_words(error.faults[act])]
        return _code_page(own, claim, act, word, form), 422


@bp.route("/contact", methods=["GET", "POST"])
def contact() -> ResponseReturnValue:
    """Ask for the right name and address, then have the codes mailed."""
    claim = form_claim() if request.method == "POST" else claim_here()
    own = look_here(claim)
    form = ContactForm(name=own.path.invitation.name, email=own.path.invitation.email or "")
    if form.accepted():
        try:
            service.ask_correction(
                pages.sessions(), claim, form.name.data, form.email.data, now=pages.now()
            )
        except Invalid as error:
            form.form_errors.extend(fault[:1].upper() + fault[1:] for fault in error.faults)
        else:
            return redirect(url_for(".contact_code"), 303)
    shown = page("portal/contact.html", own, claim, form=form)
    return shown, 422 if form.errors else 200


@bp.route("/contact/code", methods=["GET", "POST"])
def contact_code() -> ResponseReturnValue:
    """Ask for the code of the known address, and for that of a new one."""
    claim = form_claim() if request.method == "POST" else claim_here()
    own = look_here(claim)
    if own.new_contact is None:
        return redirect(url_for(".contact"), 303)
    is_new = own.new_contact[1] != own.path.invitation.email
    form = TwoCodesForm() if is_new else CodeForm()
    if form.accepted():
        typed = {Act.CORRECT: form.code.data}
        if isinstance(form, TwoCodesForm):
            typed[Act.NEW_ADDRESS] = form.new_code.data
        try:
            service.correct(pages.sessions(), pages.settings(), claim, typed, now=pages.now())
        except CodeRefused as error:
            fields = {Act.CORRECT: "code", Act.NEW_ADDRESS: "new_code"}
            for act, fault in error.faults.items():
                form[fields[act]].errors = [_fault_words(fault)]
        else:
            flash(_("Your name and address are corrected."), "ok")
            return redirect(url_for(".data"), 303)
    shown = page(
        "portal/contact_code.html", own, claim, form=form, is_new=is_new, address=_address(own),
        new_address=own.new_contact[1],
    )  # fmt: skip
    return shown, 422 if form.errors else 200


@bp.post("/erasure/cancel")
def cancel_erasure() -> ResponseReturnValue:
    """Keep everything after all."""
    service.cancel_erasure(pages.sessions(), form_claim(), now=pages.now())
    flash(_("Nothing is erased. Everything stays as it was."), "ok")
    return redirect(url_for("portal.status"), 303)


def _done(act: Act, claim: LinkClaim, code: str) -> ResponseReturnValue:
    given: tuple[Any, ...] = (pages.sessions(), pages.settings(), claim, code)
    if act is Act.DOWNLOAD:
        return _download(given)
    if act is Act.WITHDRAW:
        service.withdraw(*given, now=pages.now())
        flash(_("You have withdrawn. Thank you for your time."), "ok")
    else:
        service.ask_erasure(*given, now=pages.now())
        flash(_("Your request has arrived. You can think again for a day."), "ok")
    return redirect(url_for("portal.status"), 303)


def _download(given: tuple[Any, ...]) -> ResponseReturnValue:
    now = pages.now()
    path, held, material = service.download(*given, catalogue=pages.catalogue(), now=now)
    suit(path)
    if request.form.get("form") == "pdf":
        content = documents.data_pdf(path, held, material, now=now)
        return attachment(content, "application/pdf", "my-data.pdf")
    content = documents.data_json(path, held, now=now)
    return attachment(content, "application/json", "my-data.json")


def _code_page(own: OwnPage, claim: LinkClaim, act: Act, word: str, form: CodeForm) -> str:
    return page(
        "portal/code.html", own, claim, act=act.value, word=word, form=form, address=_address(own)
    )


def _act(word: str) -> Act:
    if word not in ACTS:
        raise NotFound("There is no such page.")
    return ACTS[word]


def _address(own: OwnPage) -> str | None:
    email = own.path.invitation.email
    return None if email is None else masked(email)


def _fault_words(fault: Fault) -> str:
    words = {
        Fault.WRONG: _(
            "This is not the code of the newest mail. Look again, or ask for a new one."
        ),
        Fault.EXPIRED: _("This code is more than ten minutes old. Ask for a new one."),
        Fault.SPENT: _("There were five wrong tries. Ask for a new code."),
        Fault.NONE: _("There is no code that waits. Ask for one, and give the mail a minute."),
    }
    return str(words[fault])
