"""Pages of the raters of a job: who was asked, what they say, and what is made of it."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from assess.accounts.guard import actor, member_required
from assess.db.scope import reading
from assess.errors import Conflict, Invalid, NotFound, Refused
from assess.profiles import rater_queries, rater_service
from assess.profiles.rater_access import rater_link
from assess.profiles.rater_forms import AdoptForm, AskForm
from assess.profiles.rater_page import coefficient, result_page
from assess.profiles.rater_queries import RoundView
from assess.profiles.rater_statements import STATEMENTS
from assess.profiles.rater_study import LEAST_RATERS, MOST_RATERS
from assess.web import pages

bp = Blueprint("profile_raters", __name__, url_prefix="/profiles/<int:profile_id>/raters")


@bp.get("")
@member_required(*rater_service.INVITES)
def index(profile_id: int) -> ResponseReturnValue:
    """Show who was asked to rate the job, and what their ratings come to."""
    return _page(profile_id)


@bp.post("/ask")
@member_required(*rater_service.INVITES)
def ask(profile_id: int) -> ResponseReturnValue:
    """Ask people to rate."""
    form = AskForm()
    if form.accepted():
        try:
            people = rater_service.people_of(form.people.data)
            new = rater_service.invite(
                pages.sessions(), actor(), profile_id, people,
                now=pages.now(), rng=secrets.SystemRandom(),
            )  # fmt: skip
        except Invalid as invalid:
            form.people.errors = [*form.people.errors, *invalid.faults]
        else:
            flash(
                ngettext("%(num)s mail is on its way.", "%(num)s mails are on their way.", new)
                if new
                else _("All of them were asked already."),
                "ok",
            )
            return _back(profile_id)
    return _page(profile_id, ask_form=form), 422


@bp.post("/<int:rater_id>/<any(send, revoke, forget):act>")
@member_required(*rater_service.INVITES)
def about(profile_id: int, rater_id: int, act: str) -> ResponseReturnValue:
    """Send a rater's link again, take it back, or forget who they are."""
    _must_belong(profile_id, rater_id)
    sessions, now = pages.sessions(), pages.now()
    if act == "send":
        rater_service.ask_again(sessions, actor(), rater_id, now=now)
        flash(_("The link is on its way."), "ok")
    elif act == "revoke":
        rater_service.revoke(sessions, actor(), rater_id, now=now)
        flash(_("The link no longer works."), "ok")
    else:
        rater_service.forget(sessions, pages.settings(), actor(), rater_id, now=now)
        flash(_("Name and address are erased. The ratings stay, without a name."), "ok")
    return _back(profile_id)


@bp.post("/names")
@member_required(*rater_service.INVITES)
def names(profile_id: int) -> ResponseReturnValue:
    """Show the result with names beside letters, and leave in the trail that somebody looked."""
    found = _needed(profile_id)
    rater_service.note_named(pages.sessions(), actor(), found.id, now=pages.now())
    return _page(profile_id, named=True)


@bp.post("/talk")
@member_required(*rater_service.INVITES)
def talk(profile_id: int) -> ResponseReturnValue:
    """Ask all raters to talk and to look at their ratings again."""
    found = _needed(profile_id)
    rater_service.ask_to_talk(
        pages.sessions(), actor(), pages.catalogue(), found.id, now=pages.now()
    )
    flash(_("The raters are asked to talk, and to look at their ratings again."), "ok")
    return _back(profile_id)


@bp.post("/close")
@member_required(*rater_service.INVITES)
def close(profile_id: int) -> ResponseReturnValue:
    """Close the round without using the mean."""
    found = _needed(profile_id)
    rater_service.close_round(pages.sessions(), actor(), found.id, now=pages.now())
    flash(_("The ratings are closed. The profile stays as it was."), "ok")
    return _back(profile_id)


