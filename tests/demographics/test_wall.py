"""Behind the wall: no path from a person to a group, no table that gives one away."""

import ast
import inspect
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

import assess
from assess.candidates import personal_data
from assess.candidates.service import Person, find_or_make
from assess.db.base import Base
from assess.db.scope import reading, writing
from assess.demographics import own_data, queries, service
from assess.demographics.models import DemographicAnswer, DemographicLink
from assess.demographics.queries import Outcome, rates
from assess.demographics.questions import PREFER_NOT, load_questions, questions_of, told
from assess.demographics.release import LEAST_APART, table_of, too_close
from assess.errors import Invalid
from assess.instruments.catalogue import default_catalogue
from assess.selection.suppression import may_be_shown
from tests.rankings.people import open_ranked
from tests.service import NOW

QUESTIONS = questions_of(default_catalogue().folder)


@pytest.fixture
def crowd(sessions, tenant):
    """Give sixty people's ids: 30 women, 26 men, 4 who describe it otherwise."""
    people = [Person(f"P{n}", f"p{n}@example.org") for n in range(60)]
    with writing(sessions, tenant.organisation_id) as session:
        ids = find_or_make(session, people, now=NOW, source="test")
        for place, one in enumerate(ids):
            said = "woman" if place < 30 else "man" if place < 56 else "other"
            service.keep_answers(session, one, QUESTIONS, {"gender": said})
    return ids


@pytest.fixture
def campaign_id(sessions, tenant):
    return open_ranked(sessions, tenant, default_catalogue())


@pytest.fixture
def ask(sessions, tenant, campaign_id):
    """Give a function that asks for rates of one outcome or several."""

    def ask_(question="gender", **outcomes):
        with writing(sessions, tenant.organisation_id) as session:
            return rates(session, campaign_id, question, outcomes, now=NOW)

    return ask_


def outcome(people, selected) -> Outcome:
    return Outcome(frozenset(people), frozenset(selected))


def test_small_groups_are_hidden_and_cannot_be_worked_out(crowd, ask):
    found = ask(finished=outcome(crowd, [*crowd[:15], *crowd[30:43], crowd[56]]))["finished"]
    shown = {one.name: one.counts for one in found.table.groups}
    assert shown["other"] is None
    assert sum(counts is None for counts in shown.values()) >= 2
    assert found.counted_at == NOW


def test_groups_that_are_large_enough_are_shown_with_their_rates(crowd, ask):
    people = crowd[:56]
    found = ask(finished=outcome(people, [*people[:15], *people[30:43]]))["finished"]
    shown = {one.name: (one.counts, one.unstable) for one in found.table.groups}
    assert (shown["woman"][0].people, shown["woman"][0].selected) == (30, 15)
    assert (shown["man"][0].people, shown["man"][0].selected) == (26, 13)
    assert not shown["woman"][1]
    assert shown["man"][1]


def test_one_more_person_changes_nothing_that_is_shown(crowd, ask):
    people = crowd[:46]
    before = ask(finished=outcome(people, people[:20]))["finished"]
    after = ask(finished=outcome([*people, crowd[46]], people[:20]))["finished"]
    assert after == before
    ten_more = ask(finished=outcome(crowd[:56], people[:20]))["finished"]
    assert ten_more != before


def test_another_name_is_no_way_around(crowd, ask):
    people = crowd[:46]
    ask(finished=outcome(people, people[:20]))
    found = ask(other=outcome([*people, crowd[46]], people[:20]))
    assert found == {"other": None}


def test_another_campaign_with_one_more_person_is_no_way_around(crowd, ask, sessions, tenant):
    people = crowd[:46]
    before = ask(finished=outcome(people, people[:20]))["finished"]
    second = open_ranked(sessions, tenant, default_catalogue())

    def ask_there(*given):
        with writing(sessions, tenant.organisation_id) as session:
            found = {"finished": outcome(*given)}
            return rates(session, second, "gender", found, now=NOW)["finished"]

    assert ask_there([*people, crowd[46]], people[:20]) is None
    assert ask_there(people, people[:20]).table == before.table
    # People of whom nothing was shown are nobody's difference.
    assert ask_there(crowd[46:], crowd[46:56]) is not None


