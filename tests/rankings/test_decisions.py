"""Who must be looked at before many are declined; what a reason must be."""

import pytest

from assess.rankings.decisions import reason_faults, sample_size, to_look_at


@pytest.mark.parametrize(
    ("people", "looked_at"), [(1, 0), (2, 2), (3, 3), (4, 3), (30, 3), (31, 4), (100, 10)]
)
def test_at_least_three_or_a_tenth_are_looked_at(people, looked_at):
    assert sample_size(people) == looked_at
    chosen = range(100, 100 + people)
    picked = to_look_at(7, 1, 5, chosen)
    assert len(set(picked)) == looked_at
    assert set(picked) <= set(chosen)


def test_the_sample_stays_for_a_page_and_differs_for_another():
    people = range(40)
    picked = to_look_at(7, 1, 5, people)
    assert picked == to_look_at(7, 1, 5, list(reversed(people)))
    others = [to_look_at(8, 1, 5, people), to_look_at(7, 2, 5, people), to_look_at(7, 1, 6, people)]
    assert all(one != picked for one in others)
    # Everybody comes up: nobody is safe from being looked at, nobody always chosen.
    drawn = [one for member in range(200) for one in to_look_at(7, member, 5, people)]
    assert set(drawn) == set(people)
    assert max(map(drawn.count, people)) < 45  # 20 expected each


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 1001, "a\0b"])
def test_a_reason_is_words_that_can_be_kept(reason):
    assert reason_faults(reason)
    assert not reason_faults("Strong in what this job asks most")
