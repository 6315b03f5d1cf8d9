"""The page on which a recruiter says what a job asks for beyond scores."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assess.accounts.guard import actor, member_required
from assess.campaigns import queries, requirement_queries, requirement_service
from assess.campaigns.requirement_forms import requirements_form
from assess.campaigns.requirement_words import asked_words
from assess.campaigns.service import INVITES
from assess.db.scope import reading
from assess.errors import Conflict, Invalid
from assess.web import pages

bp = Blueprint("requirements", __name__, url_prefix="/campaigns/<int:campaign_id>/requirements")


@bp.route("", methods=["GET", "POST"])
@member_required(*INVITES)
def edit(campaign_id: int) -> ResponseReturnValue:
    """Show what is asked; on a valid post ask for something else from now on."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        campaign = queries.campaign(session, campaign_id)
        versions = requirement_queries.history(session, campaign_id)
    held = versions[0] if versions else None
    form = requirements_form(held.requirements if held else (), held.number if held else 0)
    if form.accepted():
        try:
            requirement_service.set_requirements(
                pages.sessions(), actor(), campaign_id, form.requirements(), form.note.data or "",
                after=form.after.data or 0, now=pages.now(),
            )  # fmt: skip
        except Invalid as invalid:
            form.form_errors.extend(fault[:1].upper() + fault[1:] for fault in invalid.faults)
        except Conflict as conflict:
            form.form_errors.append(str(conflict))
        else:
            flash(_("The requirements are set. People are asked about them."), "ok")
            return redirect(url_for("campaigns.show", campaign_id=campaign_id, _anchor="asks"), 303)
    page = render_template(
        "campaigns/requirements.html",
        section="campaigns",
        campaign=campaign,
        form=form,
        versions=versions,
        asked_words=asked_words,
        simulated=pages.settings().simulated or campaign.simulated,
    )
    return page, 422 if form.errors else 200
