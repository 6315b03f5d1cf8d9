"""Pages for many people of a campaign at once: who is where, one act on them, its last day."""

import secrets
from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import DateField
from wtforms.validators import InputRequired

from assess.accounts.guard import actor, member_required
from assess.campaigns import closing, outbox, people_act_service, people_acts, queries
from assess.campaigns.models import Campaign, PeopleActKind
from assess.campaigns.people_acts import DONE, NOT_FAILED, Chosen, People
from assess.campaigns.reminding import Hindrance
from assess.campaigns.service import INVITES
from assess.db.scope import reading
from assess.errors import Invalid
from assess.web import pages
from assess.web.forms import BaseForm

bp = Blueprint("people_acts", __name__, url_prefix="/campaigns/<int:campaign_id>")

ON_A_PAGE: Final = 100
LOOK_AGAIN_SECONDS: Final = 1
STATES: Final = {
    People.EVERYBODY: lazy_gettext("Everybody"),
    People.NOT_STARTED: lazy_gettext("Not started"),
    People.UNDER_WAY: lazy_gettext("Under way"),
    People.STALLED: lazy_gettext("Stopped for two days or more"),
    People.NOT_DELIVERED: lazy_gettext("Mail not delivered"),
}
#: Why nothing is done about somebody.
WHY_NOT: Final = {
    Hindrance.FINISHED: lazy_gettext("have handed in"),
    Hindrance.WITHDREW: lazy_gettext("take part no more"),
    Hindrance.NO_ADDRESS: lazy_gettext("have no e-mail address"),
    Hindrance.NOT_REACHED: lazy_gettext("have not been reached by the invitation"),
    Hindrance.STOPPED: lazy_gettext("asked for no more reminders"),
    Hindrance.LAST_SAID: lazy_gettext("have had the reminder that is the last"),
    Hindrance.RECENT: lazy_gettext("were written to within a day"),
    Hindrance.OVER: lazy_gettext("have no day left on which a mail may go"),
    NOT_FAILED: lazy_gettext("have an invitation that went out, or is on its way"),
}


class LastDayForm(BaseForm):
    """Another last day."""

    last_day = DateField(
        lazy_gettext("New last day"), [InputRequired(lazy_gettext("Please fill this in."))]
    )


