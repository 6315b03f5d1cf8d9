"""The practice set and the job previews: read with care, translated whole or not at all."""

import shutil
from dataclasses import replace

import pytest
import yaml

from assess.errors import Invalid
from assess.instruments import practice, previews
from assess.instruments.catalogue import Catalogue, default_catalogue
from assess.instruments.checks import check_catalogue
from assess.instruments.checks_open import practice_faults, preview_faults
from assess.instruments.practice import KINDS, load_practice
from assess.instruments.previews import load_previews
from assess.instruments.wording import stamp

BANK = default_catalogue()
KEYS = BANK.keys()
DRIVERS = tuple(BANK.call_drivers)


@pytest.fixture
def changed(tmp_path):
    """Give a function that changes one shipped file, loads it and gives the faults."""

    def change(name, old, new):
        path = tmp_path / name
        text = (BANK.folder / name).read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")
        load = load_practice if name == "practice.yaml" else load_previews
        with pytest.raises(Invalid) as caught:
            load(path)
        assert all(fault.startswith(f"{path}: ") for fault in caught.value.faults)
        return [fault.removeprefix(f"{path}: ") for fault in caught.value.faults]

    return change


def test_every_format_is_there_and_nothing_of_a_live_form():
    assert tuple(BANK.practice.formats) == KINDS
    live = {item.text for key in KEYS for b in BANK.instrument(key).blocks for item in b.items}
    shown = {i.text for f in BANK.practice.formats.values() for b in f.blocks for i in b.items}
    assert not live & shown


def test_the_answer_formats_are_those_of_the_live_forms():
    """What is practised has the points of what is answered."""
    for key in KEYS:
        instrument = BANK.instrument(key)
        one = BANK.practice.formats[instrument.kind]
        if instrument.kind == "most_least":
            assert (one.low, one.high, one.labels) == (
                instrument.low, instrument.high, instrument.labels,
            )  # fmt: skip
        block = one.blocks[0]
        assert len(one.block_item_ids(block)) == (
            2 if one.kind == "most_least" else len(block.items)
        )


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("practice.yaml", "kind: judgement", "kind: guess", "sets[1].kind: must be one of rating"),
        ("practice.yaml", "kind: judgement", "kind: rating", "sets: must be each of rating"),
        ("practice.yaml", "key: 2", "key: 9", "sets[1].blocks[0].options[0].key: must be a number"),
        ("practice.yaml", "{OWN: 1}", "{XYZ: 1}", "competencies.XYZ: must be one of EMP"),
        ("practice.yaml", "      - Strongly disagree\n", "", "sets[0].labels: must have 7 words"),
        ("practice.yaml", "id: pr-02", "id: pr-01", "sets: the block 'pr-01' is there twice"),
        ("practice.yaml", "{id: b, text", "{id: a, text", "items: an id is there twice"),
        ("practice.yaml", '          - {id: a, text: "I keep books after I have read them."}\n', "",
         "sets[2].blocks[0].statements: must be 4 statements, not 3"),
        ("practice.yaml", "    tip: >-", "    hint: >-", "sets[0].tip: is missing"),
        ("previews.yaml", "    hard: >-", "    heavy: >-", "previews.delivery.hard: is missing"),
        ("previews.yaml", "general:", "common:", "general: is missing"),
    ],
)  # fmt: skip
def test_each_fault_names_its_place(changed, name, old, new, fault):
    assert any(fault in found for found in changed(name, old, new))


def test_what_is_shipped_passes_the_checks():
    assert practice_faults(BANK.practice) == []
    assert preview_faults(BANK.previews, DRIVERS) == []


def test_the_checks_find_what_is_missing_hard_or_unfit():
    told = preview_faults(BANK.previews.of(DRIVERS[1:]), DRIVERS)
    assert told == [f"previews.{DRIVERS[0]}: there is no preview of this call driver; write one"]
    told = preview_faults(BANK.previews, ("delivery",))
    assert any(fault.startswith("previews.fraud: is not a call driver") for fault in told)
    hard = (
        "Organisational responsibilities necessitate considerable interdepartmental coordination."
    )
    [fault] = preview_faults(replace(BANK.previews, text=hard), DRIVERS)
    assert fault.startswith("previews.general: has reading grade")
    [fault] = practice_faults(replace(BANK.practice, title="For a nice lady"))
    assert fault.startswith("practice.title: 'lady' is a gendered word")


def test_the_catalogue_s_check_reads_them(tmp_path):
    own = shutil.copytree(BANK.folder, tmp_path / "own")
    (own / "previews.yaml").unlink()
    assert check_catalogue(Catalogue(own)) == [f"{own / 'previews.yaml'}: the file does not exist"]


@pytest.mark.parametrize("part", ["practice", "previews"])
def test_every_text_is_put_in_and_nothing_else_changes(part):
    module = {"practice": practice, "previews": previews}[part]
    source = getattr(BANK, part)
    texts = module.texts(source)
    assert all(path.startswith(f"{part}.") for path in texts)
    assert all(text.strip() for text in texts.values())
    marked = {path: f"xx {text}" for path, text in texts.items()}
    other = module.in_texts(source, marked, "xx")
    assert module.texts(other) == marked
    assert other.language == "xx"
    assert module.in_texts(other, texts, "en") == source


def test_a_stale_or_missing_text_leaves_the_whole_in_english(tmp_path):
    own = shutil.copytree(BANK.folder, tmp_path / "own")
    shutil.rmtree(own / "translations", ignore_errors=True)
    texts = previews.texts(BANK.previews)

    def write(**stamps):
        content = {
            "language": "fr",
            "version": "1",
            "status": "machine_drafted",
            "texts": {path: f"fr {text}" for path, text in texts.items()},
            "stamps": {path: stamp(text) for path, text in texts.items()} | stamps,
        }
        (own / "translations").mkdir(exist_ok=True)
        (own / "translations" / "fr.yaml").write_text(yaml.safe_dump(content), "utf-8")
        return Catalogue(own)

    assert write().previews_in("fr").language == "fr"
    assert write().practice_in("fr").language == "en", "it has no French texts"
    assert write(**{"previews.general.text": "0" * 8}).previews_in("fr").language == "en"
