"""What the service stores is what the formulas give when they are worked out by hand."""

from datetime import timedelta

import numpy as np
import pytest

from assess.campaigns import queries as view
from assess.campaigns import service as campaigns
from assess.db.scope import reading, writing
from assess.instruments.simulation import simulate_answers
from assess.profiles import service as profiles
from assess.profiles.mix import ContactMix
from assess.rankings import difference_queries, queries
from assess.rankings.readings import in_tenths
from assess.rankings.service import rank_campaign
from assess.sittings.imports import ImportedPerson, import_people
from tests.rankings.by_hand import (
    CODES,
    bands_by_hand,
    below_by_hand,
    person_by_hand,
    targets_by_hand,
    top_by_hand,
    tuned_by_hand,
    weights_by_hand,
)
from tests.rankings.people import BOTH, DRIVERS
from tests.service import NOW

PEOPLE, SEATS, CONTACTS, FACTORS = 12, 4, 2000, {"EMP": 1.5, "CHN": 0.5}
MINIMUM, STYLE = {"EMP": 50.0}, 0.1
BLANK, JUDGED_ONLY, NO_EMPATHY, CONSTANT, TOO_FEW, JUST_ENOUGH, TIED = 0, 1, 2, 3, 4, 5, 6
EXACT = {"abs": 1e-9}


def answered(shipped):
    """Give simulated answers, some taken away: (style, ratings), a row a person."""
    drawn = simulate_answers(shipped, BOTH, PEOPLE, np.random.default_rng(3))
    style, ratings = drawn[BOTH[0]], drawn[BOTH[1]]
    instrument = shipped.instrument(BOTH[0])
    empathy = next(scale for scale in instrument.scales if scale.name == "empathy")
    style[[BLANK, JUDGED_ONLY]] = ratings[BLANK] = np.nan
    style[NO_EMPATHY, [instrument.item_ids.index(item) for item in empathy.item_ids]] = np.nan
    ratings[CONSTANT] = 3
    ratings[TOO_FEW, 51:] = ratings[JUST_ENOUGH, 52:] = np.nan  # 73.9 and 75.4 % of 69
    style[TIED], ratings[TIED] = style[TIED + 1], ratings[TIED + 1]
    style[TIED + 2, 7] = ratings[TIED + 2, 7] = np.nan
    return style, ratings


@pytest.fixture
def ranked_by_both(sessions, tenant, shipped):
    """Give the service's entries and the people worked out by hand, in one order."""
    opening = campaigns.Opening(
        title="By hand", brand="Harbour Parcels", seats=SEATS, drivers=DRIVERS,
        n_contacts=CONTACTS, multipliers=FACTORS, battery=BOTH, opens_on=NOW.date(),
        closes_on=NOW.date() + timedelta(days=30), simulated=True,
    )  # fmt: skip
    ours = sessions, tenant.recruiter, shipped
    campaign_id = campaigns.open_campaign(*ours, opening, now=NOW, seed=7)
    people = [ImportedPerson(f"P{i:02d}", f"Person {i:02d}", None) for i in range(PEOPLE)]
    style, ratings = answered(shipped)
    import_people(
        *ours, campaign_id, people, dict(zip(BOTH, (style, ratings), strict=True)),
        now=NOW, source="simulated", simulated=True,
    )  # fmt: skip
    made = rank_campaign(*ours, campaign_id, now=NOW)
    with reading(sessions, tenant.organisation_id) as session:
        seen = queries.snapshot(session, made)
    weights = weights_by_hand(DRIVERS, CONTACTS, FACTORS)
    assert [seen.weights[c] for c in CODES] == pytest.approx(weights, **EXACT)
    rows = zip(style.tolist(), ratings.tolist(), strict=True)
    return (
        sorted(seen.entries, key=lambda entry: entry.code),
        [person_by_hand(*row, weights) for row in rows],
    )


@pytest.fixture
def tuned(ranked_by_both, sessions, tenant, shipped):
    """Give the ranking under the next version of the profile: style counts, empathy has a
    minimum; beside it the first one's entries and the people worked out by hand.
    """
    mix = ContactMix(DRIVERS, CONTACTS, FACTORS, minimums=MINIMUM, style_weight=STYLE)
    with writing(sessions, tenant.organisation_id) as session:
        campaign = view.campaigns(session)[0].id
        profile_id = view.campaign(session, campaign).profile.profile_id
        version = profiles.new_version(
            session, tenant.recruiter, shipped, profile_id, mix, reason="tuned", now=NOW
        )
    campaigns.adopt_profile(sessions, tenant.recruiter, campaign, version, now=NOW)
    made = rank_campaign(sessions, tenant.recruiter, shipped, campaign, now=NOW)
    assert rank_campaign(sessions, tenant.recruiter, shipped, campaign, now=NOW) == made
    with reading(sessions, tenant.organisation_id) as session:
        seen = queries.snapshot(session, made)
        two = difference_queries.versions(session, view.campaign(session, campaign))
        former = queries.snapshot(session, two.former_snapshot)
    assert (two.present_snapshot, two.former.number, two.present.number) == (made, 1, 2)
    return seen, former, ranked_by_both


