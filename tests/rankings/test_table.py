"""A page of the ranking's table: nobody twice, nobody missed, in any order and with any filter."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assess.accounts.models import RoleName
from assess.app import HANDLERS
from assess.campaigns.models import Campaign
from assess.candidates import personal_data
from assess.db.scope import reading, writing
from assess.jobs.worker import run_until_idle
from assess.rankings import order_service, queries, service, table_queries
from assess.rankings.asked import DECIDED, SORTS, Asked, Mark, read_asked, read_mark
from assess.rankings.columns import COLUMNS, USUAL, as_kept, read_columns
from assess.rankings.own_data import KEEPER
from assess.rankings.table_queries import Place
from assess.sittings.figures import HEAD_BYTES, head, layout, packed
from tests.rankings.people import drawn, finish, open_ranked
from tests.rankings.ranked import Ranked
from tests.service import NOW, csrf


class Read:
    """Reads pages of a ranking."""

    def __init__(self, sessions, tenant, campaign_id, *, blind=False):
        self.sessions, self.organisation_id = sessions, tenant.organisation_id
        with self.session() as session:
            snapshot_id = queries.newest(session, campaign_id)
            self.snapshot = queries.snapshot(session, snapshot_id)
        self.place = Place(snapshot_id, campaign_id, tenant.recruiter.id, blind)

    def session(self):
        return reading(self.sessions, self.organisation_id)

    def page(self, asked):
        with self.session() as session:
            return table_queries.cut(session, self.place, asked, len(self.snapshot.entries))

    def all(self, asked):
        """Give everybody by following the marks, and the pages."""
        pages = [self.page(asked)]
        while pages[-1].after:
            pages.append(self.page(asked.with_(after=pages[-1].after)))
        return [one for page in pages for one in page.people], pages


@pytest.fixture
def read(sessions, tenant, campaign_id):
    return Read(sessions, tenant, campaign_id)


@pytest.mark.parametrize("sort", SORTS)
def test_pages_hold_everybody_once_both_ways(read, sort):
    everybody = {one.candidate_id for one in read.snapshot.entries}
    for up in (False, True):
        asked = Asked(sort=sort, up=up, size=25)
        people, pages = read.all(asked)
        assert len(people) == 60
        assert set(people) == everybody
        assert [page.first for page in pages] == [1, 26, 51]
        back = [read.page(asked.with_(before="end"))]
        while back[0].before:
            back.insert(0, read.page(asked.with_(before=back[0].before)))
        assert [one for page in back for one in page.people] == people
        assert back[-1].first + len(back[-1].people) - 1 == 60


def test_the_usual_order_is_that_of_paper_and_others_are_by_value(read):
    entries = {one.candidate_id: one for one in read.snapshot.entries}
    assert read.all(Asked(size=25))[0] == [one.candidate_id for one in read.snapshot.entries]
    fits = [entries[one].fit for one in read.all(Asked(sort="fit"))[0]]
    assert fits == sorted(fits, key=lambda fit: (fit is None, -(fit or 0)))
    means = [entries[one].mean["REG"] for one in read.all(Asked(sort="REG", up=True))[0]]
    assert means == sorted(means, key=lambda mean: (mean is None, mean or 0))


@pytest.mark.parametrize("sort", SORTS)
def test_a_mark_out_of_all_bounds_is_a_page_all_the_same(read, sort):
    for value in ("1e300", "-1e300", "0.5", ""):
        for marks in ({"after": f"{value}~7~7"}, {"before": f"{value}~7~7"}):
            assert read.page(Asked(sort=sort, **marks)).found == 60
    wild = read_asked({"band": "9" * 15}, [10**30, -1, 5])
    assert read.page(wild).people == ()
    assert wild.chosen == (5,)


def test_filters_leave_whom_they_say_and_are_counted(read):
    entries = read.snapshot.entries
    with read.session() as session:
        counts = table_queries.counts(session, read.place, read.snapshot.seats)
    assert counts.people == 60

    def found(**filters):
        people, pages = read.all(Asked(**filters))
        assert pages[0].found == len(people)
        return set(people)

    def those(condition):
        return {one.candidate_id for one in entries if condition(one)}

    for section, people in counts.sections.items():
        assert len(found(band=section)) == people
    assert found(band=1) == those(lambda one: one.band == 1)
    assert found(group="cut") == those(lambda one: one.at_cut)
    assert len(found(group="cut")) == counts.at_cut
    assert found(group="unranked") == those(lambda one: one.fit is None)
    assert found(least=52.5) == those(lambda one: one.fit is not None and one.fit >= 52.5)
    assert len(found(evidence="complete")) == counts.complete
    assert found(evidence="less") | found(evidence="complete") == those(lambda _: True)
    for kind, people in counts.flags.items():
        assert len(found(flag=kind)) == people
        assert found(flag=kind) == those(
            lambda one, kind=kind: any(flag.endswith(f":{kind}") for flag in one.flags)
        )
    assert found(decision="none") == those(lambda _: True)
    assert found(decision="hired") == set()


def test_a_part_of_a_name_or_code_finds_whatever_its_letters(sessions, tenant, shipped):
    campaign_id = open_ranked(sessions, tenant, shipped)
    names = ["Zoë Ångström", "Ann 100% Sure", "Bo_Lin"]
    who = finish(sessions, tenant, shipped, campaign_id, drawn(shipped, 3, names=names))
    service.rank_campaign(sessions, tenant.recruiter, shipped, campaign_id, now=NOW)
    read = Read(sessions, tenant, campaign_id)
    for word, place in (("ÅNG", 0), ("zoë", 0), ("0% s", 1), ("o_l", 2), ("c-00001", 1)):
        assert read.all(Asked(q=word))[0] == [who[place]], word
    assert read.all(Asked(q="%"))[0] == [who[1]]


def test_a_blind_search_finds_by_names_only_whom_the_member_may_see(sessions, tenant, shipped):
    ranked = Ranked(sessions, tenant, shipped, blind=True)
    read = Read(sessions, tenant, ranked.id, blind=True)
    entries = {one.candidate_id: one for one in read.snapshot.entries}
    first = entries[ranked.who[0]]
    assert read.all(Asked(q=first.name))[0] == []
    assert read.all(Asked(q=first.code))[0] == [first.candidate_id]
    ranked.decide("advance", first.candidate_id)
    assert read.all(Asked(q=first.name))[0] == [first.candidate_id]
    assert read.all(Asked(decision="advance"))[0] == [first.candidate_id]
    assert read.all(Asked(sort="decision"))[0][0] == first.candidate_id
    codes = [(entries[one].group, entries[one].code) for one in read.all(Asked())[0]]
    assert codes == sorted(codes)


def test_erasure_leaves_nothing_to_find_somebody_by(read, sessions, tenant):
    gone = read.snapshot.entries[7]
    with writing(sessions, tenant.organisation_id) as session:
        personal_data.erase(session, gone.candidate_id, NOW)
    assert "ranking_row" in KEEPER.tables
    for asked in (Asked(q=gone.code), Asked(q=gone.name), Asked(evidence="complete")):
        assert gone.candidate_id not in read.all(asked)[0]
    assert read.all(Asked(sort="EMP"))[0].index(gone.candidate_id) >= 50
    assert len(set(read.all(Asked(size=25))[0])) == 60


def test_the_page_keeps_who_is_ticked_and_which_columns(tenant, signed_in, campaign_id):
    client = signed_in(tenant, RoleName.RECRUITER)
    address = f"/campaigns/{campaign_id}/ranking"
    first = client.get(f"{address}?size=25")
    person = re.findall(r'name="person" value="(\d+)"', first.text)[3]
    mark = re.search(r'name="after" value="([^"]+~[^"]+)"', first.text).group(1)
    there = client.get(address, query_string={"after": mark, "size": 25, "person": person}).text
    assert re.search(rf'name="person" value="{person}" checked', there)
    assert "26 to 50 of 60" in there
    assert 'name="size" value="25"' in there
    kept = client.get(f"{address}?columns=1&column=CHN&column=finished")
    assert "ranking-columns=CHN.finished" in kept.headers["Set-Cookie"]
    again = client.get(address).text
    assert "mini-style" in again
    assert 'role="img" aria-label="Style' not in again
    assert again.count('data-label="Finished"') == 50
    points = re.search(r'class="why".*?</dl>', first.text, re.DOTALL).group(0)
    shown = [float(one.replace("−", "-")) for one in re.findall(r"<dd>(.*?)</dd>", points)]
    assert sum(shown[:-1]) == pytest.approx(shown[-1], abs=1e-6)


def set_seats(sessions, tenant, campaign_id, seats):
    with writing(sessions, tenant.organisation_id) as session:
        session.get_one(Campaign, campaign_id).seats = seats


def test_a_large_campaign_shows_its_order_until_the_job_is_done(
    sessions, settings, tenant, other_tenant, signed_in, shipped, app, monkeypatch
):
    monkeypatch.setattr(order_service, "LARGE", 5)
    campaign_id = open_ranked(sessions, tenant, shipped, blind=True)
    finish(sessions, tenant, shipped, campaign_id, drawn(shipped, 8))
    client = signed_in(tenant, RoleName.RECRUITER)
    address = f"/campaigns/{campaign_id}/ranking"
    assert client.get(f"{address}/order").status_code == 302
    token = csrf(client.get(address).text)
    for _ in range(2):  # asked twice is one work
        posted = client.post(address, data={"csrf_token": token})
        assert posted.location.endswith("/ranking/order")
    order = client.get(posted.location)
    assert order.headers["Refresh"] == "2"
    codes = re.findall(r'<th scope="row">(C-\d+)</th>', order.text)
    assert len(codes) == 8
    unranked = client.get(address).text
    assert "Nobody is ranked yet" in unranked
    assert f'href="{address}/order"' in unranked
    outsider = signed_in(other_tenant, RoleName.RECRUITER)
    assert outsider.get(f"{address}/order").status_code in (302, 404)
    assert run_until_idle(sessions, settings, HANDLERS) == 1
    assert client.get(f"{address}/order").location.endswith("/ranking")
    with reading(sessions, tenant.organisation_id) as session:
        made = queries.snapshot(session, queries.newest(session, campaign_id))
    assert codes == [one.code for one in sorted(made.entries, key=lambda one: one.rank)]
    assert f'href="{address}/order"' not in client.get(address).text
    # Asked for with other seats, which are changed back before the job begins: nothing is stuck.
    for seats, again in ((3, made.seats), (3, 3)):
        set_seats(sessions, tenant, campaign_id, seats)
        client.post(address, data={"csrf_token": token})
        set_seats(sessions, tenant, campaign_id, again)
        assert run_until_idle(sessions, settings, HANDLERS) == 1
    with reading(sessions, tenant.organisation_id) as session:
        assert queries.head(session, queries.newest(session, campaign_id)).seats == 3
    set_seats(sessions, tenant, campaign_id, made.seats)
    assert client.post(address, data={"csrf_token": token}).location.endswith("/ranking")


scores = st.one_of(st.none(), st.floats(-4, 4))


@given(st.lists(st.tuples(scores, scores, st.booleans()), min_size=1, max_size=9))
def test_packed_scores_come_back(rows):
    names = [f"scale {place}" for place in range(len(rows))]
    scales = {
        "names": names,
        "mean": [mean for mean, _, _ in rows],
        "error": [error for _, error, _ in rows],
        "answered": [3 for _ in rows],
        "low": [-1.5 if blank else None for _, _, blank in rows],
        "high": [1.5 if blank else None for _, _, blank in rows],
    }
    stored = packed(scales)
    assert stored[:HEAD_BYTES] == head(names)
    row = np.frombuffer(stored, layout(stored[:HEAD_BYTES], len(stored)))[0]
    for kind in row.dtype.names[1:]:
        back = [None if np.isnan(one) else one for one in row[kind].tolist()]
        assert back == scales[kind]
    assert ("low" in row.dtype.names) == any(blank for _, _, blank in rows)
    with pytest.raises(ValueError, match="bytes"):
        layout(stored[:HEAD_BYTES], len(stored) + 1)


@given(
    st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)), st.integers(1, 10**12)
)
def test_a_mark_is_read_as_it_was_written(value, person):
    mark = Mark(value, person, 51)
    assert read_mark(str(mark)) == mark


@given(st.text())
def test_any_text_is_a_mark_or_none(text):
    assert read_mark(text) is None or isinstance(read_mark(text), Mark)


@given(
    st.sampled_from(SORTS), st.booleans(), st.sampled_from(("", *DECIDED)),
    st.one_of(st.none(), st.integers(1, 99)), st.sampled_from((25, 50, 200)),
)  # fmt: skip
def test_an_address_says_all_that_is_asked(sort, up, decision, band, size):
    asked = Asked(sort=sort, up=up, decision=decision, band=band, size=size, q="a b", least=52.5)
    said = {name: str(value) for name, value in asked.address().items()}
    assert read_asked(said) == asked
    assert read_asked({"sort": "name", "size": "7", "band": "x", "least": "nan"}) == Asked()


@given(st.sets(st.sampled_from(COLUMNS)))
def test_columns_are_kept_as_chosen(chosen):
    columns = read_columns(sorted(chosen), None, told=True)
    assert set(columns) == chosen
    assert read_columns([], as_kept(columns), told=False) == columns
    assert read_columns([], None, told=False) == USUAL