@bp.post("/adopt")
@member_required(*rater_service.INVITES)
def adopt(profile_id: int) -> ResponseReturnValue:
    """Make the mean a new version of the profile."""
    form = AdoptForm()
    found = _needed(profile_id)
    if form.accepted():
        try:
            rater_service.adopt(
                pages.sessions(), actor(), pages.catalogue(), found.id,
                seal=form.seal.data, reason=form.reason.data, now=pages.now(),
            )  # fmt: skip
        except (Conflict, Refused, Invalid) as error:
            form.form_errors.append(str(error))
            status = 409 if isinstance(error, Conflict) else 422
            return _page(profile_id, adopt_form=form), status
        flash(_("The profile has a new version with the raters' mean."), "ok")
        return _back(profile_id)
    return _page(profile_id, adopt_form=form), 422


def _back(profile_id: int) -> ResponseReturnValue:
    return redirect(url_for(".index", profile_id=profile_id), 303)


def _must_belong(profile_id: int, rater_id: int) -> None:
    """Raise NotFound for a rater of another profile."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        for found in rater_queries.rounds(session, profile_id):
            if any(one.id == rater_id for one in found.raters):
                return
    raise NotFound("Nobody like this was asked to rate this job.")


def _needed(profile_id: int) -> RoundView:
    """Give the profile's newest round; NotFound before the first."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        found = rater_queries.rounds(session, profile_id)
    if not found:
        raise NotFound("Nobody was asked to rate this job yet.")
    return found[0]


def _page(
    profile_id: int,
    *,
    ask_form: AskForm | None = None,
    adopt_form: AdoptForm | None = None,
    named: bool = False,
) -> str:
    with reading(pages.sessions(), actor().organisation_id) as session:
        found = rater_queries.rounds(session, profile_id)
        version = rater_queries.newest_version(session, profile_id)
        newest = found[0] if found else None
        result = _result(session, newest, named=named) if newest else None
    settings = pages.settings()
    return render_template(
        "profiles/raters.html",
        section="profiles",
        profile_id=profile_id,
        version=version,
        round=newest,
        earlier=found[1:],
        open=newest is not None and newest.closed_at is None,
        result=result,
        named=named,
        talked=bool(newest and newest.talks and newest.talks[-1]["digest"] == newest.seal),
        talks=[_talk(one) for one in newest.talks] if newest else [],
        links={one.id: rater_link(settings, one) for one in newest.raters if one.may_rate}
        if newest
        else {},
        ask_form=ask_form or AskForm(formdata=None),
        adopt_form=adopt_form or AdoptForm(formdata=None, seal=newest.seal if newest else ""),
        least=LEAST_RATERS,
        most=MOST_RATERS,
        breadcrumbs=_crumbs(profile_id, version.name),
    )


def _talk(held: Mapping[str, Any]) -> dict[str, Any]:
    """Give one time the raters were asked to talk, in words."""
    shorts = {one.code: one.short for one in STATEMENTS}
    return {
        "at": datetime.fromisoformat(held["at"]),
        "items": ", ".join(shorts.get(code, code) for code in held["items"]),
        "icc": coefficient(held["icc"]),
        "raters": held["raters"],
    }


def _result(session: Session, found: RoundView, *, named: bool) -> dict[str, Any] | None:
    """Give what the ratings come to; None while fewer than two people have rated."""
    version = rater_queries.compared_with(session, found)
    study = rater_queries.study_of(session, pages.catalogue(), found, version)
    if study is None:
        return None
    return result_page(pages.catalogue(), study, found, version, named=named)


def _crumbs(profile_id: int, name: str) -> list[tuple[str, str | None]]:
    """Lead back to the profile where there is a page of it."""
    views = current_app.view_functions
    crumbs: list[tuple[str, str | None]] = []
    if "profiles.index" in views:
        crumbs.append((_("Profiles"), url_for("profiles.index")))
    shown = "profiles.show" in views
    crumbs.append((name, url_for("profiles.show", profile_id=profile_id) if shown else None))
    return [*crumbs, (_("Raters"), None)]
