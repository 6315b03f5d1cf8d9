"""An instrument in another language: the texts change, keys and scores do not."""

import shutil

import pytest
import yaml

from assess.errors import Invalid
from assess.instruments.catalogue import default_catalogue
from assess.instruments.load import instrument_digest, load_instrument
from assess.instruments.wording import (
    in_language,
    languages,
    load_wording,
    source_texts,
    stamp,
)

FOLDERS = {folder.name: folder for folder in default_catalogue().folders}
FORMS = {"service-judgement": "a"}


@pytest.fixture(params=FOLDERS)
def folder(request, tmp_path):
    """Give a copy of one shipped instrument without its translations."""
    target = tmp_path / request.param
    shutil.copytree(FOLDERS[request.param], target)
    shutil.rmtree(target / "translations", ignore_errors=True)
    return target


def loaded(folder):
    return load_instrument(folder, form=FORMS.get(folder.name))


def write(folder, **changes):
    """Write a translation that marks every text, and give its path."""
    sources = source_texts(load_instrument(folder, derived=False))
    content = {
        "language": "xx",
        "version": "1",
        "status": "machine_drafted",
        "texts": {path: f"xx {text}" for path, text in sources.items()},
        "stamps": {path: stamp(text) for path, text in sources.items()},
    } | changes
    path = folder / "translations" / "xx.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    return path


def test_every_text_is_put_in_and_nothing_else_changes(folder):
    write(folder)
    source = loaded(folder)
    other = in_language(source, "xx")
    assert languages(source) == ("en", "xx")
    assert other.language == "xx"
    texts = source_texts(other)
    assert texts.keys() == source_texts(source).keys()
    assert all(text.startswith("xx ") for text in texts.values())
    assert other.option_keys == source.option_keys
    assert other.item_ids == source.item_ids
    assert [s.items for s in other.scales] == [s.items for s in source.scales]
    assert (other.digest, other.norm) == (source.digest, source.norm)


def test_a_translation_leaves_the_digest_of_the_instrument_alone(folder):
    form = FORMS.get(folder.name)
    before = instrument_digest(folder, form)
    write(folder)
    assert instrument_digest(folder, form) == before
    path = folder / "instrument.yaml"
    path.write_text(path.read_text("utf-8") + "\n# other\n", "utf-8")
    assert instrument_digest(folder, form) != before


def test_a_translation_that_is_not_whole_is_not_offered(folder):
    path = write(folder)
    content = yaml.safe_load(path.read_text("utf-8"))
    del content["texts"]["title"]
    path.write_text(yaml.safe_dump(content), "utf-8")
    source = loaded(folder)
    assert languages(source) == ("en",)
    assert in_language(source, "xx") is source
    assert source.wordings["xx"].absent(source_texts(source)) == ("title",)


def test_a_text_whose_source_was_reworded_is_stale(folder):
    write(folder)
    path = folder / "instrument.yaml"
    title = loaded(folder).title
    path.write_text(
        path.read_text("utf-8").replace(f"title: {title}", "title: Reworded", 1), "utf-8"
    )
    source = loaded(folder)
    assert source.wordings["xx"].stale(source_texts(source)) == ("title",)
    assert languages(source) == ("en",)


def test_a_reviewed_translation_names_its_reviewer(folder):
    path = write(folder, status="reviewed")
    with pytest.raises(Invalid) as caught:
        load_wording(path)
    assert [fault.split(": ")[1] for fault in caught.value.faults] == ["reviewer", "reviewed_on"]
    path.unlink()
    signed = load_wording(
        write(folder, status="reviewed", reviewer="A. Name", reviewed_on="2026-11-26")
    )
    assert not signed.machine_drafted
    assert signed.reviewed_by == "A. Name"


def test_the_norm_of_one_form_is_no_part_of_the_other(tmp_path):
    folder = tmp_path / "service-judgement"
    shutil.copytree(FOLDERS["service-judgement"], folder)
    before = {form: instrument_digest(folder, form) for form in "ab"}
    norm = folder / "norms" / "form-a.yaml"
    norm.write_text(norm.read_text("utf-8") + "\n# later\n", "utf-8")
    assert instrument_digest(folder, "a") != before["a"]
    assert instrument_digest(folder, "b") == before["b"]


def test_a_file_is_named_by_its_language(folder):
    path = write(folder)
    moved = path.rename(path.with_name("yy.yaml"))
    with pytest.raises(Invalid, match="must be 'yy'"):
        load_wording(moved)


def test_a_statement_of_a_block_is_named_once_by_its_block():
    sources = source_texts(load_instrument(FOLDERS["disc-tetrads"]))
    assert "dt-01.a" in sources
    assert not any(path.count("dt-") > 1 for path in sources)
