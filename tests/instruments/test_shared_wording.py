"""Competencies, phrases and call drivers in another language; what is not translated stays."""

import pytest

from assess.errors import Invalid
from assess.instruments import shared_wording
from assess.instruments.catalogue import Catalogue, default_catalogue
from assess.instruments.checks import check_catalogue
from assess.instruments.shared_wording import SharedSource
from tests.instruments.translations import translation, write_translation


def read(content_copy, spoil=None):
    content = translation(content_copy)
    if spoil is not None:
        spoil(content)
    write_translation(content_copy, content)
    return Catalogue(content_copy)


def words_of(catalogue, language):
    """Give every shared text in a language, in one order."""
    competencies = catalogue.competencies_in(language)
    said = [getattr(one, part) for one in competencies for part in shared_wording._WORDS]
    said += [bar for one in competencies for bar in one.bars]
    said += [one.title for one in catalogue.indices_in(language)]
    said += [one.title for one in catalogue.styles_in(language)]
    table = catalogue.phrases_in(language).table
    said += [text for one in table.values() for text in (one.report, one.feedback)]
    return said + list(catalogue.call_driver_titles(language).values())


def test_every_text_has_a_path_and_comes_back_translated(content_copy):
    catalogue = read(content_copy)
    source, other = (words_of(catalogue, language) for language in ("en", "xx"))
    words = ("competencies", "indices", "styles", "phrases", "call_drivers")
    paths = [path for path in catalogue.shared_sources if path.split(".")[0] in words]
    assert len(source) == len(paths) == 7 * 10 + 2 + 4 + 7 * 8 + 12
    assert other == [f"xx {text}" for text in source]
    assert {one.scale for one in catalogue.competencies_in("xx")} == {
        one.scale for one in catalogue.competencies
    }


def test_the_paths_are_those_of_the_files():
    paths = default_catalogue().shared_sources
    for path in (
        *("competencies.EMP.title", "competencies.CHN.bars.5", "competencies.REG.low_words"),
        *("indices.EMP.title", "styles.D.title", "call_drivers.delivery.title"),
        *("phrases.EMP.above.report", "phrases.CHN.not_measured.feedback"),
    ):
        assert path in paths


def test_a_text_without_a_translation_stays_in_the_source_s_language(content_copy):
    def spoil(content):
        del content["texts"]["competencies.EMP.title"]
        content["stamps"]["competencies.REG.title"] = "00000000"  # stale
        del content["stamps"]["competencies.OWN.title"]

    titles = [one.title for one in read(content_copy, spoil).competencies_in("xx")]
    source = [one.title for one in default_catalogue().competencies]
    assert titles[:3] == source[:3]
    assert titles[3] == f"xx {source[3]}"


def test_a_language_nobody_translated_reads_as_the_source(content_copy):
    catalogue = read(content_copy)
    assert words_of(catalogue, "yy") == words_of(catalogue, "en")


def test_a_file_that_cannot_be_read_is_refused(content_copy):
    path = write_translation(content_copy, translation(content_copy))
    path.write_text("texts: 3\n", "utf-8")
    with pytest.raises(Invalid, match="language: is missing"):
        Catalogue(content_copy).texts_in("xx")


def test_further_shared_texts_are_translated_once_they_are_listed(content_copy, monkeypatch):
    previews = SharedSource("previews.yaml", lambda _catalogue: {"previews.delivery": "A parcel."})
    monkeypatch.setitem(shared_wording.SOURCES, "previews", previews)
    catalogue = read(content_copy)
    assert catalogue.texts_in("xx")["previews.delivery"] == "xx A parcel."
    assert check_catalogue(Catalogue(content_copy)) == []
