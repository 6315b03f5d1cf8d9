"""A candidate's way in their own language: chosen before, changed on the way, nothing lost."""

import re
import shutil
from dataclasses import replace

import pytest
from sqlalchemy import select

from assess.app import create_app
from assess.db.scope import reading
from assess.instruments.catalogue import default_catalogue, open_catalogue
from assess.instruments.wording import in_language
from assess.sittings import queries
from assess.sittings.language import offered, told, whole_in
from assess.sittings.models import Answer, Attempt, Sitting
from assess.web.languages import LANGUAGES
from tests.languages import OTHERS, content_in_all_languages
from tests.service import csrf
from tests.sittings.conftest import Browser, invite, open_to_answers

LANG = re.compile(r'<html lang="([\w-]+)" dir="(\w+)">')
ITEM = re.compile(r'<input type="radio" name="answer-([\w.-]+)" value="1"')
NEXT = {"en": "Next", "fr": "Suivant", "es": "Siguiente", "id": "Berikutnya"}


@pytest.fixture(scope="session")
def whole_bank(tmp_path_factory):
    """Give content that is whole in every language."""
    return content_in_all_languages(tmp_path_factory.mktemp("content") / "questionnaires")


@pytest.fixture
def settings(settings, whole_bank):
    return replace(settings, questionnaires_dir=whole_bank.folder)


@pytest.fixture
def person(sessions, tenant, settings, whole_bank):
    """Give a function that invites somebody in a language."""
    campaign_id = open_to_answers(sessions, tenant, whole_bank)
    return lambda language="en", name="Ada": invite(
        sessions, tenant, settings, campaign_id, name, language
    )


@pytest.fixture
def rows(sessions, tenant):
    """Give a function that reads the languages kept: of sittings, attempts and answers."""

    def read():
        with reading(sessions, tenant.organisation_id) as session:
            return (
                list(session.scalars(select(Sitting.language))),
                list(session.scalars(select(Attempt.language).order_by(Attempt.id))),
                dict(session.execute(select(Answer.item, Answer.language)).all()),
            )

    return read


def spoken(page):
    return LANG.search(page.text)[1]


