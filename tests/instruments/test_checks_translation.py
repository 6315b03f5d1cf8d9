"""Every rule for translations is broken once, and the fault names its file and its place."""

import pytest

from assess.instruments.catalogue import Catalogue, default_catalogue
from assess.instruments.checks import check_catalogue, check_folder
from assess.instruments.checks_translation import hard_to_read, text_faults
from assess.instruments.checks_wording import unfit_words
from assess.instruments.word_lists import GENDERED, MEDICAL, PROTECTED, UNFIT_WORDS
from assess.instruments.wording import Wording
from tests.instruments.translations import translation, write_translation

DRIVERS = tuple(default_catalogue().call_drivers)
SJT, WORK, TETRADS = "service-judgement", "work-style", "disc-tetrads"
VERBOSE = "Incomparablemente extraordinarias representaciones. " * 5
LONG = " ".join(["mot"] * 75)


def as_it_is(_content):
    """Spoil nothing."""


def faults_of(content_copy, instrument, language, spoil, name=None):
    """Check a whole translation that ``spoil`` has changed, as file, path and what is wrong."""
    folder = content_copy / instrument
    content = translation(folder, language)
    spoil(content)
    path = write_translation(folder, content, name)
    found = check_folder(folder, DRIVERS)
    return path, [fault.partition(": ") for fault in found]


@pytest.mark.parametrize("language", ["xx", "fr", "es", "id"])
@pytest.mark.parametrize("instrument", [SJT, WORK, TETRADS, "service-recovery"])
def test_a_whole_translation_has_no_fault(content_copy, instrument, language):
    assert faults_of(content_copy, instrument, language, as_it_is)[1] == []


def texts(**changes):
    """Give a change of some texts; the names have _ for - and __ for a dot."""

    def spoil(content):
        for name, text in changes.items():
            content["texts"][name.replace("__", ".").replace("_", "-")] = text

    return spoil


def without(part, path):
    return lambda content: content[part].pop(path)


def by_key(content):
    """Make good options long and poor ones short, in one form's worth of scenarios."""
    keys = default_catalogue().instrument("service-judgement-a").option_keys
    for path, key in keys.items():
        content["texts"][path] = "mot " * int(8 + 4 * key.points) + content["texts"][path][-1]


RULES = [
    (SJT, "xx", without("texts", "sjt-001.a"), "texts.sjt-001.a", "has no translation"),
    (WORK, "xx", without("texts", "labels.1"), "texts.labels.1", "has no translation"),
    (TETRADS, "xx", without("texts", "dt-01.a"), "texts.dt-01.a", "has no translation"),
    (SJT, "xx", texts(sjt_099__a="x"), "texts.sjt-099.a", "the source has no such text"),
    (SJT, "xx", without("stamps", "title"), "stamps", "are missing for title; run `assess"),
    (SJT, "xx", lambda c: c.pop("stamps"), "stamps", "are missing; run `assess questionnaires"),
    (SJT, "xx", lambda c: c["stamps"].update(title="00000000"), "texts.title",
     "is stale, the source now reads 'Service situations'; translate it again"),
    (SJT, "xx", lambda c: c.update(version="1"), "version", "the instrument is '2'"),
    (SJT, "en", as_it_is, "language", "'en' is the source's own"),
    (SJT, "xx", lambda c: c.update(language="yy"), "language", "must be 'xx', as the file"),
    (SJT, "xx", lambda c: c.update(status="done"), "status", "must be one of machine_drafted"),
    (SJT, "xx", lambda c: c.update(status="reviewed"), "reviewer", "names who signed it"),
    (SJT, "xx", texts(title=""), "texts.title", "must not be empty"),
    (SJT, "xx", texts(sjt_003__b="xx Credit the full bill, or 69 euros."), "texts.sjt-003.b",
     "lacks 96 and adds 69, unlike the source"),
    (SJT, "fr", texts(title="Situations %(name)s"), "texts.title", "adds %(name)s"),
    (SJT, "fr", texts(sjt_001=LONG), "texts.sjt-001", "has 75 words, wanted 1 to 70; shorten"),
    (SJT, "es", texts(sjt_001__a=LONG), "texts.sjt-001.a", "wanted 8 to 32; shorten it"),
    (SJT, "id", texts(sjt_001__a="Tidak."), "texts.sjt-001.a", "has 1 words, wanted 8 to 32; say"),
    (TETRADS, "fr", texts(dt_01__a=LONG), "texts.dt-01.a", "wanted 2 to 13; shorten it"),
    (SJT, "xx", by_key, "texts of form a",
     "keys follow the length of options in words (r = 1.00); make poor options longer"),
    (SJT, "fr", texts(sjt_001__a="Rester calme malgré une crise de panique du client, oui."),
     "texts.sjt-001.a", "'panique' is a medical or mood word"),
    (SJT, "es", texts(sjt_001__a="Decir a la señora que el paquete llega hoy por la tarde."),
     "texts.sjt-001.a", "'señora' is a gendered word; say the customer"),
    (SJT, "id", texts(sjt_001__a="Bertanya dulu soal agama penelepon, baru memberi kabar."),
     "texts.sjt-001.a", "'agama' is a protected trait; leave it out"),
    (SJT, "fr", texts(title="Test DiSC"), "texts.title", "another publisher's mark"),
    (SJT, "fr", texts(instruction=f"{'mot ' * 60}."), "texts.instruction",
     "words a sentence, at most 17; use shorter sentences"),
    (SJT, "es", texts(practice__scenario=VERBOSE * 9), "texts.practice.scenario", "letters a word"),
    (WORK, "es", texts(Q10=VERBOSE * 50), "texts", "letters a word"),
    (SJT, "es", texts(instruction=VERBOSE), "texts.instruction",
     "letters a word, at most 5.4; use shorter words"),
]  # fmt: skip


