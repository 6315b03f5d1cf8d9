"""Requirements against what people say: the rule alone."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assess.candidates.requirements import (
    ANYWHERE,
    EQUIPMENT,
    LANGUAGE_CODES,
    LEVELS,
    MOST_LANGUAGES,
    SHIFTS,
    Kind,
    Outcome,
    Requirement,
    countries,
    declared_of,
    judge,
    judge_all,
    of_plain,
    plain,
    requirement_faults,
    status,
)
from assess.errors import Invalid

FRENCH = Requirement(Kind.LANGUAGE, name="fr", level="fluent")
NIGHT = Requirement(Kind.SHIFT, name="night")
PLACE = Requirement(Kind.PLACE, places=("Lyon", "Paris"), home="FR")
START = Requirement(Kind.START, by=date(2026, 3, 1))
WORK = Requirement(Kind.WORK, name="FR")
MET, NOT_MET, NOT_SAID = Outcome.MET, Outcome.NOT_MET, Outcome.NOT_SAID

named = {
    Kind.SHIFT: st.sampled_from(SHIFTS),
    Kind.EQUIPMENT: st.sampled_from(EQUIPMENT),
    Kind.WORK: st.sampled_from(sorted(countries())),
}
places = st.lists(st.text("abcdéç -:", min_size=1).filter(str.strip), max_size=5, unique=True)


def made(kind: Kind) -> st.SearchStrategy[Requirement]:
    must = st.booleans()
    if kind is Kind.LANGUAGE:
        tongue, level = st.sampled_from(LANGUAGE_CODES), st.sampled_from(LEVELS)
        return st.builds(Requirement, st.just(kind), must, tongue, level)
    if kind is Kind.PLACE:
        home = st.sampled_from([ANYWHERE, "FR"])
        return st.builds(Requirement, st.just(kind), must, places=places.map(tuple), home=home)
    if kind is Kind.START:
        return st.builds(Requirement, st.just(kind), must, by=st.dates())
    if kind is Kind.WORK:
        name, sponsors = named[kind], st.booleans()
        return st.builds(Requirement, st.just(kind), must, name, sponsors=sponsors)
    return st.builds(Requirement, st.just(kind), must, named[kind])


requirements = st.sampled_from(Kind).flatmap(made)
lists = st.lists(requirements, max_size=8, unique_by=lambda one: one.questions[0])


@st.composite
def said(draw, asked):
    """Draw answers to some of the questions."""
    given_ = {}
    for one in asked:
        for key in one.questions:
            answer = st.sampled_from(one.choices) if one.choices else st.dates().map(str)
            value = draw(st.none() | answer)
            if value is not None:
                given_[key] = value
    return given_


@pytest.mark.parametrize(
    ("requirement", "answers", "outcome"),
    [
        (FRENCH, {"language:fr": "native"}, MET),
        (FRENCH, {"language:fr": "fluent"}, MET),
        (FRENCH, {"language:fr": "good"}, NOT_MET),
        (FRENCH, {"language:fr": "none"}, NOT_MET),
        (FRENCH, {"language:en": "native"}, NOT_SAID),
        (NIGHT, {"shift:night": "yes"}, MET),
        (NIGHT, {"shift:night": "no", "shift:late": "yes"}, NOT_MET),
        (PLACE, {"place:Paris": "yes"}, MET),
        (PLACE, {"place:Lyon": "no", "home:FR": "yes"}, MET),
        (PLACE, {"place:Lyon": "no", "place:Paris": "no"}, NOT_SAID),
        (PLACE, {"place:Lyon": "no", "place:Paris": "no", "home:FR": "no"}, NOT_MET),
        (START, {"start:": "2026-03-01"}, MET),
        (START, {"start:": "2026-03-02"}, NOT_MET),
        (WORK, {"work:FR": "yes"}, MET),
        (WORK, {"work:FR": "sponsorship"}, NOT_MET),
        (Requirement(Kind.WORK, name="FR", sponsors=True), {"work:FR": "sponsorship"}, MET),
        (Requirement(Kind.WORK, name="FR", sponsors=True), {"work:FR": "no"}, NOT_MET),
    ],
)
def test_what_meets_what(requirement, answers, outcome):
    result = judge(requirement, answers)
    assert result.outcome is outcome
    assert result.said.keys() <= set(requirement.questions)


@given(lists)
def test_who_says_nothing_is_neither_good_nor_bad(asked):
    results = judge_all(asked, {})
    assert {one.outcome for one in results} <= {NOT_SAID}
    assert status(results).state is (NOT_SAID if asked else MET)


@given(st.data(), lists)
def test_an_answer_to_everything_is_met_or_not_and_order_is_nothing(data, asked):
    answers = data.draw(said(asked))
    results = judge_all(asked, answers)
    for one in results:
        if set(one.requirement.questions) <= set(answers):
            assert one.outcome is not NOT_SAID
    backwards = dict(reversed(answers.items()))
    assert status(judge_all(asked[::-1], backwards)) == status(results)


@given(st.data(), lists, st.dictionaries(st.text(max_size=5), st.text(max_size=5)))
def test_other_questions_change_nothing(data, asked, other):
    answers = data.draw(said(asked))
    keys = {key for one in asked for key in one.questions}
    more = {key: value for key, value in other.items() if key not in keys}
    assert judge_all(asked, more | answers) == judge_all(asked, answers)


@given(st.sampled_from(LEVELS), st.integers(0, len(LEVELS)), st.integers(0, len(LEVELS)))
def test_to_speak_better_never_hurts(least, one, other):
    low, high = sorted((one, other))
    ladder = ("none", *LEVELS)
    asked = Requirement(Kind.LANGUAGE, name="fr", level=least)
    outcomes = [judge(asked, {"language:fr": ladder[at]}).outcome for at in (low, high)]
    assert outcomes != [MET, NOT_MET]


@given(st.dates(max_value=date(9000, 1, 1)), st.integers(0, 400))
def test_to_start_earlier_never_hurts(by, days):
    asked = Requirement(Kind.START, by=by)
    assert judge(asked, {"start:": str(by)}).outcome is MET
    later = judge(asked, {"start:": str(by + timedelta(days))}).outcome
    assert later is (NOT_MET if days else MET)


@given(st.data(), lists)
def test_the_counts_are_of_the_musts_where_there_is_one(data, asked):
    results = judge_all(asked, data.draw(said(asked)))
    found = status(results)
    musts = [one for one in results if one.requirement.must] or list(results)
    assert found.met + found.not_met + found.not_said == len(musts)
    assert found.nice == sum(not one.must for one in asked)
    assert (found.state is NOT_MET) == any(one.outcome is NOT_MET for one in musts)
    assert (found.state is MET) == all(one.outcome is MET for one in musts)


@given(lists)
def test_requirements_are_kept_as_they_are_and_read_again(asked):
    assert of_plain(json.loads(json.dumps(plain(asked)))) == tuple(asked)
    assert of_plain(plain(asked)) == tuple(asked)


@given(st.data(), lists)
def test_a_form_keeps_answers_alone(data, asked):
    answers = data.draw(said(asked))
    blank = {key: "" for one in asked for key in one.questions if key not in answers}
    given_ = {key: f" {value} " for key, value in answers.items()} | blank
    assert declared_of(asked, given_ | {"csrf_token": "x", "language:xx": "native"}) == answers


@given(requirements, st.text(min_size=1, max_size=12))
def test_what_is_no_answer_is_refused(one, value):
    assume(value.strip() and value.strip() not in one.choices and one.kind is not Kind.START)
    with pytest.raises(Invalid) as refused:
        declared_of([one], {one.questions[-1]: value})
    assert refused.value.faults[0].startswith(one.questions[-1])


def test_a_day_is_written_as_a_day():
    with pytest.raises(Invalid, match="start:"):
        declared_of([START], {"start:": "1 March"})
    assert declared_of([START], {"start:": "2026-03-01"}) == {"start:": "2026-03-01"}


@pytest.mark.parametrize(
    ("faulty", "fault"),
    [
        ([NIGHT, NIGHT], "shift: night is asked for twice"),
        ([START, START], "start: it is asked for twice"),
        ([Requirement(Kind.SHIFT, name="lunch")], "there is no 'lunch'"),
        ([Requirement(Kind.WORK, name="ZZ")], "there is no 'ZZ'"),
        ([Requirement(Kind.LANGUAGE, name="fr")], "level is one of"),
        ([Requirement(Kind.START)], "name the day"),
        ([Requirement(Kind.PLACE)], "name a place"),
        ([Requirement(Kind.PLACE, places=("Lyon", "lyon"))], "named twice"),
        ([Requirement(Kind.PLACE, places=tuple("abcdef"))], "at most 5"),
        ([Requirement(Kind.PLACE, places=("x" * 61,))], "1 to 60"),
        ([Requirement(Kind.PLACE, places=("a\nb",))], "on one line"),
        ([Requirement(Kind.PLACE, places=("Lyon",), home="XX")], "no country"),
        (
            [
                Requirement(Kind.LANGUAGE, name=one, level="good")
                for one in LANGUAGE_CODES[: MOST_LANGUAGES + 1]
            ],
            "at most 5",
        ),
    ],
)
def test_faulty_requirements_are_told(faulty, fault):
    assert any(fault in one for one in requirement_faults(faulty))


def test_requirements_in_order_have_no_fault():
    assert requirement_faults([FRENCH, NIGHT, PLACE, START, WORK]) == []
    assert {"FR", "GB", "PH", "IN"} <= countries()
    assert not {"EU", "ZZ", "UN"} & countries()