def question(bank, key, language):
    return in_language(bank.instrument(key), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_in_the_language_of_the_invitation(
    browser, person, whole_bank, rows, language
):
    walked, invited = browser(), person(language)
    page = walked.get(invited.path)
    locale = "en-GB" if language == "en" else language
    assert spoken(page) == locale
    notice = walked.enter(invited)
    assert spoken(notice) == locale
    told_in = question(whole_bank, "work-style", language)
    assert told_in.language == language
    assert told_in.title in notice.text
    practice = walked.press(notice.text, "/take/")
    assert spoken(practice) == locale
    walked.press(practice.text, "/take/practice")
    screen = walked.get("/take/1")
    assert spoken(screen) == locale
    assert f">{NEXT[language]}</button>" in screen.text
    for item in told_in.blocks[0].items:
        assert f"<legend>{item.text}</legend>" in screen.text.replace("&#39;", "'")
    assert rows()[:2] == ([language], [language, language])


def test_a_switch_in_the_middle_keeps_what_is_on_the_screen(browser, person, rows, whole_bank):
    walked, invited = browser(), person()
    page = walked.begin(invited)
    items = ITEM.findall(page.text)
    first = {f"answer-{item}": "3" for item in items[:2]}
    french = walked.press(page.text, "/take/1", language="fr", **{"shown-in": "en"}, **first)
    assert french.request.path == "/take/1"
    assert spoken(french) == "fr"
    assert invited.current() == dict.fromkeys(items[:2], 3)
    for item in items[:2]:
        assert re.search(rf'name="answer-{item}" value="3" checked', french.text)
    second = {f"answer-{item}": "5" for item in items}
    walked.press(french.text, "/take/1", go="next", **{"shown-in": "fr"}, **second)
    assert invited.current() == dict.fromkeys(items, 5)
    languages, attempts, answers = rows()
    assert languages == ["fr"]
    assert attempts == ["en", "en"], "an attempt keeps the language it was begun in"
    assert {answers[item] for item in items} == {"fr"}
    with_log = invited.log()
    assert len(with_log) == 2 + len(items)


def test_an_answer_notes_the_language_it_was_shown_in_even_when_it_comes_late(
    browser, person, rows
):
    walked, invited = browser(), person()
    page = walked.begin(invited)
    one, two, three = ITEM.findall(page.text)[:3]
    walked.press(page.text, "/take/1", language="es")
    late = {"item": one, "value": 2, "sequence": 1, "key": "a", "language": "en"}
    plain = {"item": two, "value": 2, "sequence": 2, "key": "b"}
    odd = {"item": three, "value": 2, "sequence": 3, "key": "c", "language": ["x"]}
    assert walked.send(page.text, late, plain, odd).status_code == 200
    assert rows()[2] == {one: "en", two: "es", three: "es"}


@pytest.mark.parametrize(
    ("address", "back"), [("/take/", "start"), ("/take/review", "review"), ("/take/", "nonsense")]
)
def test_the_other_pages_switch_and_come_back(browser, person, address, back):
    walked, invited = browser(), person()
    if back == "review":
        walked.begin(invited)
    else:
        walked.enter(invited)
    page = walked.get(address)
    assert 'lang="id">Bahasa Indonesia</button>' in page.text
    after = walked.press(page.text, "/take/language", language="id", back=back)
    assert (after.request.path, spoken(after)) == (address, "id")


def test_practice_shows_what_was_chosen_in_the_other_language(browser, person):
    walked, invited = browser(), person()
    practice = walked.press(walked.enter(invited).text, "/take/")
    name = re.search(r'name="(answer-[\w.-]+)"', practice.text)[1]
    french = walked.press(practice.text, "/take/practice", language="fr", **{name: "4"})
    assert spoken(french) == "fr"
    assert re.search(rf'name="{name}" value="4" checked', french.text)
    assert "Commencer les questions" not in french.text
    done = walked.press(french.text, "/take/practice", **{name: "4"})
    assert "Commencer les questions" in done.text
    again = walked.press(done.text, "/take/practice", language="es", done="1", **{name: "4"})
    assert spoken(again) == "es"
    assert "Empezar con las preguntas" in again.text


def test_thanks_switches_after_everything_is_handed_in(browser, person, sitting_bank):
    walked, invited = browser(), person("fr")
    page = walked.begin(invited)
    thanks = walked.press(page.text, "/take/submit")
    assert thanks.request.path == "/take/thanks"
    assert "Merci, Ada" in thanks.text
    after = walked.press(thanks.text, "/take/language", language="es", back="thanks")
    assert "Gracias, Ada" in after.text


def test_an_explicit_choice_counts_before_the_start_and_no_get_keeps_it(browser, person, rows):
    walked, invited = browser(), person("fr")
    page = walked.get(f"{invited.path}?lang=id")
    assert spoken(page) == "id"
    assert spoken(walked.get(invited.path)) == "fr"
    assert rows()[0] == []
    data = {"csrf_token": csrf(page.text), "lang": "id"}
    walked.client.post(invited.path, data=data)
    assert rows()[:2] == (["id"], ["id", "id"])
    walked.get("/take/?lang=es")
    assert rows()[0] == ["id"]


def test_a_link_that_is_none_speaks_the_browser_s_language(app):
    page = app.test_client().get("/i/nothing", headers={"Accept-Language": "fr-CA,en;q=0.5"})
    assert page.status_code == 404
    assert spoken(page) == "fr"
    assert "Ce lien n’est pas complet" in page.text


def test_a_fault_is_told_in_the_person_s_language(browser, person):
    walked, invited = browser(), person("es")
    walked.begin(invited)
    page = walked.get("/take/999")
    assert page.status_code == 404
    assert "Esa página de preguntas no existe." in page.text


def test_members_pages_stay_english(app):
    page = app.test_client().get("/sign-in?lang=fr", headers={"Accept-Language": "fr"})
    assert spoken(page) == "en-GB"


def test_a_language_of_nobody_is_refused_and_changes_nothing(browser, person, rows):
    walked, invited = browser(), person()
    page = walked.enter(invited)
    answer = walked.press(page.text, "/take/language", language="xx", back="start")
    assert answer.status_code == 422
    assert rows()[0] == ["en"]


def test_scores_are_the_same_whatever_the_language(browser, person, sessions, tenant, sitting_bank):
    for name, language in (("Ada", "en"), ("Ben", "id")):
        walked, invited = browser(), person(language, name)
        page = walked.begin(invited)
        number = 1
        while page.request.path != "/take/review":
            items = ITEM.findall(page.text)
            fields = {f"answer-{item}": str(1 + (number + n) % 5) for n, item in enumerate(items)}
            page = walked.press(page.text, f"/take/{number}", go="next", **fields)
            number += 1
        walked.press(page.text, "/take/submit")
        campaign_id = invited.campaign_id
    with reading(sessions, tenant.organisation_id) as session:
        one, two = queries.finished_scores(session, campaign_id)
    for key, score in one[4].items():
        other = two[4][key]
        assert score.scales == other.scales
        assert score.mean.tobytes() == other.mean.tobytes()
        assert score.error.tobytes() == other.error.tobytes()
        assert score.instrument_digest == other.instrument_digest


def test_only_languages_in_which_every_part_is_whole_are_offered(whole_bank):
    parts = [whole_bank.instrument(key) for key in ("work-style", "disc-tetrads")]
    assert whole_in(parts) == tuple(LANGUAGES)
    bare = replace(parts[0], wordings={k: v for k, v in parts[0].wordings.items() if k != "es"})
    assert whole_in([bare, parts[1]]) == ("en", "fr", "id")
    assert tuple(offered([bare, parts[1]], "es")) == ("en", "fr", "es", "id")
    assert [one.language for one in told([bare, parts[1]], "es")] == ["en", "es"]


def test_what_is_not_translated_says_that_it_is_english(sessions, tenant, settings, tmp_path):
    """A folder without translations: French pages around English questions, marked as such."""
    bare = open_catalogue(_without_translations(tmp_path))
    made = create_app(replace(settings, questionnaires_dir=bare.folder))
    campaign_id = open_to_answers(sessions, tenant, bare)
    walked = Browser(made.test_client())
    page = walked.begin(invite(sessions, tenant, settings, campaign_id, "Ada", "fr"))
    assert spoken(page) == "fr"
    assert '<h1 lang="en">' in page.text
    assert page.text.count('<legend lang="en">') == len(ITEM.findall(page.text)) > 0
    assert "<span>Je préfère ne pas répondre</span>" in page.text
    assert 'name="language"' in page.text, "the way back to English"
    made.extensions["assess"]["engine"].dispose()


def _without_translations(folder):
    copy = folder / "bare"
    shutil.copytree(default_catalogue().folder, copy)
    for path in copy.glob("**/translations"):
        shutil.rmtree(path)
    return copy


@pytest.mark.parametrize("language", OTHERS)
def test_the_notice_tells_of_the_heaviest_drivers_in_the_language(
    browser, person, whole_bank, language
):
    notice = browser().enter(person(language)).text
    previews = whole_bank.previews_in(language)
    assert previews.language == language
    for code, preview in previews.by_code.items():
        assert (preview.heading in notice.replace("&#39;", "'")) == (
            code in ("delivery", "billing")
        )


def test_somebody_invited_in_a_language_of_nobody_begins_in_english(browser, person, rows):
    walked, invited = browser(), person("tlh")
    assert spoken(walked.enter(invited)) == "en-GB"
    assert rows()[:2] == (["en"], ["en", "en"])