def test_answers_given_later_do_not_show_in_the_same_people(crowd, ask, sessions, tenant):
    people = crowd[:56]
    before = ask(finished=outcome(people, people[:20]))["finished"]
    with writing(sessions, tenant.organisation_id) as session:
        service.keep_answers(session, people[0], QUESTIONS, {"gender": "man"})
    assert ask(finished=outcome(people, people[:20]))["finished"] == before
    assert ask(again=outcome(people, people[:20]))["again"].table == before.table


def test_who_prefers_not_to_say_is_unknown(crowd, ask, sessions, tenant):
    with writing(sessions, tenant.organisation_id) as session:
        for one in crowd[:15]:
            service.keep_answers(session, one, QUESTIONS, {"gender": PREFER_NOT})
    found = ask(finished=outcome(crowd[:56], [*crowd[:5], *crowd[15:20], *crowd[30:40]]))
    names = {one.name for one in found["finished"].table.groups}
    assert names == {"woman", "man", "unknown"}


def test_who_answered_is_told_and_not_what(crowd, sessions, tenant):
    with reading(sessions, tenant.organisation_id) as session:
        assert queries.has_answered(session, crowd[0]) is True
        assert queries.has_answered(session, 10**6) is False


def test_the_last_answers_count_and_take_the_place_of_the_first(sessions, tenant, crowd):
    with writing(sessions, tenant.organisation_id) as session:
        service.keep_answers(session, crowd[0], QUESTIONS, {"age": "25_to_39"})
        held = own_data.KEEPER.export_person(session, crowd[0])
        links = select(DemographicLink.id).where(DemographicLink.candidate_id == crowd[0])
        assert len(session.scalars(links).all()) == 1
    assert held == {"answers": {"age": "25_to_39"}}


@pytest.mark.parametrize("answers", [{"gender": "x" * 500}, {"shoe": "42"}, {"gender": ""}])
def test_what_was_not_asked_is_not_kept(sessions, tenant, crowd, answers):
    with pytest.raises(Invalid), writing(sessions, tenant.organisation_id) as session:
        service.keep_answers(session, crowd[0], QUESTIONS, answers)


def test_erasing_takes_the_answers_along(sessions, tenant, crowd):
    with writing(sessions, tenant.organisation_id) as session:
        pseudonym = session.scalar(
            select(DemographicLink.pseudonym).where(DemographicLink.candidate_id == crowd[0])
        )
        assert own_data.KEEPER.erase_person(session, crowd[0], NOW).counts == {
            "voluntary answers": 1
        }
        left = select(DemographicAnswer.choice).where(DemographicAnswer.pseudonym == pseudonym)
        assert session.scalars(left).all() == []
        assert own_data.KEEPER.erase_person(session, crowd[0], NOW).counts == {}


@pytest.mark.parametrize("both", [True, False])
def test_of_two_records_of_one_person_one_counts(sessions, tenant, crowd, both):
    with writing(sessions, tenant.organisation_id) as session:
        [fresh] = find_or_make(session, [Person("N", "n@example.org")], now=NOW, source="test")
        if both:
            service.keep_answers(session, fresh, QUESTIONS, {"gender": "man"})
        own_data.KEEPER.merge_people(session, fresh, crowd[0], NOW)
        held = own_data.KEEPER.export_person(session, fresh)
    assert held == {"answers": {"gender": "man" if both else "woman"}}


def test_another_organisation_counts_nobody_of_ours(sessions, other_tenant, crowd):
    theirs = open_ranked(sessions, other_tenant, default_catalogue())
    with writing(sessions, other_tenant.organisation_id) as session:
        found = rates(session, theirs, "gender", {"finished": outcome(crowd, crowd[:30])}, now=NOW)
    names = {one.name for one in found["finished"].table.groups}
    assert names == {"unknown"}


def test_no_other_room_knows_the_tables():
    package = Path(assess.__file__).parent
    for path in package.rglob("*.py"):
        if path.is_relative_to(package / "demographics"):
            continue
        text = path.read_text()
        assert "demographic_answer" not in text or "migrations" in str(path), path
        assert "demographic_link" not in text or "migrations" in str(path), path
        for node in ast.walk(ast.parse(text)):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            assert not [n for n in names if n.startswith("assess.demographics.models")], path


