"""Pages of campaigns: list, opening, progress and invitations."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, format_datetime, ngettext
from flask_babel import gettext as _

from assess.accounts.actor import Actor
from assess.accounts.guard import actor, member_required
from assess.accounts.models import RoleName
from assess.authoring.queries import (
    Offer,
    library,
    present,
    public_examples,
)
from assess.campaigns import (
    another_way,
    opening_page,
    outbox,
    queries,
    requests,
    requirement_queries,
    service,
)
from assess.campaigns.flow_page import flow_page
from assess.campaigns.flow_queries import Kept
from assess.campaigns.forms import InviteForm, ReminderForm, campaign_form
from assess.campaigns.pictures import demand_table, mix_picture, mix_table
from assess.campaigns.requirement_words import asked_words
from assess.db.scope import reading
from assess.errors import Invalid
from assess.instruments.model import Instrument
from assess.instruments.wording import languages
from assess.profiles import queries as profiles
from assess.web import pages

bp = Blueprint("campaigns", __name__, url_prefix="/campaigns")

SEES_PEOPLE = (RoleName.RECRUITER, RoleName.HIRING_MANAGER, RoleName.ADMINISTRATOR)
SEES_RANKINGS = (*SEES_PEOPLE, RoleName.PSYCHOLOGIST)
KEEPS_INSTRUMENTS = (RoleName.PSYCHOLOGIST, RoleName.ADMINISTRATOR)
USUAL_DAYS = timedelta(days=14)
PEOPLE_ON_A_PAGE = 100
#: Sorting by name reads everybody for each page.
BY_NAME_UP_TO = 5_000
MOST_FAULTS_SHOWN = 20


@bp.app_template_filter("day")
def day(value: date) -> str:
    """Write a day as the reader's language does."""
    return str(format_date(value, "d MMM y"))


@bp.app_template_filter("moment")
def moment(value: datetime) -> str:
    """Write a moment as the reader's language does, in UTC."""
    return str(format_datetime(value, "d MMM y, HH:mm 'UTC'"))


@bp.get("/")
@member_required()
def index() -> ResponseReturnValue:
    """List the organisation's campaigns."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        found = queries.campaigns(session)
    return render_template(
        "campaigns/index.html",
        section="campaigns",
        campaigns=found,
        may_open=actor().role in service.OPENS,
    )


@bp.route("/new", methods=["GET", "POST"])
@member_required(*service.OPENS)
def new() -> ResponseReturnValue:
    """Show the opening form; on a valid post open the campaign and go to it."""
    today = pages.now().date()
    with reading(pages.sessions(), actor().organisation_id) as session:
        catalogue = profiles.with_own_drivers(session, pages.catalogue())
        start = opening_page.start(session, catalogue)
        offers = _in_order(library(session, catalogue), catalogue.default_battery)
    form = campaign_form(catalogue.call_drivers, offers, today=today)(
        seats=1,
        opens_on=today,
        closes_on=today + USUAL_DAYS,
        battery=list(catalogue.default_battery),
        **start.fields,
    )
    if opening_page.asks_to_open() and form.accepted():
        opening = form.opening(start.emotional_load)
        try:
            campaign_id = service.open_campaign(
                pages.sessions(), actor(), catalogue, opening, now=pages.now()
            )
        except Invalid as invalid:
            form.form_errors.extend(invalid.faults)
        else:
            flash(_("The campaign is open. Now invite people."), "ok")
            return redirect(url_for(".show", campaign_id=campaign_id))
    return opening_page.page(form, offers, catalogue, start)


@bp.get("/<int:campaign_id>/")
@member_required()
def show(campaign_id: int) -> ResponseReturnValue:
    """Show a campaign: what it asks, how far people are, who is in it."""
    return _campaign_page(campaign_id, InviteForm())


@bp.post("/<int:campaign_id>/invite")
@member_required(*service.INVITES)
def invite(campaign_id: int) -> ResponseReturnValue:
    """Invite the people of the posted form, all or nobody."""
    form = InviteForm()
    if not form.accepted():
        return _campaign_page(campaign_id, form), 422
    try:
        invited = service.invite(
            pages.sessions(), actor(), campaign_id, form.people(), now=pages.now()
        )
    except Invalid as invalid:
        _show_faults(form, invalid)
        return _campaign_page(campaign_id, form), 422
    flash(_outcome(invited), "ok" if invited.invitation_ids else "note")
    return redirect(url_for(".show", campaign_id=campaign_id))


@bp.post("/<int:campaign_id>/invitations/<int:invitation_id>/send")
@member_required(*service.INVITES)
def send_again(campaign_id: int, invitation_id: int) -> ResponseReturnValue:
    """Queue a mail that could not be sent."""
    service.send_again(pages.sessions(), actor(), campaign_id, invitation_id, now=pages.now())
    flash(_("The mail is on its way again."), "ok")
    return redirect(url_for(".show", campaign_id=campaign_id))


@bp.post("/<int:campaign_id>/reminders")
@member_required(*service.INVITES)
def set_reminders(campaign_id: int) -> ResponseReturnValue:
    """Keep which reminders the campaign sends."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        form = ReminderForm(queries.campaign(session, campaign_id).reminders)
    if not form.accepted():
        return _campaign_page(campaign_id, InviteForm(), form), 422
    service.set_reminders(pages.sessions(), actor(), campaign_id, form.choice(), now=pages.now())
    flash(_("The reminders are set."), "ok")
    return redirect(url_for(".show", campaign_id=campaign_id, _anchor="reminders"))


