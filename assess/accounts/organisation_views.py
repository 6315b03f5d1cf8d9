"""Go from one of one's organisations to another."""

from flask import Blueprint, redirect, session, url_for
from flask.typing import ResponseReturnValue

from assess.accounts.guard import ENTERED, member_required, own_memberships
from assess.errors import NotFound

bp = Blueprint("organisations", __name__, url_prefix="/account/organisations")


@bp.post("/<int:organisation_id>/enter")
@member_required(before_factor=True)
def enter(organisation_id: int) -> ResponseReturnValue:
    """Go on in another organisation of which the user is a member."""
    if organisation_id not in {one.organisation_id for one in own_memberships()}:
        raise NotFound("You are not a member there.")
    session[ENTERED] = organisation_id
    return redirect(url_for("campaigns.index"), 303)