def test_no_foreign_key_leads_to_the_answers():
    tables = Base.metadata.tables
    walled = {"demographic_link", "demographic_answer"}
    for name in walled:
        targets = {key.column.table.name for key in tables[name].foreign_keys}
        assert targets == {"organisation"}
    for table in tables.values():
        assert not {key.column.table.name for key in table.foreign_keys} & walled
    assert set(tables["demographic_answer"].columns.keys()) == {
        "organisation_id", "pseudonym", "question", "choice",
    }  # fmt: skip


def test_what_the_room_offers_gives_nobodys_group():
    public = {
        name
        for name, made in inspect.getmembers(queries, inspect.isfunction)
        if made.__module__ == queries.__name__ and not name.startswith("_")
    }
    assert public == {"has_answered", "rates"}
    offered = {
        name
        for name, made in inspect.getmembers(service, inspect.isfunction)
        if made.__module__ == service.__name__ and not name.startswith("_")
    }
    assert offered == {"keep_answers"}
    assert inspect.signature(service.keep_answers).return_annotation is None


def test_only_the_persons_own_copy_holds_what_they_said(sessions, tenant, crowd):
    with reading(sessions, tenant.organisation_id) as session:
        held = personal_data.export(session, crowd[0])
        assert held["demographics"] == {"answers": {"gender": "woman"}}
        assert "woman" not in repr({k: v for k, v in held.items() if k != "demographics"})


@st.composite
def histories(draw):
    """Draw a pool with groups, and sets of it that somebody asks for one after the other."""
    n = draw(st.integers(12, 70))
    groups = {person: draw(st.sampled_from("abc")) for person in range(n)}
    asked = []
    for _ in range(draw(st.integers(2, 5))):
        people = range(draw(st.integers(1, n)))
        share = draw(st.integers(1, 6))
        asked.append(outcome(people, [p for p in people if p % share == 0]))
    return groups, asked


@settings(max_examples=200, deadline=None)
@given(histories())
def test_no_two_tables_that_are_shown_are_a_few_people_apart(history):
    groups, asked = history
    shown: list[Outcome] = []
    for one in asked:
        if not any(too_close(one, other) for other in shown):
            shown.append(one)
    for first in shown:
        for one in table_of(first, groups).groups:
            assert one.counts is None or may_be_shown(one.counts)
        for second in shown:
            for ours, theirs in zip(first.parts, second.parts, strict=True):
                # A part against its whole is one table's matter: it hides what is small.
                own = first.people == second.people and first.people in (ours, theirs)
                if own or not ours & theirs:
                    continue
                for apart in (ours - theirs, theirs - ours):
                    assert not apart or len(apart) >= LEAST_APART


@settings(max_examples=200, deadline=None)
@given(histories(), st.integers(0, 69))
def test_adding_one_person_never_gives_their_group_away(history, extra):
    groups, [first, *_rest] = history
    person = extra % len(groups)
    if person in first.people:
        return
    for selected in (first.selected, first.selected | {person}):
        more = Outcome(first.people | {person}, selected)
        assert too_close(first, more) or not first.people


def test_every_text_has_english_and_falls_back_to_it():
    for country in load_questions(default_catalogue().folder).values():
        for question in country:
            for texts in (question.text, *(choice.text for choice in question.choices)):
                assert told(texts, "xx") == texts["en"]
            assert question.choices[-1].code == PREFER_NOT
    assert told(QUESTIONS[0].text, "es-MX") == QUESTIONS[0].text["es"]


def test_a_country_without_a_list_gets_the_default():
    folder = default_catalogue().folder
    assert questions_of(folder, "DE") == questions_of(folder)
    assert questions_of(folder, "US") != questions_of(folder)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("  default:", "  none:", "countries.default: is missing"),
        ("code: woman", "code: man", "'man' is given twice"),
        ("key: age", "key: gender", "'gender' is given twice"),
        ('{en: "Woman"', '{de: "Frau"', "needs English"),
        ("code: under_25", "code: prefer_not_to_say", "given twice"),
        ("code: under_25", f"code: {'x' * 41}", "longer than 40"),
    ],
)
def test_a_faulty_list_names_its_place(tmp_path, old, new, fault):
    text = (default_catalogue().folder / "demographics.yaml").read_text()
    assert old in text
    (tmp_path / "demographics.yaml").write_text(text.replace(old, new, 1))
    with pytest.raises(Invalid) as error:
        load_questions(tmp_path)
    assert any(fault in one for one in error.value.faults)
