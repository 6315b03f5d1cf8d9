"""The words of reasons: every driver has some in each language, and each fault names its place."""

import pytest
import yaml

from assess.errors import Invalid
from assess.instruments.catalogue import Catalogue, default_catalogue
from assess.instruments.reason_words import LANGUAGES, load_reason_words
from assess.paths import data_dir

FILE = data_dir("questionnaires") / "reason_words.yaml"


def test_every_call_driver_has_words_in_every_language():
    content = yaml.safe_load(FILE.read_text("utf-8"))
    assert set(content["words"]) == set(default_catalogue().call_drivers)
    for words in (*content["words"].values(), content["not_customer"]):
        assert set(words) == set(LANGUAGES)
        assert all(len(set(some)) == len(some) >= 5 for some in words.values())


def test_a_folder_without_such_words_still_works(tmp_path):
    (tmp_path / "call_drivers.yaml").write_bytes((FILE.parent / "call_drivers.yaml").read_bytes())
    assert Catalogue(tmp_path).reason_words.words == {}


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("  delivery:", "  weather:", "words.weather: is no call driver"),
        ("    fr: [retour", "    de: [retour", "words.returns.de: is not a known key"),
        ("not_customer:", "nobody:", "not_customer: is missing"),
        ("en: [test, ", "en: [12, ", "not_customer.en[0]: must be text"),
    ],
)
def test_a_fault_names_its_place(tmp_path, old, new, what):
    path = tmp_path / "reason_words.yaml"
    text = FILE.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(Invalid) as caught:
        load_reason_words(path, tuple(default_catalogue().call_drivers))
    assert what in str(caught.value)