def same(stored, by_hand):
    """Compare (mean, error), or that there is none."""
    if by_hand is None:
        assert stored in (None, (None, None))
    else:
        assert stored == pytest.approx(by_hand[:2], **EXACT)


def test_the_whole_chain_is_what_the_formulas_give_by_hand(ranked_by_both):
    for entry, person in zip(*ranked_by_both, strict=True):
        for scale, pair in person.rated.items():
            same(entry.scales[scale], pair)
        for name in (*CODES, "total"):
            same(entry.scales[name], person.judged.get(name))
        for code in CODES:
            same((entry.mean[code], entry.error[code]), person.indices[code])
        assert entry.coverage == pytest.approx(person.coverage, **EXACT)
        if person.fit is None:
            assert (entry.fit, entry.rank, entry.band, entry.p_top) == (None,) * 4
            continue
        assert (entry.fit, entry.fit_error) == pytest.approx((person.fit, person.error), **EXACT)
        assert [entry.contributions[c] for c in CODES] == pytest.approx(person.steps, **EXACT)
        shown, total = in_tenths(list(entry.contributions.values()), entry.fit - 50)
        assert sum(shown) == pytest.approx(total, **EXACT)
        assert f"{50 + total:.1f}" == f"{entry.fit:.1f}"


def test_place_and_chance_are_what_the_definitions_give_by_hand(ranked_by_both):
    both = [(e, p) for e, p in zip(*ranked_by_both, strict=True) if p.fit is not None]
    people = [(p.fit, p.error, p.coverage) for _, p in both]
    assert [e.band for e, _ in both] == bands_by_hand(people)
    chances = top_by_hand(people, SEATS)
    assert sum(chances) == pytest.approx(SEATS, abs=1e-6)
    for (entry, person), chance in zip(both, chances, strict=True):
        # Four standard errors of a share of 10,000 draws.
        assert entry.p_top == pytest.approx(chance, abs=0.02)
        assert entry.at_cut == (0.05 < entry.p_top < 0.95)
        assert entry.rank == 1 + sum(other[0] > person.fit + 1e-9 for other in people)


def test_who_left_too_much_out_is_not_ranked_and_who_left_enough_is(ranked_by_both):
    entries, _ = ranked_by_both
    unranked = [i for i, entry in enumerate(entries) if entry.rank is None]
    assert unranked == [BLANK, CONSTANT, TOO_FEW]
    assert entries[BLANK].coverage == 0
    assert entries[JUST_ENOUGH].coverage == pytest.approx(1)
    assert entries[JUDGED_ONLY].fit_error > entries[NO_EMPATHY].fit_error
    alike = entries[TIED], entries[TIED + 1]
    assert len({(e.rank, e.rank_low, e.rank_high, e.band, e.p_top) for e in alike}) == 1
    with_gaps = {round(entries[i].coverage, 9) for i in (JUDGED_ONLY, NO_EMPATHY, JUST_ENOUGH)}
    assert len({entries[i].band for i in (JUDGED_ONLY, NO_EMPATHY, JUST_ENOUGH)}) == len(with_gaps)


def test_a_tuned_profile_is_what_the_formulas_give_by_hand(tuned):
    seen, former, (entries, people) = tuned
    targets = targets_by_hand(DRIVERS)
    assert sorted(targets) == ["conscientiousness", "dominance", "influence"]
    held, placed = [], []
    for entry, person in zip(sorted(seen.entries, key=lambda e: e.code), people, strict=True):
        if person.fit is None:
            assert (entry.fit, entry.rank, entry.held_back) == (None, None, False)
            continue
        fit, error, steps = tuned_by_hand(person, STYLE, targets)
        assert (entry.fit, entry.fit_error) == pytest.approx((fit, error), abs=1e-6)
        stored = [entry.contributions[c] for c in (*CODES, "style")]
        assert stored == pytest.approx(steps, abs=1e-6)
        assert sum(stored) == pytest.approx(entry.fit - 50, **EXACT)
        chance = below_by_hand(person.indices["EMP"], MINIMUM["EMP"])
        assert entry.below["EMP"] == pytest.approx(chance, **EXACT)
        assert entry.held_back == (chance >= 0.95)
        assert ("EMP:may_be_below_minimum" in entry.flags) == (0.05 < chance < 0.95)
        if entry.held_back:
            held.append(entry)
            assert (entry.band, entry.p_top, entry.at_cut) == (None, None, False)
        else:
            placed.append((entry, (fit, error, person.coverage)))
    assert seen.held_back == len(held) > 0
    assert seen.ranked == len(placed)
    # The others are ranked as if nobody were held back.
    figures = [one for _, one in placed]
    assert [entry.band for entry, _ in placed] == bands_by_hand(figures)
    for (entry, _), chance in zip(placed, top_by_hand(figures, SEATS), strict=True):
        assert entry.p_top == pytest.approx(chance, abs=0.02)
    # The first ranking is kept as it was.
    assert sorted(former.entries, key=lambda e: e.code) == entries
    order = [one.group[0] for one in seen.entries]
    assert order == sorted(order)
    assert [one.code for one in seen.entries if one.group[0] == 1] == [e.code for e in held]
