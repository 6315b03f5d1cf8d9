"""A campaign has no time limit unless somebody sets one, and a sound one."""

import pytest

from assess.accounts.models import RoleName
from assess.campaigns import queries
from assess.db.scope import reading
from assess.errors import Invalid
from tests.campaigns.conftest import answers
from tests.service import csrf


def limit_of(sessions, tenant, campaign_id):
    with reading(sessions, tenant.organisation_id) as session:
        return queries.campaign(session, campaign_id).time_limit_minutes


@pytest.mark.parametrize(("typed", "kept"), [("", None), ("45", 45)])
def test_the_form_leaves_it_out_or_sets_it(signed_in, tenant, sessions, typed, kept):
    client = signed_in(tenant, RoleName.RECRUITER)
    token = csrf(client.get("/campaigns/new").text)
    data = {"csrf_token": token, **answers(), "time_limit": typed}
    shown = client.post("/campaigns/new", data=data, follow_redirects=True).text
    assert ("45 minutes of active time" in shown) == (kept is not None)
    assert limit_of(sessions, tenant, 1) == kept


@pytest.mark.parametrize("minutes", [0, 4, 601])
def test_a_limit_that_nobody_could_keep_is_refused(open_campaign, minutes):
    with pytest.raises(Invalid, match="time limit"):
        open_campaign(time_limit_minutes=minutes)
