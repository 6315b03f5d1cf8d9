"""What a report says in each language: whole, its own, and free of words no report may say."""

import re
from html import unescape

import pytest

from assess.instruments.catalogue import default_catalogue
from assess.instruments.word_lists import UNFIT_WORDS
from assess.reports import layout, plan
from assess.reports.formats import filters
from assess.reports.options import LANGUAGES
from assess.reports.units import UnitRequest
from assess.web.languages import LANGUAGES as OFFERED
from tests.reports.material import KINDS, content_of

#: Forecasts, verdicts, pass marks, deficits: domain.md 6 and 7, as far as words can be listed.
NEVER = {
    "en": r"will (?:perform|leave|stay|succeed|fail)|attrition|turnover|poor (?:empathy|\w+ skills)"
    r"|unfit|unsuitable|incompetent|liars?|lied|dishonest\w*|(?<!Delivery )failed|rejected"
    r"|pass mark|suffers?|personality type|unstable|intelligen\w+|stars?|winners?|losers?",
    "fr": r"va (?:réussir|échouer|partir|rester)|attrition|inapte\w*|incompétent\w*"
    r"|ment(?:eur|euse)s?|malhonnête\w*|échoué\w*|rejet\w+|éliminé\w*|note de passage"
    r"|souffre\w*|instables?|intelligen\w+|gagnant\w*|perdant\w*",
    "es": r"va a (?:rendir|irse|quedarse|fracasar)|rotación|inept\w+|incompetent\w*|mentiros\w+"
    r"|deshonest\w+|suspens\w+|rechazad\w+|eliminad\w+|nota de corte|sufre\w*|inestables?"
    r"|inteligen\w+|ganador\w*|perdedor\w*",
    "id": r"akan (?:berprestasi|keluar|bertahan|gagal)|tidak layak|tidak kompeten|pembohong"
    r"|berbohong|tidak jujur|tersingkir|nilai lulus|lulus|menderita|labil|cerdas"
    r"|pemenang|pecundang",
}  # fmt: skip
#: The one sentence that says what is not given.
DENIED = r"percentiles?|centiles?|percentil\w*|persentil"


def said(request: UnitRequest) -> str:
    """Give the words of a sheet, those of its pictures among them."""
    html, _ = layout._html(request, 0)
    html = re.sub(r"<(style|title)\b.*?</\1>", " ", html, flags=re.S)
    html = re.sub(r'<img alt="([^"]*)"[^>]*>', r" \1 ", html)
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


def texts(language: str, kind: str) -> str:
    content = content_of(kind, language)
    sheets = plan.plan(content)
    requests = [sheet.request for sheet in sheets] + [plan.frame(content, "a4")]
    if kind == "ranked":
        requests.append(plan.cover(content, {sheet.anchor: 2 for sheet in sheets}).request)
    lines = ["".join(run.text for run in sheet.line) for sheet in sheets]
    return " ".join([*map(said, requests), *lines, plan.about(content).title])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_no_report_says_what_no_report_may_say(language, kind):
    text = texts(language, kind)
    found = re.findall(rf"\b(?:{NEVER[language]})\b", text, re.IGNORECASE)
    for words in UNFIT_WORDS[language].values():
        found += re.findall(rf"\b(?:{words})(?!\w)", text, re.IGNORECASE)
    assert found == []
    denials = len(re.findall(rf"\b(?:{DENIED})\b", text, re.IGNORECASE))
    assert denials == (kind != "interview"), "said once, and that is that there is none"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_of_the_content_says_it_either(language):
    """Whatever a score may bring up, not only what these people's scores did."""
    catalogue = default_catalogue()
    table = catalogue.phrases_in(language).table
    content = [phrase.report for phrase in table.values()]
    for one in catalogue.competencies_in(language):
        content += [one.title, one.definition, one.probe, one.low_words, one.high_words, *one.bars]
    text = "\n".join([*content, *catalogue.call_driver_titles(language).values()])
    assert re.findall(rf"\b(?:{NEVER[language]})\b", text, re.IGNORECASE) == []


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_report_in_another_language_has_no_english_left_in_it(language, kind):
    """But for names, and what stands in it as it is kept."""
    text = _without_sources(texts(language, kind))
    for word in ("the", "people", "between", "with", "cannot", "interview", "answers"):
        assert re.findall(rf"\b{word}\b", text) == []


def test_the_languages_of_reports_are_those_candidates_are_offered():
    assert set(LANGUAGES) == set(OFFERED)


@pytest.mark.parametrize("kind", KINDS)
def test_a_translation_that_nobody_signed_says_so_on_every_page(kind):
    for language, words in (("fr", "Traduction automatique, non relue."), ("en", None)):
        foot = said(plan.frame(content_of(kind, language), "a4"))
        assert (words in foot) if words else ("translation" not in foot)


def test_figures_and_days_are_written_as_the_language_writes_them():
    english, french, spanish, indonesian = (filters(one) for one in LANGUAGES)
    assert [f["decimal"](1234.5) for f in (english, french)] == ["1234.5", "1234,5"]
    assert french["signed"](-1.25) == "−1,2"
    assert english["signed"](0.04) == "0.0"
    assert indonesian["percent"](0.41) == "41%"
    assert french["percent"](0.41) == "41\N{NO-BREAK SPACE}%"
    day = content_of("ranked", "es").facts.made_at
    assert spanish["day"](day) == "5 de enero de 2026"
    assert indonesian["moment"](day) == "5 Januari 2026, 09:00 UTC"


def _without_sources(text: str) -> str:
    """Leave out what is kept in the words it was written in: sources, norms, attribution."""
    for quoted in (
        r"Derived from five practitioner texts.*?subject-matter experts\.",
        r"One expert's proposal, not yet rated.*?experts\.",
        r"This page includes information from the O\*NET.*?this information\.",
        r"rating scales where both have one, \.30 assumed elsewhere",
        r"(?:simulated|calibrated) [^;]*?engine [\d.]+(?:, provisional)?",
        r"1008 anonymous web volunteers, 2019; neither applicants nor the public",
        r"simulated honest raters; no real people yet",
    ):
        text = re.sub(quoted, " ", text)
    return text
