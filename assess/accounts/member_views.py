"""Pages of administrators: members with their roles."""

import logging
import secrets
import smtplib

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assess.accounts import member_service, oidc_queries, oidc_way_service, queries
from assess.accounts import service as accounts
from assess.accounts.factor_mail import tell
from assess.accounts.guard import actor, current_member, member_required
from assess.accounts.member_forms import InviteForm, RoleForm, SecondFactorForm
from assess.accounts.models import RoleName
from assess.accounts.oidc_queries import ProviderView
from assess.accounts.queries import MemberLine
from assess.accounts.sign_in import link_here
from assess.db.scope import reading
from assess.errors import AssessError, Conflict, Invalid, Refused
from assess.jobs import mail
from assess.web import pages

log = logging.getLogger(__name__)
bp = Blueprint("members", __name__, url_prefix="/members")


@bp.get("")
@member_required(*member_service.MANAGES, fresh="members.index")
def index() -> ResponseReturnValue:
    """Show who is a member as what."""
    return _page(InviteForm(role=RoleName.RECRUITER.value))


@bp.post("")
@member_required(*member_service.MANAGES, fresh="members.index")
def invite() -> ResponseReturnValue:
    """Make somebody a member, and mail them the way in."""
    form = InviteForm()
    if not form.accepted():
        return _page(form), 422
    try:
        member_id, _user = accounts.add_member(
            pages.sessions(), actor(), form.email.data, form.name.data, RoleName(form.role.data),
            now=pages.now(),
        )  # fmt: skip
    except (Conflict, Invalid) as error:
        form.email.errors = [*form.email.errors, str(error)]
        return _page(form), 422
    _send(_line(member_id))
    return _back()


@bp.post("/<int:member_id>/role")
@member_required(*member_service.MANAGES, fresh="members.index")
def change_role(member_id: int) -> ResponseReturnValue:
    """Give a member another role."""
    form, who = RoleForm(), _line(member_id)
    if not form.accepted():
        raise Invalid(_("Choose one of the roles in the list."))
    role = RoleName(form.role.data)
    try:
        member_service.change_role(pages.sessions(), actor(), member_id, role, now=pages.now())
    except Refused as refused:
        return _refused(refused)
    flash(_("%(name)s has the role now that you chose.", name=who.name), "ok")
    return _back()


@bp.post("/<int:member_id>/<any(end, back, mail, reset, unlink):act>")
@member_required(*member_service.MANAGES, fresh="members.index")
def change(member_id: int, act: str) -> ResponseReturnValue:
    """End a membership or begin it again, mail the way in, remove factors, unlink the account."""
    who, sessions, now = _line(member_id), pages.sessions(), pages.now()
    if act == "end":
        try:
            member_service.end_membership(sessions, actor(), member_id, now=now)
        except Refused as refused:
            return _refused(refused)
        flash(_("%(name)s is no longer a member, and signed out everywhere.", name=who.name), "ok")
    elif act == "back":
        member_service.let_back_in(sessions, actor(), member_id, now=now)
        flash(_("%(name)s is a member again.", name=who.name), "ok")
    elif act == "reset":
        return _reset(who)
    elif act == "unlink":
        oidc_way_service.unlink(sessions, actor(), member_id, now=now)
        flash(_("The account of %(name)s is no longer linked.", name=who.name), "ok")
    elif who.active:
        _send(who)
    return _back()


@bp.post("/second-factor")
@member_required(*member_service.MANAGES, fresh="members.index")
def ask_second_factor() -> ResponseReturnValue:
    """Ask every member for a second factor, or no longer."""
    form = SecondFactorForm()
    if not form.accepted():
        return _refused(Invalid(_("Choose one of the two.")))
    asked = form.asked.data == "yes"
    member_service.ask_second_factor(pages.sessions(), actor(), asked=asked, now=pages.now())
    flash(
        _("From now on every member must have a second factor.") if asked
        else _("From now on each member decides about a second factor."), "ok",
    )  # fmt: skip
    return _back()


def _line(member_id: int) -> MemberLine:
    with reading(pages.sessions(), actor().organisation_id) as session:
        return queries.member(session, member_id)


def _back() -> ResponseReturnValue:
    return redirect(url_for(".index"), 303)


def _refused(error: AssessError) -> ResponseReturnValue:
    flash(str(error), "error")
    return _back()


def _reset(who: MemberLine) -> ResponseReturnValue:
    try:
        reset = member_service.reset_factors(pages.sessions(), actor(), who.id, now=pages.now())
    except Refused as refused:
        return _refused(refused)
    if reset:
        flash(_("%(name)s has no second factor now, and is signed out.", name=who.name), "ok")
        host = current_member()
        names = (host.name, host.organisation_name) if host else ("", "")
        # They must learn of it if it was not them who asked.
        told = tell("factors_reset", who.name, who.email, host=names[0], organisation=names[1])
        if not told:
            flash(_("The mail that tells %(name)s could not be sent.", name=who.name), "error")
    return _back()


def _send(who: MemberLine) -> None:
    """Mail the way in at once: it holds a token, so it is never stored; say how that went."""
    host, settings, provider = current_member(), pages.settings(), _provider()
    again = url_for("security.forgot_password")
    if provider is not None:
        again = url_for("oidc.start", short_name=provider.short_name)
    try:
        message = mail.compose(
            settings, "member", who.email, f"member-{secrets.token_hex(12)}",
            name=who.name, host=host.name if host else "",
            organisation=host.organisation_name if host else "", waiting=who.waiting,
            link=_way_in(who, provider), simulated=settings.simulated,
            again=settings.public_url + again, provider=provider.label if provider else "",
        )  # fmt: skip
        mail.send(settings, message)
    except (smtplib.SMTPException, OSError, ValueError) as fault:
        # The server's words may hold the address.
        log.warning("a member's mail was not sent: %s", type(fault).__name__)
        flash(
            _("%(name)s is a member, but the mail could not be sent. Send it again later.",
              name=who.name),
            "error",
        )  # fmt: skip
    else:
        flash(_("A mail with the way in is on its way to %(email)s.", email=who.email), "ok")


def _way_in(who: MemberLine, provider: ProviderView | None) -> str:
    """Give the address that lets a member in: by the provider where there is one."""
    if provider is None:
        return link_here(who.user_id)
    settings = pages.settings()
    token = oidc_way_service.mailed_way_in(
        pages.sessions(), settings, actor(), who.id, now=pages.now()
    )
    return settings.public_url + url_for("oidc.join", token=token)


def _provider() -> ProviderView | None:
    """Give the organisation's provider when it is on."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        found = oidc_queries.provider(session)
    return found if found and found.on else None


def _page(form: InviteForm) -> str:
    with reading(pages.sessions(), actor().organisation_id) as session:
        members = queries.members(session)
        asked = queries.asks_second_factor(session, actor().organisation_id)
    return render_template(
        "accounts/members.html",
        form=form,
        factor_form=SecondFactorForm(formdata=None, asked="yes" if asked else "no"),
        members=members,
        provider=_provider(),
        roles=list(RoleName),
        me=actor().id,
        section="members",
    )
