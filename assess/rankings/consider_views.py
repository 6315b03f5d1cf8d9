"""The page that invites people of a ranking to another campaign, and asks for their agreement."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import SelectField
from wtforms.validators import InputRequired

from assess.accounts.guard import actor, member_required
from assess.campaigns import considering
from assess.campaigns import queries as campaigns
from assess.campaigns.considering import Considered
from assess.campaigns.queries import CampaignView
from assess.campaigns.service import INVITES
from assess.db.scope import reading
from assess.errors import Invalid
from assess.rankings import labels, queries
from assess.rankings.open_campaigns import OpenCampaign, open_campaigns
from assess.rankings.queries import EntryView, SnapshotView
from assess.rankings.views import crumbs
from assess.web import pages
from assess.web.forms import BaseForm

bp = Blueprint("consider", __name__, url_prefix="/campaigns")


class ConsiderForm(BaseForm):
    """For which campaign."""

    other = SelectField(
        _("Campaign"), [InputRequired(_("Please choose one."))], coerce=int, validate_choice=True
    )


@bp.route("/<int:campaign_id>/consider", methods=["GET", "POST"])
@member_required(*INVITES)
def consider(campaign_id: int) -> ResponseReturnValue:
    """Ask which campaign the chosen people are invited to; on a valid post invite them."""
    chosen = list(dict.fromkeys(request.values.getlist("person", type=int)))
    if not chosen:
        flash(_("Tick the people you want to consider for another campaign first."), "note")
        return redirect(url_for("rankings.show", campaign_id=campaign_id), 303)
    campaign, snapshot, hidden, others = _table(campaign_id, chosen, pages.now().date())
    form = ConsiderForm()
    form.other.choices = [(one.id, f"{one.title}, {one.brand}") for one in others]
    if form.accepted() and not hidden:
        try:
            done = considering.consider(
                pages.sessions(), actor(), campaign_id, form.other.data, chosen, now=pages.now()
            )
        except Invalid as invalid:
            form.form_errors.extend(invalid.faults)
        else:
            flash(_said(done), "ok" if done.invited else "note")
            return redirect(url_for("rankings.show", campaign_id=campaign_id), 303)
    shown = render_template(
        "rankings/consider.html",
        campaign=campaign,
        people=snapshot.entries,
        hidden=hidden,
        others=others,
        form=form,
        section="campaigns",
        simulated=pages.settings().simulated or campaign.simulated,
        breadcrumbs=crumbs(
            campaign,
            (_("Ranking"), url_for("rankings.show", campaign_id=campaign_id)),
            (_("Consider for another campaign"), None),
        ),
    )
    return shown, 422 if form.errors or (hidden and form.is_submitted()) else 200


def _table(
    campaign_id: int, chosen: list[int], today: date
) -> tuple[CampaignView, SnapshotView, list[EntryView], list[OpenCampaign]]:
    """Give the campaign, the chosen people as this member may see them, the campaigns open.

    Third stands whose name is hidden: the other campaign would list the name, and so tell whose
    result it is.
    """
    with reading(pages.sessions(), actor().organisation_id) as session:
        campaign = campaigns.campaign(session, campaign_id)
        found = queries.people(session, queries.needed(session, campaign_id), chosen)
        seen = labels.sight(session, campaign_id, actor().id)
        snapshot = labels.blinded(found, seen)
        others = [
            one
            for one in open_campaigns(session, today)
            if one.id != campaign_id and one.simulated == campaign.simulated
        ]
    hidden = [one for one in snapshot.entries if seen.hides(one.candidate_id)]
    return campaign, snapshot, hidden, others


def _said(done: Considered) -> str:
    parts = [
        ngettext(
            "%(num)s person is invited and asked to agree.",
            "%(num)s people are invited and asked to agree.",
            done.invited,
        )
    ]
    if done.already:
        parts.append(
            ngettext(
                "%(num)s person is in that campaign already.",
                "%(num)s people are in that campaign already.",
                done.already,
            )
        )
    if done.unreachable:
        parts.append(
            ngettext(
                "%(num)s person has no e-mail address and cannot be asked.",
                "%(num)s people have no e-mail address and cannot be asked.",
                done.unreachable,
            )
        )
    return " ".join(parts)
