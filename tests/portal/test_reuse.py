"""On their own pages a person sees that earlier answers are used, and takes it back."""

import pytest

from assess.sittings import reuse_service
from tests.sittings.conftest import TODAY, invite, open_to_answers


@pytest.fixture
def reused(sessions, tenant, settings, sitting_bank, handed_in):
    """Give the same person in a second campaign, with their agreement."""
    campaign_id = open_to_answers(sessions, tenant, sitting_bank)
    second = invite(sessions, tenant, settings, campaign_id, "Ada", language="fr")
    plan = reuse_service.look_earlier(sessions, second.claim, now=TODAY).plan
    reuse_service.agree_to_reuse(sessions, sitting_bank, second.claim, plan.token, now=TODAY)
    return second


def test_it_is_taken_back_on_a_page(reused, handed_in, open_own):
    own = open_own(reused)
    assert "/my/reuse" in own.get("/my/").text
    page = own.get("/my/reuse").text
    assert "you take no part in this job's selection" in page
    status = own.post("/my/reuse")
    assert "Taken back." in status.text
    assert "/my/reuse" not in status.text
    assert own.acts()[-1] == "reuse taken back"
    # Sent again from an old tab: nothing more happens.
    own.post("/my/reuse", page="/my/review")
    assert own.acts().count("reuse taken back") == 1
    assert "/my/reuse" not in open_own(handed_in).get("/my/").text
