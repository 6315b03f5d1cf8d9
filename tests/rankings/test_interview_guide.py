"""Interview guides: one core for everybody, what is open for one, no score, a code if blind."""

import re
import shutil
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from assess.accounts.models import AuditEvent, RoleName
from assess.db.scope import reading
from assess.errors import Invalid
from assess.instruments.catalogue import Catalogue, default_catalogue
from assess.instruments.interview import load_interview_words
from assess.paths import data_dir
from assess.rankings import decision_queries, service
from assess.rankings.interview_guide import MOST_PERSONAL, make_guides
from assess.rankings.readings import CORE_PROBES
from assess.selection.demand import COMPETENCIES
from tests.rankings.people import drawn, finish, open_ranked
from tests.reports.material import campaign_view, snapshot_view
from tests.service import NOW

SCORE = st.none() | st.tuples(st.floats(-3, 3), st.floats(0.05, 1))


@pytest.fixture
def database_url(migrated_sqlite, tmp_path):
    """Give one kind of database: guides read what the pages of rankings read."""
    path = tmp_path / "assess.sqlite"
    shutil.copy(migrated_sqlite, path)
    return f"sqlite:///{path}"


def measured(scores):
    """Give a ranking of one person with these (mean, error) by competency."""
    snapshot = snapshot_view(2, seats=1)
    pairs = [one or (None, None) for one in scores]
    entry = replace(
        snapshot.entries[0],
        mean=dict(zip(COMPETENCIES, [mean for mean, _ in pairs], strict=True)),
        error=dict(zip(COMPETENCIES, [error for _, error in pairs], strict=True)),
    )
    return replace(snapshot, entries=(entry,))


@given(st.lists(SCORE, min_size=7, max_size=7))
def test_the_core_is_the_same_whatever_somebody_scores_and_no_question_comes_twice(scores):
    pack = make_guides(measured(scores), campaign_view(), default_catalogue())
    [guide] = pack.guides
    assert [one.code for one in guide.core] == ["OWN", "INT", "EMP", "REG"]  # by weight
    assert len(guide.core) == CORE_PROBES
    assert len(guide.personal) <= MOST_PERSONAL
    codes = [one.code for one in (*guide.core, *guide.personal)]
    assert len(set(codes)) == len(codes) == guide.questions
    # Not measured is always asked about; who is sure and high is asked the core alone.
    for code in ("GUI", "CHN", "ESC"):
        score = scores[COMPETENCIES.index(code)]
        if score is None:
            assert code in codes
        elif score[0] > 2 and score[1] < 0.7:
            assert code not in codes


def test_levels_and_points_are_those_of_the_content():
    catalogue = default_catalogue()
    pack = make_guides(measured([None] * 7), campaign_view(), catalogue)
    by_code = {one.code: one for one in catalogue.competencies}
    [guide] = pack.guides
    assert guide.questions == 7
    for one in (*guide.core, *guide.personal):
        bars = by_code[one.code].bars
        assert (one.low, one.middle, one.high) == (bars[0], bars[2], bars[4])
        assert one.listen_for == catalogue.interview_words.listen_for[one.code]
    assert pack.follow_ups == catalogue.interview_words.follow_ups


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("  CHN:", "  CHX:", "listen_for.CHN: is missing"),
        ("    - lets the other finish\n    - names the worry in words of that case\n", "",
         "listen_for.EMP: must be 2 or 3 points"),
        ("provisional: true", "provisional: perhaps", "provisional"),
    ],
)  # fmt: skip
def test_faults_of_the_file_are_told(tmp_path, old, new, fault):
    text = (data_dir("questionnaires") / "interview.yaml").read_text()
    path = tmp_path / "interview.yaml"
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(Invalid, match=re.escape(fault)):
        load_interview_words(path)


def test_a_folder_made_before_there_were_points_still_has_guides(tmp_path):
    assert Catalogue(tmp_path).interview_words.listen_for == {}


@pytest.fixture
def ranked(sessions, tenant, shipped):
    """Give a function that opens and ranks a campaign; it returns the id and the people's."""

    def make(n=3, **how):
        campaign_id = open_ranked(sessions, tenant, shipped, **how)
        who = finish(sessions, tenant, shipped, campaign_id, drawn(shipped, n))
        service.rank_campaign(sessions, tenant.recruiter, shipped, campaign_id, now=NOW)
        return campaign_id, who

    return make


def test_a_sheet_a_person_with_the_same_core_and_no_score(tenant, signed_in, ranked):
    campaign_id, who = ranked()
    client = signed_in(tenant, RoleName.HIRING_MANAGER)
    one = client.get(f"/campaigns/{campaign_id}/people/{who[0]}/interview").text
    assert "Ada Okafor 0000" in one
    assert "Bo Meyer" not in one
    asked = [("person", id_) for id_ in who]
    page = client.get(f"/campaigns/{campaign_id}/interviews", query_string=asked).text
    sheets = page.partition("</main>")[0].split('<section class="sheet')[1:]
    assert len(sheets) == 3
    core = {tuple(re.findall(r'asked-title"><b>[1-4]</b> ([^<]+)', sheet)) for sheet in sheets}
    assert len(core) == 1
    assert len(next(iter(core))) == 4
    for sheet in sheets:
        said = re.sub(r"<[^>]+>", " ", sheet)
        assert not re.search(r"\d\.\d|\d+ %|between \d\d", said)
        assert "support" not in said


def test_the_guides_are_linked_and_asked_for_with_people(tenant, signed_in, ranked):
    campaign_id, who = ranked()
    client = signed_in(tenant, RoleName.RECRUITER)
    person = client.get(f"/campaigns/{campaign_id}/people/{who[0]}").text
    assert f"/campaigns/{campaign_id}/people/{who[0]}/interview" in person
    address = f"/campaigns/{campaign_id}/interviews"
    compared = client.get(f"/campaigns/{campaign_id}/compare?person={who[0]}&person={who[1]}").text
    assert f"{address}?person=" in compared
    assert address in client.get(f"/campaigns/{campaign_id}/ranking").text
    for asked in ("", "&".join(f"person={n}" for n in range(1, 32))):
        answer = client.get(f"{address}?{asked}", follow_redirects=True)
        assert "Tick 1 to 30 people" in answer.text
    assert client.get(f"{address}?person={who[0]}&person=99999").status_code == 404


def test_a_blind_guide_has_a_code_and_the_trail_says_who_had_it(
    sessions, tenant, signed_in, ranked
):
    campaign_id, who = ranked(blind=True)
    client = signed_in(tenant, RoleName.HIRING_MANAGER)
    page = client.get(f"/campaigns/{campaign_id}/people/{who[0]}/interview").text
    assert "Ada" not in page
    assert "C-00000" in page
    with reading(sessions, tenant.organisation_id) as session:
        acts = select(AuditEvent.act, AuditEvent.detail).where(
            AuditEvent.subject_kind == "invitation"
        )
        assert ("interview guide shown", {"together": 1}) in session.execute(acts).all()
        member = tenant.members[RoleName.HIRING_MANAGER].id
        # A sheet without scores is no look at what a decision rests on.
        assert not decision_queries.opened(session, campaign_id, member, who, NOW)
