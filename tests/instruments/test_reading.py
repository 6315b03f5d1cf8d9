"""The reading grade is the Flesch-Kincaid formula, worked without a network."""

import socket

import pytest

from assess.instruments.reading import plainness, reading_grade


def test_the_grade_is_the_formula_of_words_and_syllables():
    assert reading_grade("The cat sat on the mat.") == pytest.approx(0.39 * 6 + 11.8 - 15.59)
    both = reading_grade("The cat sat on the mat. The dog ran to the big red door!")
    assert both == pytest.approx(0.39 * 14 / 2 + 11.8 - 15.59)


def test_long_words_and_sentences_are_harder():
    easy = "You call the shop. You ask when it opens."
    hard = "Communicate with the establishment regarding its operational availability intervals."
    assert reading_grade(easy) < 3
    assert reading_grade(hard) > 12


def test_nothing_is_fetched(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("the reading grade must not reach for the network")

    monkeypatch.setattr(socket, "socket", refuse)
    assert reading_grade("A customer calls and speaks fast.") < 6


def test_a_text_without_words_has_no_grade():
    with pytest.raises(ValueError, match="no reading grade"):
        reading_grade(" ... ")


@pytest.mark.parametrize(
    ("text", "words", "sentence", "letters"),
    [
        ("Le chat dort. Il rêve !", 5, 2.5, 16 / 5),
        ("L’appel dure : dix minutes…", 5, 5, 20 / 5),
        ("«\u202fAttendez\u202f!\u202f» dit-elle.", 2, 1, 15 / 2),
        ("¿Cuándo llega? El lunes, a las 18:00.", 8, 4, 22 / 8),
        ("Anak-anak bermain.", 2, 2, 15 / 2),
    ],
)
def test_plainness_counts_words_sentences_and_letters_of_any_alphabet(
    text, words, sentence, letters
):
    found = plainness(text)
    assert found.words == words
    assert found.words_in_sentence == pytest.approx(sentence)
    assert found.letters_in_word == pytest.approx(letters)


def test_a_text_without_words_has_no_plainness():
    with pytest.raises(ValueError, match="no length of words"):
        plainness("…")