@bp.post("/<int:campaign_id>/blind")
@member_required(*service.INVITES, fresh="campaigns.show")
def set_blind(campaign_id: int) -> ResponseReturnValue:
    """Review by code, or by name."""
    blind = request.form.get("blind") == "on"
    service.set_blind(pages.sessions(), actor(), campaign_id, blind=blind, now=pages.now())
    flash(
        _("Names are hidden until a decision.") if blind else _("Names are shown to everybody."),
        "ok",
    )
    return redirect(url_for(".show", campaign_id=campaign_id, _anchor="blind"))


@bp.post("/<int:campaign_id>/ways/<int:request_id>/answered")
@member_required(*another_way.ANSWERS)
def way_answered(campaign_id: int, request_id: int) -> ResponseReturnValue:
    """Note that a candidate's question for another way is answered."""
    another_way.mark_answered(pages.sessions(), actor(), campaign_id, request_id, now=pages.now())
    flash(_("Noted. The person sees it, too."), "ok")
    return redirect(url_for(".show", campaign_id=campaign_id, _anchor="ways"))


def _campaign_page(
    campaign_id: int, form: InviteForm, reminder_form: ReminderForm | None = None
) -> str:
    """Render one campaign with the parts that the member's role may see."""
    who, number = actor(), max(request.args.get("page", 1, type=int), 1)
    sees_people = who.role in SEES_PEOPLE
    with reading(pages.sessions(), who.organisation_id) as session:
        campaign = queries.campaign(session, campaign_id)
        catalogue = profiles.with_own_drivers(session, pages.catalogue(), retired=True)
        found = present(session, pages.catalogue(), campaign.parts)
        flow = flow_page(
            session, campaign, found, _kept(), request.args, pages.now(), names=sees_people
        )
        progress = flow.flow.progress
        asked = requests.reviews(session, campaign_id) if who.role in requests.ANSWERS else ()
        last = max(-(-progress.invited // PEOPLE_ON_A_PAGE), 1)
        people = queries.people(
            session,
            campaign_id,
            limit=PEOPLE_ON_A_PAGE if sees_people else 0,
            offset=(min(number, last) - 1) * PEOPLE_ON_A_PAGE,
            named=progress.invited <= BY_NAME_UP_TO,
        )
        ways = another_way.asked(session, campaign_id) if sees_people else {}
        mails = outbox.lines(session, [person.invitation_id for person in people])
        public = public_examples(session, found)
        asks = requirement_queries.asked(session, campaign_id)
        ask_counts = requirement_queries.counts(session, campaign_id) if asks else {}
    return render_template(
        "campaigns/show.html",
        section="campaigns",
        campaign=campaign,
        simulated=pages.settings().simulated or campaign.simulated,
        progress=progress,
        flow=flow,
        people=people,
        by_name=progress.invited <= BY_NAME_UP_TO,
        ways=ways,
        open_ways=sum(way.answered_at is None for asked in ways.values() for way in asked),
        page=min(number, last),
        pages=last,
        form=form,
        mails=mails,
        asks=asks,
        ask_counts=ask_counts,
        asked_words=asked_words,
        reminder_form=reminder_form or ReminderForm(campaign.reminders),
        waiting=[one for one in asked if one.answered_at is None],
        today=pages.now().date(),
        mix_picture=mix_picture(campaign.profile, catalogue, title=_("Contact mix")),
        mix=mix_table(campaign.profile, catalogue),
        demand=demand_table(campaign.profile, catalogue),
        battery=[(_title(found, part), part) for part in campaign.battery],
        prior=catalogue.prior,
        titles={one.code: one.title for one in catalogue.competencies},
        sees_people=sees_people,
        may_invite=who.role in service.INVITES,
        over=campaign.is_over(pages.now()),
        early=campaign.opens_on > pages.now().date(),
        links=_links(who, campaign_id),
        public=[one.staff_title for one in public],
        unsigned=_unsigned(found) if who.role in KEEPS_INSTRUMENTS else [],
    )


def _kept() -> Kept:
    """Give the counts of large campaigns that this service keeps for a minute."""
    kept: Kept = current_app.extensions.setdefault("assess_campaign_counts", Kept())
    return kept


def _unsigned(found: Mapping[str, Instrument]) -> list[tuple[str, list[str], str]]:
    """Give title, languages and address of instruments with translations nobody has signed."""
    drafted = {
        digest: [
            one for one in languages(it) if one in it.wordings and it.wordings[one].machine_drafted
        ]
        for digest, it in found.items()
    }
    return [
        (found[digest].staff_title, codes, url_for("authoring.show", digest=digest))
        for digest, codes in drafted.items()
        if codes
    ]


def _links(who: Actor, campaign_id: int) -> dict[str, str]:
    """Give the addresses of pages in rooms above, where they are built and open to the member."""
    offered = {
        "ranking": ("rankings.show", SEES_RANKINGS),
        "tuning": ("tuning.show", SEES_RANKINGS),
        "said": ("portal_members.show", requests.ANSWERS),
    }
    return {
        name: url_for(endpoint, campaign_id=campaign_id)
        for name, (endpoint, roles) in offered.items()
        if endpoint in current_app.view_functions and who.role in roles
    }


def _in_order(offers: Sequence[Offer], usual: Sequence[str]) -> list[Offer]:
    """Give the library, the quick statements first, the usual before the optional."""
    kinds = ("rating", "judgement", "most_least")
    return sorted(
        offers, key=lambda one: (kinds.index(one.instrument.kind), one.choice not in usual)
    )


def _title(found: Mapping[str, Instrument], part: queries.BatteryPart) -> str:
    """Give a questionnaire's title; its key when the installation no longer has it."""
    return found[part.digest].staff_title if part.digest in found else part.key


def _show_faults(form: InviteForm, invalid: Invalid) -> None:
    faults = [fault[:1].upper() + fault[1:] for fault in invalid.faults]
    hidden = len(faults) - MOST_FAULTS_SHOWN
    if hidden > 0:
        more = ngettext("and %(num)s more fault", "and %(num)s more faults", hidden)
        faults = [*faults[:MOST_FAULTS_SHOWN], more]
    form.form_errors.append(_("Nobody was invited, because not every line is in order."))
    form.form_errors.extend(faults)


def _outcome(invited: service.Invited) -> str:
    count = len(invited.invitation_ids)
    words = [
        str(ngettext("%(num)s person is invited.", "%(num)s people are invited.", count))
        if count
        else _("Nobody new is invited.")
    ]
    if invited.already:
        words.append(
            ngettext(
                "%(num)s was in the campaign already.",
                "%(num)s were in the campaign already.",
                invited.already,
            )
        )
    return " ".join(words)
