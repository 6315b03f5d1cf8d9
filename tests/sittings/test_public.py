"""Practice and job previews: open to everybody, in every language, and nothing is kept."""

import html
import re
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from assess.db.base import Base
from assess.db.scope import Across, across
from assess.instruments.practice import KINDS
from assess.web.languages import LANGUAGES
from tests.languages import content_in_all_languages

NAME = re.compile(r'<input type="radio" name="(answer-[\w.-]+)" value="1"')


@pytest.fixture(scope="session")
def whole_bank(tmp_path_factory):
    """Give content that is whole in every language."""
    return content_in_all_languages(tmp_path_factory.mktemp("content") / "questionnaires")


@pytest.fixture
def settings(settings, whole_bank):
    return replace(settings, questionnaires_dir=whole_bank.folder)


@pytest.fixture
def reader(app):
    """Give somebody without a link; nothing may be stored and no cookie set."""
    return app.test_client()


def text_of(answer):
    assert answer.status_code == 200, answer.text
    assert "Set-Cookie" not in answer.headers
    return html.unescape(answer.text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_format_can_be_practised_in_every_language(reader, whole_bank, language):
    practice = whole_bank.practice_in(language)
    index = text_of(reader.get(f"/practice?lang={language}"))
    assert practice.title in index
    assert practice.intro in index
    for kind, shown in practice.formats.items():
        assert shown.title in index
        assert f"/practice/{kind}?lang={language}" in index
        page = text_of(reader.get(f"/practice/{kind}?lang={language}"))
        assert shown.tip in page
        for block in shown.blocks:
            assert (block.scenario or "") in page
            assert all(item.text in page for item in block.items)
            assert block.explanation not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_after_the_post_every_block_is_explained_beside_what_was_chosen(
    reader, whole_bank, language
):
    shown = whole_bank.practice_in(language).formats["judgement"]
    address = f"/practice/judgement?lang={language}"
    names = NAME.findall(text_of(reader.get(address)))
    assert names == [f"answer-{i}" for block in shown.blocks for i in shown.block_item_ids(block)]
    page = text_of(reader.post(address, data=dict.fromkeys(names[1:], "2")))
    for block in shown.blocks:
        assert block.explanation in page
        for item in block.items:
            key = shown.option_keys[item.id]
            assert key.why in page
            assert f">{shown.labels[int(key.points) - 1]}.</span>" in page
    assert page.count(f">{shown.labels[1]}.</span>") >= len(names) - 1
    for name in names[1:]:
        assert re.search(rf'name="{re.escape(name)}" value="2" checked', page)


def test_one_statement_for_both_is_told_and_its_block_not_explained(reader, whole_bank):
    first, second = whole_bank.practice.formats["most_least"].blocks
    same = {f"answer-{first.id}.most": "1", f"answer-{first.id}.least": "1"}
    page = text_of(reader.post("/practice/most_least?lang=en", data=same))
    assert first.explanation not in page
    assert second.explanation in page
    assert page.count('role="alert" tabindex="-1" hidden') == 1


def test_a_switch_keeps_what_was_chosen_and_whether_it_was_explained(reader, whole_bank):
    name = NAME.findall(text_of(reader.get("/practice/rating")))[0]
    block = whole_bank.practice_in("fr").formats["rating"].blocks[0]
    chosen = {name: "6", "language": "fr"}
    page = text_of(reader.post("/practice/rating?lang=en", data=chosen))
    assert f'name="{name}" value="6" checked' in page
    assert block.explanation not in page
    assert "/practice/rating?lang=fr" in page
    page = text_of(reader.post("/practice/rating?lang=en", data={**chosen, "done": "1"}))
    assert block.explanation in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_call_driver_has_a_preview_in_every_language(reader, whole_bank, language):
    previews = whole_bank.previews_in(language)
    assert list(previews.by_code) == list(whole_bank.call_drivers)
    page = text_of(reader.get(f"/previews?lang={language}"))
    for one in previews.by_code.values():
        assert {one.heading, one.contact, one.hard, *one.helps} <= set(
            re.findall(r">([^<]+)<", page)
        )


def test_nothing_is_stored(reader, sessions):
    def rows():
        with across(sessions, Across.OPERATOR) as session:
            return {
                table.name: session.scalar(select(func.count()).select_from(table))
                for table in Base.metadata.sorted_tables
            }

    before = rows()
    for kind in KINDS:
        names = NAME.findall(text_of(reader.get(f"/practice/{kind}")))
        text_of(reader.post(f"/practice/{kind}", data={names[0]: "1"}))
    text_of(reader.get("/previews"))
    assert rows() == before


def test_there_is_no_other_practice_and_odd_input_is_harmless(reader):
    assert reader.get("/practice/guessing").status_code == 404
    odd = {"answer-pr-01.a": "<script>", "answer-pr-02.a": "99", "done": "x", "language": "xx"}
    page = text_of(reader.post("/practice/rating", data=odd))
    assert "<script>" not in page.replace("<script src", "")
    large = {"answer-pr-01.a": "1" * 40_000}
    assert reader.post("/practice/rating", data=large).status_code == 413
