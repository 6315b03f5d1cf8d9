"""Pages of the texts of mails: which there are, one to read and write, a test to oneself."""

import secrets
from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from assess.accounts.guard import actor, member_required
from assess.campaigns import letters, mailing, wording_queries, wording_service
from assess.campaigns.models import MailKind
from assess.campaigns.service import INVITES
from assess.campaigns.wording import IN_SUBJECT, Wording, check, known, needed
from assess.campaigns.wording_forms import WordingForm
from assess.campaigns.wording_queries import Scope
from assess.db.scope import reading
from assess.errors import Invalid
from assess.web import pages
from assess.web.languages import LANGUAGES

bp = Blueprint("mail_texts", __name__, url_prefix="/mail-texts")

KINDS: Final = {
    MailKind.INVITATION: lazy_gettext("Invitation"),
    MailKind.NOT_STARTED: lazy_gettext("Reminder: not started"),
    MailKind.STALLED: lazy_gettext("Reminder: stopped halfway"),
    MailKind.DEADLINE: lazy_gettext("Reminder: last day"),
    MailKind.THANKS: lazy_gettext("Thanks after handing in"),
    MailKind.ADVANCED: lazy_gettext("Outcome: advanced"),
    MailKind.DECLINED: lazy_gettext("Outcome: declined"),
    MailKind.HIRED: lazy_gettext("Outcome: hired"),
}
PLACES: Final = {
    "greeting": lazy_gettext("“Hello Alex Example,” in the person's language; “Hello,” unnamed"),
    "name": lazy_gettext("the person's name; nothing when it is not known"),
    "brand": lazy_gettext("the brand"),
    "job": lazy_gettext("the campaign's title"),
    "organisation": lazy_gettext("the organisation's name"),
    "link": lazy_gettext("the person's own link"),
    "last_day": lazy_gettext("the last day, written out"),
    "minutes": lazy_gettext("about how many minutes it takes"),
    "questionnaires": lazy_gettext("“2 questionnaires” in the person's language"),
    "time_limit": lazy_gettext("“There is no time limit.”; nothing when there is one"),
    "practice_link": lazy_gettext("where anybody can practise"),
}
#: The address of one mail; no other words lead anywhere.
MAIL: Final = f"/<any({','.join(MailKind)}):kind>/<any({','.join(LANGUAGES)}):language>"


@bp.get("/")
@member_required(*INVITES)
def index() -> ResponseReturnValue:
    """List the mails with who has worded them."""
    scope = _scope()
    with reading(pages.sessions(), actor().organisation_id) as session:
        return render_template(
            "campaigns/mail_texts.html",
            section="campaigns",
            kinds=KINDS,
            languages=LANGUAGES,
            written=wording_queries.written(session, scope),
            brands=wording_queries.scopes(session),
            **_shared(session, scope),
        )


@bp.route(MAIL, methods=["GET", "POST"])
@member_required(*INVITES)
def edit(kind: str, language: str) -> ResponseReturnValue:
    """Show a mail as it goes out; on a post look at a text, or keep it."""
    scope, which = _scope(), MailKind(kind)
    own, wider = _now(scope, which, language)
    start = own or wider or letters.original(which, language)
    form = WordingForm(subject=start.subject, body=start.body)
    shown: Wording | None = own or wider
    if form.accepted():
        shown = form.wording()
        try:
            check(which, shown)
            if request.form.get("do") == "save":
                wording_service.write(
                    pages.sessions(), actor(), scope, which, language, shown,
                    act=form.act.data, now=pages.now(),
                )  # fmt: skip
                flash(_("The text is kept. Mails that are sent from now on have it."), "ok")
                return _to(scope, kind, language)
        except Invalid as invalid:
            form.form_errors.extend(_sentence(fault) for fault in invalid.faults)
            shown = own or wider
    page = _page(scope, which, language, form, shown, own=own, wider=wider)
    return page, 422 if form.errors else 200


@bp.post(f"{MAIL}/back")
@member_required(*INVITES)
def back(kind: str, language: str) -> ResponseReturnValue:
    """Take a scope's own text back; the wider one counts again, or ours."""
    scope, which = _scope(), MailKind(kind)
    wording_service.write(
        pages.sessions(), actor(), scope, which, language, None,
        act=request.form.get("act", ""), now=pages.now(),
    )  # fmt: skip
    flash(_("The earlier text is back. Yours stays on record below."), "ok")
    return _to(scope, kind, language)


@bp.post(f"{MAIL}/test")
@member_required(*INVITES)
def test(kind: str, language: str) -> ResponseReturnValue:
    """Send the mail as it is kept to the member who asks."""
    scope, which = _scope(), MailKind(kind)
    address = wording_service.ask_for_test(
        pages.sessions(), actor(), scope, which, language,
        act=request.form.get("act", ""), now=pages.now(),
    )  # fmt: skip
    flash(_("A test is on its way to %(address)s.", address=address), "ok")
    return _to(scope, kind, language)


def _to(scope: Scope, kind: str, language: str) -> ResponseReturnValue:
    ids = {"brand": scope.brand_id, "campaign": scope.campaign_id}
    where = url_for(".edit", kind=kind, language=language, **ids)  # type: ignore[arg-type]
    return redirect(where, 303)


def _now(scope: Scope, kind: MailKind, language: str) -> tuple[Wording | None, Wording | None]:
    """Give the scope's own text and the wider one, None for ours."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        wording_queries.scope_name(session, scope)
        found = wording_queries.versions(session, scope, kind, language)
        wider = wording_queries.inherited(session, scope, kind, language)
    return (found[0].wording if found else None), wider


def _page(
    scope: Scope,
    kind: MailKind,
    language: str,
    form: WordingForm,
    shown: Wording | None,
    *,
    own: Wording | None,
    wider: Wording | None,
) -> str:
    settings, now = pages.settings(), pages.now()
    with reading(pages.sessions(), actor().organisation_id) as session:
        letter = wording_service.sample(session, settings, scope, kind, language, shown, now)
        return render_template(
            "campaigns/mail_text.html",
            section="campaigns",
            kind=kind,
            kind_words=KINDS[kind],
            language=language,
            languages=LANGUAGES,
            form=form,
            mail=letters.parts(settings, letter, link=mailing.LINK_IN_PREVIEW),
            person=wording_service.MADE_UP_NAME,
            own=own,
            wider=wider,
            places=[(name, PLACES[name], name in IN_SUBJECT) for name in known(kind)],
            needed=needed(kind),
            versions=wording_queries.versions(session, scope, kind, language),
            act=secrets.token_urlsafe(24),
            **_shared(session, scope),
        )


def _shared(session: Session, scope: Scope) -> Mapping[str, Any]:
    return {
        "scope": scope,
        "scope_name": wording_queries.scope_name(session, scope),
        "asked": _asked(scope),
    }


def _scope() -> Scope:
    """Read whose mails are meant out of the address; a campaign's before a brand's."""
    campaign_id = request.args.get("campaign", type=int)
    brand_id = request.args.get("brand", type=int) if campaign_id is None else None
    return Scope(brand_id, campaign_id)


def _asked(scope: Scope) -> dict[str, int]:
    given = {"brand": scope.brand_id, "campaign": scope.campaign_id}
    return {name: id_ for name, id_ in given.items() if id_ is not None}


def _sentence(fault: str) -> str:
    return f"{fault[:1].upper()}{fault[1:]}."
