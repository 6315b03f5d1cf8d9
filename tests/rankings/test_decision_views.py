"""The pages of a blind review, from the list to the mail: codes, reasons, names at the end."""

import re

import pytest
from sqlalchemy import select

from assess.accounts.models import AuditEvent, RoleName
from assess.candidates.models import Candidate
from assess.db.scope import reading
from assess.rankings.decisions import to_look_at
from tests.rankings.people import FAMILY
from tests.rankings.ranked import Ranked
from tests.rankings.test_views import words
from tests.service import csrf


class Browser:
    """A member's browser without a script in one campaign."""

    def __init__(self, client, campaign_id):
        self.client, self.base = client, f"/campaigns/{campaign_id}"

    def get(self, address):
        return self.client.get(f"{self.base}/{address}")

    def fields(self, page):
        """Give what a page's form sends along unseen."""
        hidden = r'<input[^>]*type="hidden"[^>]*>'
        found = {}
        for tag in re.findall(hidden, page):
            name = re.search(r'name="([^"]+)"', tag).group(1)
            if name in ("snapshot_id", "seen", "act"):
                found[name] = re.search(r'value="([^"]*)"', tag).group(1)
        return found | {"csrf_token": csrf(page)}

    def decide(self, page, **fields):
        return self.client.post(f"{self.base}/decide", data=self.fields(page) | fields)


@pytest.fixture
def blind(sessions, tenant, shipped):
    return Ranked(sessions, tenant, shipped, blind=True)


def test_a_blind_review_from_the_list_to_the_mail(blind, sessions, tenant, signed_in):
    with reading(sessions, tenant.organisation_id) as session:
        people = {row.id: (row.code, row.name) for row in session.scalars(select(Candidate))}
    here = Browser(signed_in(tenant, RoleName.RECRUITER), blind.id)
    one, two, *rest = blind.who
    code, name = people[one]

    # Nowhere a name: list, search, file, person, comparison, decision.
    listed = here.get("ranking").text
    seen = [
        listed,
        here.get("ranking.csv").text,
        here.get(f"people/{one}").text,
        here.get(f"compare?person={one}&person={two}").text,
        here.get(f"decide?person={one}&person={two}").text,
        here.get(f"decide?person={one}&person={two}&decline=1").text,
    ]
    for page in seen:
        assert code in page
        assert not [family for family in FAMILY if family in page]
    assert len(re.findall(r">C-\d{5}</a>", listed)) == 8
    assert "holds “Okafor”" in here.get("ranking?q=Okafor").text
    assert here.get(f"ranking?q={code}").text.count("/people/") == 1
    progress = here.client.get(f"{here.base}/").text
    assert name in progress
    assert code not in progress
    assert "80 of 85" not in progress
    assert (
        "Tick 2 to 5 people"
        in here.client.get(f"{here.base}/compare?person={one}", follow_redirects=True).text
    )
    compared = words(seen[3])
    assert re.search(r"can(not)? be told apart|fits better than", compared)
    assert "What each competency adds" in compared

    # One decision: nothing chosen beforehand, a reason needed, the name shows afterwards.
    page = here.get(f"people/{one}").text
    assert not re.search(r"<(input|option)[^>]* (checked|selected)[ >=](?!value=\"\")", page)
    empty = here.decide(page, person=one)
    assert empty.status_code == 422
    assert "Please choose a reason." in empty.text
    other = here.decide(page, person=one, kind="decline", ready="advance-1")
    assert "belongs to another decision" in other.text
    own = here.decide(page, person=one, kind="decline", ready="own")
    assert "in your own words" in own.text
    assert own.status_code == 422
    made = here.decide(page, person=one, kind="advance", ready="advance-1", words="Calm.")
    assert made.status_code == 303
    assert here.decide(page, person=one, kind="hired", ready="hired-1").status_code == 303
    decided = here.get(f"people/{one}").text
    assert name in decided
    assert "Strong in what this job asks most. Calm." in words(decided)
    assert blind.newest() == {0: "advance"}  # the same form sent twice decides once
    stale = here.fields(page) | {"act": "another form"}
    late = here.client.post(
        f"{here.base}/decide", data=stale | {"person": one, "kind": "hold", "ready": "hold-1"}
    )
    assert late.status_code == 409
    assert "Somebody decided meanwhile" in late.text

    # Several declined: a reason for each, and those picked at random are opened first.
    address = "decide?" + "&".join(f"person={each}" for each in rest) + "&decline=1"
    page = here.get(address).text
    sample = to_look_at(7, tenant.recruiter.id, blind.snapshot_id, rest)
    assert page.count("not opened yet") == len(sample) == 3
    answers = {"decline": "1", "person": rest} | {f"ready_{each}": "decline-1" for each in rest}
    assert here.decide(page, **answers | {f"ready_{rest[2]}": ""}).status_code == 422
    refused = here.decide(page, **answers)
    assert refused.status_code == 409
    assert "Open 3 more of the people picked at random first." in refused.text
    assert 'decline-1" selected' in refused.text or 'selected value="decline-1"' in refused.text
    for each in sample:
        here.get(f"people/{each}")
    assert here.decide(here.get(address).text, **answers).status_code == 303
    assert set(blind.newest().values()) == {"advance", "decline"}

    # A name before a decision: for a reason, and for this member alone.
    asked = here.get(f"people/{two}/reveal").text
    revealed = f"{here.base}/people/{two}/reveal"
    token = {"csrf_token": csrf(asked)}
    assert here.client.post(revealed, data=token | {"reason": ""}).status_code == 422
    assert here.client.post(revealed, data=token | {"reason": "A time"}).status_code == 303
    assert people[two][1] in here.get(f"people/{two}").text
    manager = Browser(signed_in(tenant, RoleName.HIRING_MANAGER), blind.id)
    assert people[two][1] not in manager.get(f"people/{two}").text
    assert "Tell this person" not in manager.get(f"people/{one}").text
    assert manager.get("outcomes").status_code == 403
    waiting = here.get("outcomes").text
    assert "Without an address" in waiting  # nobody here has one
    for role, status in ((RoleName.PSYCHOLOGIST, 403), (RoleName.ANALYST, 403)):
        client = Browser(signed_in(tenant, role), blind.id)
        for path in (f"decide?person={one}", f"compare?person={one}&person={two}", "outcomes"):
            assert client.get(path).status_code == status
    with reading(sessions, tenant.organisation_id) as session:
        acts = set(session.scalars(select(AuditEvent.act)))
    assert {"person compared", "name revealed", "decided", "person viewed"} <= acts