@pytest.mark.parametrize(("instrument", "language", "spoil", "where", "what"), RULES)
def test_a_fault_names_its_file_its_place_and_what_to_do(
    content_copy, instrument, language, spoil, where, what
):
    path, found = faults_of(content_copy, instrument, language, spoil, language)
    assert any(
        file == str(path) and told.startswith(f"{where}: ") and what in told
        for file, _, told in found
    ), found


def test_a_text_left_in_the_source_s_language_is_found(content_copy):
    def spoil(content):
        content["texts"]["sjt-001.a"] = content["texts"]["sjt-001.a"].removeprefix("xx ")

    _, found = faults_of(content_copy, SJT, "fr", spoil)
    assert [one for one in found if "reads as the source does; translate it" in one[2]]


def test_a_reworded_source_makes_every_translation_of_it_stale(changed, content_copy):
    folder = content_copy / SJT
    for language in ("fr", "xx"):
        write_translation(folder, translation(folder, language))
    changed(f"{SJT}/instrument.yaml", "title: Service situations", "title: At work")
    found = [fault for fault in check_folder(folder, DRIVERS) if "texts.title: is stale" in fault]
    assert [fault.split(": ")[0].rpartition("/")[2] for fault in found] == ["fr.yaml", "xx.yaml"]


def test_shared_translations_are_held_to_the_same(content_copy):
    content = translation(content_copy, "fr")
    path = write_translation(content_copy, content)
    assert check_catalogue(Catalogue(content_copy)) == []
    del content["texts"]["phrases.EMP.above.report"]
    content["texts"]["phrases.XYZ.above.report"] = "x"
    content["texts"]["competencies.EMP.title"] = "Écoute de la dépression"
    content["stamps"]["call_drivers.delivery.title"] = "00000000"
    write_translation(content_copy, content)
    told = [fault.removeprefix(f"{path}: ") for fault in check_catalogue(Catalogue(content_copy))]
    for wanted in (
        "texts.phrases.EMP.above.report: has no translation",
        "texts.phrases.XYZ.above.report: the source has no such text",
        "texts.competencies.EMP.title: 'dépression' is a medical or mood word",
        "texts.call_drivers.delivery.title: is stale",
    ):
        assert any(one.startswith(wanted) for one in told), told


def test_a_shared_file_that_cannot_be_read_is_named(content_copy):
    path = write_translation(content_copy, translation(content_copy, "fr"))
    path.write_text("language: fr\n", "utf-8")
    told = check_catalogue(Catalogue(content_copy))
    assert any(one.startswith(f"{path}: texts: is missing") for one in told), told