@bp.get("/people")
@member_required(*INVITES)
def people(campaign_id: int) -> ResponseReturnValue:
    """List the people in a state, to be ticked or taken all together."""
    state = _state(request.args.get("state"))
    now, number = pages.now(), max(request.args.get("page", 1, type=int), 1)
    with reading(pages.sessions(), actor().organisation_id) as session:
        campaign = queries.campaign(session, campaign_id)
        counts = people_acts.counts(session, campaign_id, now)
        last = max(-(-counts[state] // ON_A_PAGE), 1)
        number = min(number, last)
        found = people_acts.page(
            session, campaign_id, state, now, limit=ON_A_PAGE, offset=(number - 1) * ON_A_PAGE
        )
        mails = outbox.lines(session, [one.invitation_id for one in found])
    return render_template(
        "campaigns/people.html",
        section="campaigns",
        campaign=campaign,
        states=STATES,
        state=state,
        counts=counts,
        people=found,
        faults={id_: [one for one in lines if one.fault] for id_, lines in mails.items()},
        page=number,
        pages=last,
        kinds=PeopleActKind,
        over=campaign.is_over(now),
    )


@bp.get("/acts/confirm")
@member_required(*INVITES)
def confirm(campaign_id: int) -> ResponseReturnValue:
    """Tell what an act would come to, before anything is done."""
    kind, chosen, now = _kind(request.args), _chosen(request.args), pages.now()
    if chosen.state is None and not chosen.invitation_ids:
        flash(_("Tick some people first, or take all of a list."), "note")
        return redirect(url_for(".people", campaign_id=campaign_id), 303)
    with reading(pages.sessions(), actor().organisation_id) as session:
        campaign = queries.campaign(session, campaign_id)
        words, begun = people_acts.told(
            people_acts.outcomes(
                session, session.get_one(Campaign, campaign_id), kind,
                chosen.condition(campaign_id, now), now,
            )
        )  # fmt: skip
    return render_template(
        "campaigns/act_confirm.html",
        section="campaigns",
        campaign=campaign,
        kind=kind,
        chosen=chosen,
        state_words=STATES.get(chosen.state) if chosen.state else None,
        done=words.pop(DONE, 0),
        begun=begun,
        others=_why_not(words),
        over=campaign.is_over(now),
        act=secrets.token_urlsafe(24),
    )


@bp.post("/acts/")
@member_required(*INVITES)
def begin(campaign_id: int) -> ResponseReturnValue:
    """Begin an act that was looked at; the same form twice begins one."""
    act_id = people_act_service.begin(
        pages.sessions(), actor(), campaign_id, _kind(request.form), _chosen(request.form),
        act=request.form.get("act", ""), now=pages.now(),
    )  # fmt: skip
    return redirect(url_for(".show", campaign_id=campaign_id, act_id=act_id), 303)


@bp.get("/acts/<int:act_id>")
@member_required(*INVITES)
def show(campaign_id: int, act_id: int) -> ResponseReturnValue:
    """Show how far an act is, and what it came to."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        campaign = queries.campaign(session, campaign_id)
        view = people_act_service.act(session, campaign_id, act_id)
    counts = dict(view.counts)
    running = view.done_at is None and not view.stuck
    response = make_response(
        render_template(
            "campaigns/act_show.html",
            section="campaigns",
            campaign=campaign,
            view=view,
            running=running,
            so_far=sum(counts.values()),
            done=counts.pop(DONE, 0),
            others=_why_not(counts),
        )
    )
    if running:
        response.headers["Refresh"] = str(LOOK_AGAIN_SECONDS)
    return response


@bp.route("/last-day", methods=["GET", "POST"])
@member_required(*INVITES)
def last_day(campaign_id: int) -> ResponseReturnValue:
    """Show who is under way; on a valid post move the last day."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        campaign = queries.campaign(session, campaign_id)
        standing = closing.under_way(session, campaign_id)
    form = LastDayForm(last_day=max(campaign.closes_on, pages.now().date()))
    if form.accepted():
        try:
            closing.move_last_day(
                pages.sessions(), actor(), campaign_id, form.last_day.data, now=pages.now()
            )
        except Invalid as invalid:
            form.form_errors.extend(f"{one[:1].upper()}{one[1:]}." for one in invalid.faults)
        else:
            flash(_("The last day is moved. Links that were sent follow it."), "ok")
            return redirect(url_for("campaigns.show", campaign_id=campaign_id), 303)
    page = render_template(
        "campaigns/last_day.html",
        section="campaigns",
        campaign=campaign,
        standing=standing,
        form=form,
        over=campaign.is_over(pages.now()),
        hours=int(queries.TO_FINISH.total_seconds() // 3600),
    )
    return page, 422 if form.errors else 200


@bp.post("/close")
@member_required(*INVITES)
def close(campaign_id: int) -> ResponseReturnValue:
    """Close the campaign at once."""
    closing.close(pages.sessions(), actor(), campaign_id, now=pages.now())
    flash(_("The campaign is closed. What people answered is kept."), "ok")
    return redirect(url_for("campaigns.show", campaign_id=campaign_id), 303)


def _state(word: str | None) -> People:
    return People(word) if word in tuple(People) else People.EVERYBODY


def _kind(given: Mapping[str, Any]) -> PeopleActKind:
    word = given.get("kind")
    if word not in tuple(PeopleActKind):
        raise Invalid("act: choose what is to be done")
    return PeopleActKind(word)


def _chosen(given: Any) -> Chosen:
    """Read whom a form or an address means: a state as a whole, else who is ticked."""
    word = given.get("all")
    if word in tuple(People):
        return Chosen(People(word))
    ticked = dict.fromkeys(given.getlist("person", type=int))
    return Chosen(None, tuple(ticked)[: people_act_service.MOST_CHOSEN])


def _why_not(words: Mapping[str, int]) -> list[tuple[str, int]]:
    """Give why nothing is done about whom, in words, the most first."""
    rows = [(str(WHY_NOT[word]), number) for word, number in words.items()]
    return sorted(rows, key=lambda row: -row[1])
