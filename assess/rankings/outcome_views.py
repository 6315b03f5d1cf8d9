"""Tell people how somebody decided: read the mail first, then send it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from assess.accounts.guard import actor, member_required
from assess.campaigns import mailing
from assess.campaigns import queries as campaigns
from assess.db.scope import reading
from assess.rankings import decision_queries, outcome_service
from assess.rankings.decision_queries import Waiting
from assess.rankings.decision_words import done
from assess.web import pages
from assess.web.languages import LANGUAGES

bp = Blueprint("outcomes", __name__, url_prefix="/campaigns")


@dataclass(frozen=True)
class Group:
    """People who get the same mail in the same language, and the first one's as it will be."""

    heading: str
    people: Sequence[Waiting]
    subject: str
    text: str


@bp.get("/<int:campaign_id>/outcomes")
@member_required(*outcome_service.TELLS)
def show(campaign_id: int) -> ResponseReturnValue:
    """Show who is to be told what; ``person`` shows one person alone."""
    only = request.args.get("person", type=int)
    with reading(pages.sessions(), actor().organisation_id) as session:
        campaign = campaigns.campaign(session, campaign_id)
        found = decision_queries.waiting(session, campaign_id)
        chosen = [one for one in found if only in (None, one.candidate_id)]
        lost = [
            one
            for one in decision_queries.undelivered(session, campaign_id)
            if only in (None, one.candidate_id)
        ]
        reached = [one for one in chosen if one.has_address]
        groups = []
        for (kind, language), run in groupby(reached, key=lambda one: (one.kind, one.language)):
            people = list(run)
            subject, text = mailing.preview(
                session, pages.settings(), people[0].invitation_id, outcome_service.MAILS[kind]
            )
            heading = (
                f"{done(kind)[:1].upper()}{done(kind)[1:]}, {LANGUAGES.get(language, language)}"
            )
            groups.append(Group(heading, people, subject, text))
    return render_template(
        "rankings/outcomes.html",
        campaign=campaign,
        groups=groups,
        lost=lost,
        unreached=[one for one in chosen if not one.has_address],
        only=only,
        done=done,
        section="campaigns",
        simulated=pages.settings().simulated or campaign.simulated,
        breadcrumbs=[
            (_("Campaigns"), url_for("campaigns.index")),
            (campaign.title, url_for("campaigns.show", campaign_id=campaign_id)),
            (_("Ranking"), url_for("rankings.show", campaign_id=campaign_id)),
            (_("Tell people"), None),
        ],
    )


@bp.post("/<int:campaign_id>/outcomes")
@member_required(*outcome_service.TELLS)
def tell(campaign_id: int) -> ResponseReturnValue:
    """Send the mails of the ticked decisions."""
    ticked = request.form.getlist("decision", type=int)
    if not ticked:
        flash(_("Nobody was told: tick at least one person."), "note")
        return redirect(url_for(".show", campaign_id=campaign_id), 303)
    count = outcome_service.tell(pages.sessions(), actor(), campaign_id, ticked, now=pages.now())
    if count:
        flash(
            ngettext("%(num)s mail is on its way.", "%(num)s mails are on their way.", count), "ok"
        )
    else:
        flash(_("They were told already; nothing was sent again."), "note")
    return redirect(url_for(".show", campaign_id=campaign_id), 303)


@bp.post("/<int:campaign_id>/outcomes/again")
@member_required(*outcome_service.TELLS)
def again(campaign_id: int) -> ResponseReturnValue:
    """Send the mails anew that did not arrive, to the ticked people."""
    ticked = request.form.getlist("person", type=int)
    count = outcome_service.tell_again(
        pages.sessions(), actor(), campaign_id, ticked, now=pages.now()
    )
    if count:
        flash(
            ngettext("%(num)s mail is on its way.", "%(num)s mails are on their way.", count), "ok"
        )
    else:
        flash(_("Nobody was ticked whose mail did not arrive; nothing was sent."), "note")
    return redirect(url_for(".show", campaign_id=campaign_id), 303)