@pytest.mark.parametrize(
    ("file", "old", "new", "where"),
    [
        ("phrases.yaml", "Many people go straight", "Many men go straight",
         "phrases.EMP.below.feedback: 'men' is a gendered word"),
        ("competencies.yaml", "title: Empathic listening", "title: Mental listening",
         "competencies.EMP.title: 'Mental' is a medical"),
        ("call_drivers.yaml", "title: Defective product", "title: Foreign product",
         "call_drivers.defect.title: 'Foreign' is a protected trait"),
    ],
)  # fmt: skip
def test_shared_sources_are_read_for_unfit_words(changed, content_copy, file, old, new, where):
    changed(file, old, new)
    assert any(
        one.startswith(f"{content_copy / file}: {where}")
        for one in check_catalogue(Catalogue(content_copy))
    )


@pytest.mark.parametrize("language", UNFIT_WORDS)
def test_every_language_has_all_three_lists(language):
    assert set(UNFIT_WORDS[language]) == {MEDICAL, GENDERED, PROTECTED}


@pytest.mark.parametrize(
    ("language", "text", "what"),
    [
        ("fr", "Le client est malade depuis lundi", MEDICAL),
        ("fr", "Monsieur, votre colis est là", GENDERED),
        ("fr", "Vous êtes certain(e) de vous", GENDERED),
        ("fr", "une personne âgée attend", PROTECTED),
        ("es", "sufre de ansiedad", MEDICAL),
        ("es", "está tranquilo/a y atento", GENDERED),
        ("es", "un cliente extranjero llama", PROTECTED),
        ("id", "pelanggan itu sakit keras", MEDICAL),
        ("id", "seorang wanita menelepon", GENDERED),
        ("id", "penyandang cacat", PROTECTED),
    ],
)
def test_unfit_words_are_found(language, text, what):
    assert [one.split(" is ", 1)[1] for one in unfit_words(text, language)] == [what]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Il faut que la personne finisse ; elle attend depuis le matin. Une panne étrange."),
        ("es", "La clienta trae un aparato viejo. Él lo ve con buen humor, y casi llora."),
        ("id", "Barang cacat itu mudah diganti. Ada gangguan internet, dan ia sakit hati."),
    ],
)
def test_harmless_words_are_left_alone(language, text):
    assert list(unfit_words(text, language)) == []


HARD = {
    "en": "Notwithstanding considerable organisational complications, representatives must "
    "immediately communicate comprehensive documentation.",
    "fr": "Conformément aux dispositions réglementaires susmentionnées, l'établissement procédera "
    "ultérieurement à l'acheminement des documents justificatifs nécessaires.",
    "es": "De conformidad con las disposiciones reglamentarias anteriormente mencionadas, la "
    "administración procederá posteriormente a la tramitación de la documentación justificativa.",
    "id": "Berdasarkan ketentuan peraturan perundang-undangan sebagaimana disebutkan sebelumnya, "
    "penyelenggara mempertimbangkan penyampaian dokumentasi pertanggungjawaban pelaksanaan.",
}
PLAIN = {
    "en": "Let the customer finish. Say what the delay means, and then give the news.",
    "fr": "Laissez le client finir. Dites ce que le retard change pour lui, puis donnez la suite.",
    "es": "Deje que el cliente termine. Diga qué supone el retraso, y luego dé la noticia.",
    "id": "Biarkan pelanggan selesai bicara. Katakan apa arti keterlambatan itu, lalu beri kabar.",
}


@pytest.mark.parametrize("language", HARD)
def test_a_form_s_language_is_hard_and_ours_is_plain(language):
    assert list(hard_to_read(HARD[language], language))
    assert list(hard_to_read(PLAIN[language], language)) == []


def test_a_language_without_limits_is_left_to_its_readers():
    assert list(hard_to_read(HARD["fr"], "xx")) == []


def test_a_draft_of_one_text_has_one_fault():
    wording = Wording("fr", "1", {"title": "Bonjour"}, {"title": "2b8d9d4e"})
    (fault,) = text_faults(wording, {"title": "Good day"}, "en")
    assert fault.startswith("texts.title: is stale")
