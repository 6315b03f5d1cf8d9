"""Pages of decisions: decide on one person or several, with a name and a reason."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from assess.accounts.guard import actor, member_required
from assess.campaigns import queries as campaigns
from assess.campaigns.queries import CampaignView
from assess.db.scope import reading
from assess.errors import Conflict
from assess.rankings import decision_queries, decision_service, labels, queries
from assess.rankings.decision_forms import HINT, DecisionForm, DeclineForm, decline_form
from assess.rankings.decision_queries import DecisionView
from assess.rankings.decision_words import done
from assess.rankings.decisions import to_look_at
from assess.rankings.models import DecisionKind
from assess.rankings.queries import SnapshotView
from assess.rankings.readings import fit_reading
from assess.web import pages

bp = Blueprint("decisions", __name__, url_prefix="/campaigns")

TOGETHER = (DecisionKind.ADVANCE, DecisionKind.HOLD, DecisionKind.HIRED)


@dataclass(frozen=True)
class Table:
    """What lies on the table: the chosen people, what was decided, who is to be opened first."""

    campaign: CampaignView
    snapshot: SnapshotView
    decisions: dict[int, DecisionView]
    seen: int
    sample: tuple[int, ...]
    opened: set[int]

    @property
    def people(self) -> list[int]:
        """The chosen people's candidate ids, in the order of the page."""
        return [entry.candidate_id for entry in self.snapshot.entries]


@bp.route("/<int:campaign_id>/decide", methods=["GET", "POST"])
@member_required(*decision_service.DECIDES)
def decide(campaign_id: int) -> ResponseReturnValue:
    """Ask for a decision on the chosen people; on a valid post keep it."""
    chosen = list(dict.fromkeys(request.values.getlist("person", type=int)))
    if not chosen:
        flash(_("Choose the people you want to decide on first."), "note")
        return redirect(url_for("rankings.show", campaign_id=campaign_id), 303)
    table = _table(campaign_id, chosen)
    declining = len(table.people) > 1 and "decline" in request.values
    form = _form(table, declining=declining)
    status = 200
    if form.accepted():
        try:
            return _keep(table, form)
        except Conflict as conflict:
            form.form_errors.append(str(conflict))
            # What is shown now is what the next try rests on.
            form.snapshot_id.data, form.seen.data = table.snapshot.id, table.seen
            status = 409
    elif form.errors:
        status = 422
    return _page(table, form, declining=declining), status


def decision_form(snapshot_id: int, seen: int) -> DecisionForm:
    """Give the form of a decision on one person."""
    return DecisionForm(list(DecisionKind), snapshot_id=snapshot_id, seen=seen)


def _table(campaign_id: int, chosen: Sequence[int]) -> Table:
    who = actor()
    with reading(pages.sessions(), who.organisation_id) as session:
        campaign = campaigns.campaign(session, campaign_id)
        snapshot_id = queries.needed(session, campaign_id)
        seen = labels.sight(session, campaign_id, who.id)
        snapshot = labels.blinded(queries.people(session, snapshot_id, chosen), seen)
        sample = to_look_at(campaign.seed, who.id or 0, snapshot_id, chosen)
        return Table(
            campaign=campaign,
            snapshot=snapshot,
            decisions=decision_queries.newest(session, campaign_id),
            seen=decision_queries.last_id(session, campaign_id),
            sample=sample,
            opened=decision_queries.opened(
                session, campaign_id, who.id or 0, sample, snapshot.made_at
            ),
        )


def _form(table: Table, *, declining: bool) -> DecisionForm | DeclineForm:
    if declining:
        labels = {entry.candidate_id: entry.name for entry in table.snapshot.entries}
        return decline_form(labels)(snapshot_id=table.snapshot.id, seen=table.seen)
    if len(table.people) == 1:
        return decision_form(table.snapshot.id, table.seen)
    return DecisionForm(TOGETHER, snapshot_id=table.snapshot.id, seen=table.seen)


def _keep(table: Table, form: DecisionForm | DeclineForm) -> ResponseReturnValue:
    deciding = form.chosen() if isinstance(form, DeclineForm) else form.chosen(table.people)
    campaign_id = table.campaign.id
    decision_service.decide(pages.sessions(), actor(), campaign_id, deciding, now=pages.now())
    flash(
        ngettext(
            "Noted with your name: %(num)s person, %(decision)s.",
            "Noted with your name: %(num)s people, %(decision)s.",
            len(table.people),
            decision=done(deciding.kind),
        ),
        "ok",
    )
    if len(table.people) == 1:
        target = url_for(
            "rankings.person", campaign_id=campaign_id, candidate_id=table.people[0],
            _anchor="decision",
        )  # fmt: skip
        return redirect(target, 303)
    return redirect(url_for("rankings.show", campaign_id=campaign_id), 303)


def _page(table: Table, form: DecisionForm | DeclineForm, *, declining: bool) -> str:
    campaign = table.campaign
    return render_template(
        "rankings/decide.html",
        campaign=campaign,
        snapshot=table.snapshot,
        people=table.snapshot.entries,
        decisions=table.decisions,
        sample=[one for one in table.snapshot.entries if one.candidate_id in table.sample],
        opened=table.opened,
        declining=declining,
        form=form,
        done=done,
        hint=HINT,
        fit_reading=fit_reading,
        section="campaigns",
        simulated=pages.settings().simulated or campaign.simulated,
        breadcrumbs=[
            (_("Campaigns"), url_for("campaigns.index")),
            (campaign.title, url_for("campaigns.show", campaign_id=campaign.id)),
            (_("Ranking"), url_for("rankings.show", campaign_id=campaign.id)),
            (_("Decide"), None),
        ],
    )
