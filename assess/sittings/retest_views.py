"""Pages of members about answering again: the rule, and who may answer sooner."""

from typing import Final

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assess.accounts.guard import actor, member_required
from assess.campaigns import queries as campaigns
from assess.db.scope import reading
from assess.errors import Conflict
from assess.sittings import retest_service, reuse_queries
from assess.sittings.retest import DEFAULT
from assess.sittings.retest_forms import CampaignRuleForm, ReasonForm, RuleForm
from assess.sittings.retest_service import SETS_FOR_ALL, SETS_FOR_CAMPAIGN
from assess.web import pages

bp = Blueprint("retest", __name__)

MOST_SHOWN: Final = 200


@bp.route("/retest", methods=["GET", "POST"])
@member_required(*SETS_FOR_ALL)
def organisation() -> ResponseReturnValue:
    """Show the organisation's rule; on a valid post keep it."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        policy = reuse_queries.policy(session, None)
    form = RuleForm(**policy.plain())
    if form.accepted():
        retest_service.set_rule(pages.sessions(), actor(), None, form.policy(), now=pages.now())
        flash(_("The rule is kept. What people have agreed to before stays as it was."), "ok")
        return redirect(url_for(".organisation"), 303)
    shown = render_template(
        "sittings/retest.html",
        form=form,
        section="members",
        campaign=None,
        breadcrumbs=[(_("Members"), url_for("members.index")), (_("Answering again"), None)],
    )
    return shown, 422 if form.errors else 200


@bp.route("/campaigns/<int:campaign_id>/retest", methods=["GET", "POST"])
@member_required(*SETS_FOR_CAMPAIGN)
def campaign(campaign_id: int) -> ResponseReturnValue:
    """Show a campaign's rule and who has to wait; on a valid post keep the rule."""
    form = _rule_form(campaign_id)
    if form.accepted():
        chosen = form.policy() if form.whose.data == "own" else None
        retest_service.set_rule(pages.sessions(), actor(), campaign_id, chosen, now=pages.now())
        flash(_("The rule is kept. What people have agreed to before stays as it was."), "ok")
        return redirect(url_for(".campaign", campaign_id=campaign_id), 303)
    return _campaign_page(campaign_id, form), 422 if form.errors else 200


@bp.post("/campaigns/<int:campaign_id>/retest/<int:invitation_id>/allow")
@member_required(*SETS_FOR_CAMPAIGN)
def allow(campaign_id: int, invitation_id: int) -> ResponseReturnValue:
    """Let one person answer sooner, with a reason."""
    form = ReasonForm()
    if not form.accepted():
        return _campaign_page(
            campaign_id, _rule_form(campaign_id, as_kept=True), invitation_id, form
        ), 422
    try:
        retest_service.allow_sooner(
            pages.sessions(), actor(), campaign_id, invitation_id, form.reason.data,
            today=pages.now().date(), now=pages.now(),
        )  # fmt: skip
    except Conflict:
        flash(_("This person need not wait, or has begun already. Nothing was changed."), "note")
    else:
        flash(_("Noted with your name: this person may answer now."), "ok")
    return redirect(url_for(".campaign", campaign_id=campaign_id), 303)


def _rule_form(campaign_id: int, *, as_kept: bool = False) -> CampaignRuleForm:
    """Give the form of a campaign's rule, with what was typed unless ``as_kept``."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        campaigns.campaign(session, campaign_id)
        own = reuse_queries.own_policy(session, campaign_id)
        policy = reuse_queries.policy(session, campaign_id)
    untyped = {"formdata": None} if as_kept else {}
    return CampaignRuleForm(**untyped, whose="own" if own else "organisation", **policy.plain())


def _campaign_page(
    campaign_id: int,
    form: CampaignRuleForm,
    refused: int | None = None,
    reason: ReasonForm | None = None,
) -> str:
    """Render the page; ``reason`` is the faulty form about the invitation ``refused``."""
    today = pages.now().date()
    with reading(pages.sessions(), actor().organisation_id) as session:
        found = campaigns.campaign(session, campaign_id)
        waiting = reuse_queries.waiting(session, campaign_id, found.parts, today)
        general = reuse_queries.own_policy(session, None) or DEFAULT
    return render_template(
        "sittings/retest.html",
        form=form,
        campaign=found,
        general=general,
        people=waiting[:MOST_SHOWN],
        more=max(len(waiting) - MOST_SHOWN, 0),
        reasons={
            person.invitation_id: reason
            if reason is not None and person.invitation_id == refused
            else ReasonForm(formdata=None)
            for person in waiting[:MOST_SHOWN]
        },
        section="campaigns",
        simulated=pages.settings().simulated or found.simulated,
        breadcrumbs=[
            (_("Campaigns"), url_for("campaigns.index")),
            (found.title, url_for("campaigns.show", campaign_id=campaign_id)),
            (_("Answering again"), None),
        ],
    )
