"""Write a note about a person."""

import secrets

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length

from assess.accounts.guard import actor, member_required
from assess.campaigns import queries as campaigns
from assess.db.scope import reading
from assess.rankings import note_service
from assess.rankings.note_service import LONGEST_ACT, LONGEST_NOTE
from assess.web import pages
from assess.web.forms import BaseForm

bp = Blueprint("notes", __name__, url_prefix="/campaigns")


class NoteForm(BaseForm):
    """A note."""

    text = TextAreaField(
        lazy_gettext("A note for your colleagues"),
        [InputRequired(lazy_gettext("Please write something.")), Length(max=LONGEST_NOTE)],
        description=lazy_gettext(
            "About the work only. The person can read it in a copy of their data; it cannot be "
            "changed afterwards."
        ),
    )
    act = HiddenField(validators=[InputRequired(), Length(max=LONGEST_ACT)])


def note_form() -> NoteForm:
    """Give an empty form with a name of its own."""
    return NoteForm(act=secrets.token_urlsafe(24))


@bp.post("/<int:campaign_id>/people/<int:candidate_id>/notes")
@member_required(*note_service.WRITES)
def write(campaign_id: int, candidate_id: int) -> ResponseReturnValue:
    """Keep the posted note and go back to the person."""
    form = note_form()
    person = url_for("rankings.person", campaign_id=campaign_id, candidate_id=candidate_id)
    if form.accepted():
        note_service.write_note(
            pages.sessions(), actor(), campaign_id, candidate_id, form.text.data, form.act.data,
            now=pages.now(),
        )  # fmt: skip
        flash(_("The note is kept."), "ok")
        return redirect(f"{person}#notes", 303)
    with reading(pages.sessions(), actor().organisation_id) as session:
        campaign = campaigns.campaign(session, campaign_id)
    page = render_template(
        "rankings/note.html",
        campaign=campaign,
        candidate_id=candidate_id,
        note_form=form,
        section="campaigns",
        simulated=pages.settings().simulated or campaign.simulated,
        breadcrumbs=[
            (_("Campaigns"), url_for("campaigns.index")),
            (campaign.title, url_for("campaigns.show", campaign_id=campaign_id)),
            (_("Person"), person),
            (_("Note"), None),
        ],
    )
    return page, 422
