"""The pool's pages: who may open them, how they page, what they hide, how two become one."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from assess.accounts.models import AuditEvent, RoleName
from assess.campaigns.models import Campaign
from assess.candidates import merging
from assess.candidates.models import Candidate, DuplicatePair, MergedPerson
from assess.candidates.service import Person, find_or_make
from assess.db.scope import reading, writing
from assess.instruments.catalogue import default_catalogue
from assess.rankings import decision_service
from assess.rankings import service as rankings
from assess.rankings.decision_service import Deciding
from assess.rankings.models import DecisionKind
from tests.rankings.people import drawn, finish, open_ranked
from tests.service import NOW, csrf

ADA = Person("Ada Okoye", "ada@example.org", phone="+44 20 7946 0001", birth_year=1990)
ADA_AGAIN = Person("Okoyé, Ada", "ada.okoye@example.org", "fr", birth_year=1990)


@pytest.fixture
def pool(sessions, tenant):
    """Give a function that puts people into the pool and gives their handles."""

    def put(*people):
        with writing(sessions, tenant.organisation_id) as session:
            ids = find_or_make(session, people, now=NOW, source="invited")
            return [session.get_one(Candidate, id_).handle for id_ in ids]

    return put


@pytest.fixture
def recruiter(signed_in, tenant):
    return signed_in(tenant, RoleName.RECRUITER)


@pytest.fixture
def post(recruiter):
    def send(path, page=None, **data):
        token = csrf(recruiter.get(page or path).text)
        return recruiter.post(path, data={"csrf_token": token, **data})

    return send


def names(text):
    return re.findall(r'<th scope="row"><a href="/candidates/\w+">([^<]+)</a>', text)


def test_pages_follow_one_another_both_ways_in_either_order(recruiter, pool):
    pool(*(Person(f"Pat {n:03d}", f"p{n}@example.org") for n in range(120)))
    everybody = [f"Pat {n:03d}" for n in range(120)]
    for order in ("name", "added"):
        shown = recruiter.get(f"/candidates/?sort={order}").text
        assert "120 people" in shown
        seen, texts = names(shown), [shown]
        while found := re.search(r'rel="next" href="([^"]+)"', texts[-1]):
            texts.append(recruiter.get(found[1].replace("&amp;", "&")).text)
            seen += names(texts[-1])
        assert sorted(seen) == everybody
        if order == "name":
            assert seen == everybody
        back = re.search(r'rel="prev" href="([^"]+)"', texts[-1])[1].replace("&amp;", "&")
        assert names(recruiter.get(back).text) == names(texts[-2])
        assert 'rel="prev"' not in texts[0]
    # Whoever stood at the end of a page may be gone since.
    assert len(names(recruiter.get("/candidates/?after=gone").text)) == 50


BOTH, EVERYBODY = ["Ada Okoye", "Okoyé, Ada"], ["Ada Okoye", "Bo Lind", "Okoyé, Ada"]
ASKED = {
    "q=oko": BOTH,
    "q=OKOYÉ+ada": BOTH,
    "q=ada.okoye@": ["Okoyé, Ada"],
    "q=020+7946+0001": ["Ada Okoye"],
    "q=100%25": [],
    "language=fr": ["Okoyé, Ada"],
    "source=invited": EVERYBODY,
    "no_address=y": [],
    "duplicates=y": BOTH,
    "since=2026-01-06": [],
    "until=2026-01-05": EVERYBODY,
    "since=nonsense&campaign=9999&state=nowhere&source=none": EVERYBODY,
}


def test_people_are_found_by_what_is_asked(recruiter, pool):
    pool(ADA, ADA_AGAIN, Person("Bo Lind", "bo@example.org"))
    for asked, found in ASKED.items():
        text = recruiter.get(f"/candidates/?{asked}").text
        assert names(text) == found, asked
        assert ("Nobody fits all of this" in text) == (not found)


def test_an_empty_pool_says_so(recruiter):
    assert "Nobody yet" in recruiter.get("/candidates/").text
    assert "No possible duplicates" in recruiter.get("/candidates/duplicates").text


def test_a_code_never_stands_beside_the_name_in_an_open_blind_review(recruiter, sessions, tenant):
    catalogue = default_catalogue()
    campaign_id = open_ranked(sessions, tenant, catalogue, seats=1, blind=True)
    people = finish(sessions, tenant, catalogue, campaign_id, drawn(catalogue, 3))
    snapshot = rankings.rank_campaign(sessions, tenant.recruiter, catalogue, campaign_id, now=NOW)
    with reading(sessions, tenant.organisation_id) as session:
        codes = {one.id: one.code for one in session.scalars(select(Candidate))}
        handles = {one.id: one.handle for one in session.scalars(select(Candidate))}

    def code_shown(one):
        listed = recruiter.get("/candidates/").text
        alone = recruiter.get(f"/candidates/{handles[one]}").text
        found = names(recruiter.get(f"/candidates/?q={codes[one]}").text)
        told = codes[one] in listed, codes[one] in alone, bool(found)
        assert len(set(told)) == 1
        # The number that stands in the addresses of the blind ranking stands in none here.
        assert f'/candidates/{one}"' not in listed
        return told[0]

    assert not any(map(code_shown, people))
    deciding = Deciding(DecisionKind.HOLD, {people[0]: "Wait"}, snapshot, 0, "first")
    decision_service.decide(sessions, tenant.recruiter, campaign_id, deciding, now=NOW)
    assert not code_shown(people[0])
    advance = Deciding(DecisionKind.ADVANCE, {people[0]: "Good"}, snapshot, 1, "second")
    decision_service.decide(sessions, tenant.recruiter, campaign_id, advance, now=NOW)
    assert code_shown(people[0])
    assert not code_shown(people[1])
    for state, number in (("decided", 1), ("finished", 2), ("invited", 0), ("withdrawn", 0)):
        text = recruiter.get(f"/candidates/?campaign={campaign_id}&state={state}").text
        assert len(names(text)) == number
    with writing(sessions, tenant.organisation_id) as session:
        session.get_one(Campaign, campaign_id).blind = False
    assert all(map(code_shown, people))


def test_details_are_changed_and_faults_are_told_beside_their_fields(
    recruiter, pool, post, sessions, tenant
):
    handle, other = pool(ADA, Person("Bo Lind", "bo@example.org"))
    page = f"/candidates/{handle}/edit"
    good = {
        "name": "Ada  Okoye-Lind",
        "email": "ADA@new.example",
        "language": "es",
        "phone": "0033 (0)1 23 45 67 89",
        "birth_year": "1991",
        "time_zone": "Europe/Paris",
    }
    assert post(page, **good).status_code == 303
    shown = recruiter.get(f"/candidates/{handle}").text
    for told in ("Ada Okoye-Lind", "ada@new.example", "+33123456789", "1991", "Europe/Paris"):
        assert told in shown
    for fault, words in (
        ({"name": ""}, "Please fill this in."),
        ({"email": "nonsense"}, "is not an e-mail address"),
        ({"email": ""}, "Please fill this in."),
        ({"phone": "12345"}, "country&#39;s code"),
        ({"birth_year": "1871"}, "Write a year from 1900"),
    ):
        answer = post(page, **(good | fault))
        assert answer.status_code == 422
        assert words in answer.text
    taken = post(page, **(good | {"email": "Bo@example.org"}))
    assert taken.status_code == 409
    assert f"/candidates/{handle}/merge/{other}" in taken.text
    with reading(sessions, tenant.organisation_id) as session:
        [event] = session.scalars(select(AuditEvent).where(AuditEvent.act == "details changed"))
    assert set(event.detail["details"]) == {
        "name", "email", "phone", "birth_year", "language", "time_zone",
    }  # fmt: skip
    assert "ada" not in str(event.detail)


def test_a_pair_is_shown_dismissed_for_good_or_merged_once(recruiter, pool, post, sessions, tenant):
    one, two = pool(ADA, ADA_AGAIN)
    page = "/candidates/duplicates"
    assert "the same name, the same year of birth" in recruiter.get(page).text
    assert post(f"/candidates/{one}/not/{two}", page=page).status_code == 303
    assert "No possible duplicates" in recruiter.get(page).text
    edit = {"name": "Ada Okoye", "email": "ada@example.org", "language": "en", "birth_year": "1990"}
    post(f"/candidates/{one}/edit", **edit)
    assert "No possible duplicates" in recruiter.get(page).text
    merge = f"/candidates/{one}/merge/{two}"
    assert post(merge, name="keep").status_code == 422
    choice = {"name": "drop", "email": "keep", "language": "drop", "sure": "y"}
    assert post(merge, **choice).status_code == 303
    shown = recruiter.get(f"/candidates/{one}").text
    assert "Okoyé, Ada" in shown
    assert "ada@example.org" in shown
    assert "Français" in shown
    led = recruiter.get(f"/candidates/{two}")
    assert (led.status_code, led.location) == (302, f"/candidates/{one}")
    token = csrf(recruiter.get(f"/candidates/{one}/edit").text)
    again = recruiter.post(merge, data={"csrf_token": token, **choice}, follow_redirects=True)
    assert "merged already" in again.text
    assert names(recruiter.get("/candidates/").text) == ["Okoyé, Ada"]
    with reading(sessions, tenant.organisation_id) as session:
        assert len(session.scalars(select(MergedPerson)).all()) == 1
        events = session.scalars(select(AuditEvent.act)).all()
    assert events.count("people merged") == 1


def test_who_was_said_to_be_another_stays_another_after_a_merge(recruiter, pool, post):
    one, two, other = pool(
        ADA, ADA_AGAIN, Person("Ada Okoye", "third@example.org", birth_year=1990)
    )
    assert "3 pairs" in recruiter.get("/candidates/duplicates").text
    post(f"/candidates/{two}/not/{other}", page="/candidates/duplicates")
    choice = {"name": "keep", "email": "keep", "language": "keep", "sure": "y"}
    post(f"/candidates/{one}/merge/{two}", **choice)
    assert "No possible duplicates" in recruiter.get("/candidates/duplicates").text


def test_merging_asks_for_the_password_again_when_it_was_long_ago(recruiter, pool):
    one, two = pool(ADA, ADA_AGAIN)
    with recruiter.session_transaction() as session:
        session["fs_paa"] = (datetime.now(UTC) - timedelta(hours=1)).timestamp()
    answer = recruiter.get(f"/candidates/{one}/merge/{two}")
    assert answer.location.startswith("/verify")


def test_only_recruiters_and_administrators_see_the_pool(signed_in, tenant, pool):
    [handle] = pool(ADA)
    for role in RoleName:
        client = signed_in(tenant, role)
        seen = role in merging.MERGES
        assert (client.get(f"/candidates/{handle}").status_code == 200) == seen
        assert ('href="/candidates/"' in client.get("/campaigns/").text) == seen


def test_near_names_and_phones_make_pairs_and_others_do_not(sessions, tenant, pool):
    pool(
        Person("Jon Smith", "a@example.org", birth_year=1980),
        Person("John Smith", "b@example.org", birth_year=1980),
        Person("John Smith", "c@example.org", birth_year=1981),
        Person("Ana Silva", "d@example.org", birth_year=1980),
        Person("Ada Silva", "e@example.org", birth_year=1980),
        Person("Kim", "f@example.org", phone="+33123456789"),
        Person("Lee", "g@example.org", phone="0033 1 23 45 67 89"),
        Person("No Year", "h@example.org"),
        Person("No Year", "i@example.org"),
    )
    with reading(sessions, tenant.organisation_id) as session:
        emails = dict(session.execute(select(Candidate.id, Candidate.email)).all())
        pairs = {
            "".join(sorted(emails[one][0] for one in (row.first_id, row.second_id)))
            for row in session.scalars(select(DuplicatePair))
        }
    assert pairs == {"ab", "fg"}


def test_a_ranking_that_holds_both_stays_and_the_next_one_has_the_person_once(
    recruiter, sessions, tenant
):
    catalogue = default_catalogue()
    campaign_id = open_ranked(sessions, tenant, catalogue, seats=1)
    keep, drop, _ = finish(
        sessions, tenant, catalogue, campaign_id, drawn(catalogue, 3, names=["Ada", "Bo", "Cy"])
    )
    rankings.rank_campaign(sessions, tenant.recruiter, catalogue, campaign_id, now=NOW)
    merging.merge(sessions, tenant.recruiter, keep, drop, now=NOW)
    page = f"/campaigns/{campaign_id}/ranking"
    shown = recruiter.get(page).text
    assert "Merged record" in shown
    assert "Erased person" not in shown
    assert "Merged record" in recruiter.get(f"{page}?sort=EMP").text
    assert "Merged record" not in recruiter.get(f"{page}?q=Bo").text
    assert recruiter.get(f"/campaigns/{campaign_id}/people/{keep}").status_code == 200
    assert recruiter.get(f"/campaigns/{campaign_id}/people/{drop}").status_code == 404
    assert "Merged record" in recruiter.get(f"/campaigns/{campaign_id}/").text
    rankings.rank_campaign(sessions, tenant.recruiter, catalogue, campaign_id, now=NOW)
    again = recruiter.get(page).text
    assert "Merged record" not in again
    assert re.search(r"<dt>Finished</dt><dd>2</dd>", again)
