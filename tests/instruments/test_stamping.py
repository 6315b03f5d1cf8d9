"""Stamps say which wording was translated; a recorded version never changes unseen."""

import pytest
import yaml

from assess.errors import Invalid
from assess.instruments.checks import check_folder
from assess.instruments.load import instrument_digest, load_instrument
from assess.instruments.stamping import stamp_folders
from assess.instruments.versions import VERSION_FILE, recorded_versions, version_digest
from assess.instruments.wording import languages
from tests.instruments.translations import sources_of, translation, write_translation

TETRADS = "disc-tetrads/instrument.yaml"
REVIEWED = {"status": "reviewed", "reviewer": "A. Name", "reviewed_on": "2026-11-26"}


@pytest.fixture
def folder(content_copy):
    return content_copy / "disc-tetrads"


def write(writes):
    for one in writes:
        one.path.write_text(one.text, "utf-8")
    return [one.told for one in writes]


def draft(folder, **changes):
    """Write a translation without stamps, and give its path."""
    content = translation(folder, **changes)
    del content["stamps"]
    return write_translation(folder, content)


def test_stamping_makes_a_whole_translation_usable(folder):
    path = draft(folder)
    assert languages(load_instrument(folder)) == ("en",)
    (told,) = write(stamp_folders([folder]))
    assert told == f"{path}: {len(sources_of(folder))} texts stamped"
    assert languages(load_instrument(folder)) == ("en", "xx")
    assert check_folder(folder, ()) == []
    assert stamp_folders([folder]) == []


def test_only_the_stamps_are_written(folder):
    path = draft(folder)
    text = "# A comment that stays.\n" + path.read_text("utf-8").replace(
        "texts:\n", "texts:   # so does this\n\n"
    )
    path.write_text(text, "utf-8")
    write(stamp_folders([folder]))
    once = path.read_text("utf-8")
    assert once.startswith(text)
    assert once.removeprefix(text).startswith("stamps:\n  title: ")
    kept = once.replace(once[once.index("  dt-01.a: ", len(text)) :], "")
    path.write_text(kept, "utf-8")
    write(stamp_folders([folder]))
    assert path.read_text("utf-8") == once


def test_stamps_of_texts_that_are_gone_are_dropped(folder):
    content = translation(folder)
    content["stamps"]["dt-99.a"] = "00000000"
    path = write_translation(folder, content)
    write(stamp_folders([folder]))
    assert "dt-99.a" not in path.read_text("utf-8")


def test_stamps_in_the_middle_of_a_file_are_written_there(folder):
    content = translation(folder)
    stamps = content.pop("stamps")
    path = write_translation(folder, {"stamps": stamps | {"title": "00000000"}} | content)
    text = path.read_text("utf-8").replace("language: xx", "# Kept.\nlanguage: xx")
    path.write_text(text, "utf-8")
    write(stamp_folders([folder]))
    expected = text.replace("'00000000'", f'"{stamps["title"]}"')
    assert yaml.safe_load(path.read_text("utf-8")) == yaml.safe_load(expected)
    assert path.read_text("utf-8").partition("# Kept.")[2] == text.partition("# Kept.")[2]


def test_a_stale_draft_is_stamped_anew_and_named(folder, changed):
    write_translation(folder, translation(folder))
    changed(TETRADS, "I say clearly what I think.", "I say plainly what I think.")
    changed(TETRADS, 'version: "1"', 'version: "2"')
    told = write(stamp_folders([folder]))
    assert told[0].endswith("stamped anew, for their source had changed: dt-04.b")


def test_a_reviewed_translation_is_not_stamped_anew_by_itself(folder, changed):
    path = write_translation(folder, translation(folder, **REVIEWED))
    before = path.read_bytes()
    changed(TETRADS, "I say clearly what I think.", "I say plainly what I think.")
    changed(TETRADS, 'version: "1"', 'version: "2"')
    with pytest.raises(Invalid) as refused:
        stamp_folders([folder])
    (fault,) = refused.value.faults
    assert fault.startswith(f"{path}: texts: dt-04.b: the source has changed since A. Name signed")
    assert path.read_bytes() == before
    write(stamp_folders([folder], retranslated=["dt-04.b"]))
    assert not load_instrument(folder).wordings["xx"].stale(sources_of(folder))


def test_what_was_translated_again_must_be_there(folder):
    draft(folder)
    with pytest.raises(Invalid, match="no translation here has the text"):
        stamp_folders([folder], retranslated=["dt-99.a"])


def test_a_content_folder_is_stamped_with_all_that_is_in_it(content_copy, folder):
    draft(folder)
    shared = draft(content_copy)
    told = write(stamp_folders([content_copy]))
    assert [one.split(": ")[0] for one in told] == [
        str(shared),
        str(folder / "translations" / "xx.yaml"),
    ]


def test_a_folder_without_instruments_is_refused(tmp_path):
    with pytest.raises(Invalid, match="holds no instrument"):
        stamp_folders([tmp_path])


def test_a_new_version_is_recorded_beside_the_old(folder, changed):
    changed(TETRADS, "I say clearly what I think.", "I say plainly what I think.")
    changed(TETRADS, 'version: "1"', 'version: "2"')
    (fault,) = check_folder(folder, ())
    assert fault.startswith(f"{folder / VERSION_FILE}: 2: is not recorded; run `assess")
    (told,) = write(stamp_folders([folder]))
    assert told == f"{folder / VERSION_FILE}: version 2 recorded"
    assert list(recorded_versions(folder, [])) == ["1", "2"]
    assert check_folder(folder, ()) == []


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (TETRADS, "I say clearly what I think.", "I say plainly what I think."),
        (TETRADS, "style: D, key: 1", "style: D, key: -1"),
        ("service-judgement/instrument.yaml", "key: 2", "key: 3"),
        ("service-judgement/instrument.yaml", "{EMP: 1, INT: 0.5}", "{EMP: 1}"),
        ("service-judgement/instrument.yaml", "    - sjt-001\n    - sjt-004", "    - sjt-004"),
        ("work-style/instrument.yaml", "mean: 4.0", "mean: 4.5"),
        ("work-style/instrument.yaml", "S7: -1", "S7: 1"),
    ],
)
def test_changed_wording_or_keys_need_a_new_version(changed, content_copy, file, old, new):
    folder = changed(file, old, new)
    told = f"{content_copy / file}: version: wording or keys have changed since version"
    assert [one for one in check_folder(folder, ()) if one.startswith(told)]
    with pytest.raises(Invalid, match="recorded with other wording or keys; give it a new version"):
        stamp_folders([folder])
    write(stamp_folders([folder], draft=True))
    recorded = recorded_versions(folder, [])
    assert version_digest(load_instrument(folder, derived=False)) in recorded.values()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("why: ", "why: For reviewers. "),
        ("status: provisional", "status: piloted"),
        ("customer_state: angry", "customer_state: very angry"),
        ("# ", "# Another comment. "),
    ],
)
def test_notes_for_reviewers_are_no_part_of_a_version(changed, old, new):
    folder = changed("service-judgement/instrument.yaml", old, new)
    assert stamp_folders([folder]) == []


def test_versions_are_no_part_of_the_instrument_s_digest(folder):
    before = instrument_digest(folder)
    (folder / VERSION_FILE).unlink()
    assert instrument_digest(folder) == before


def test_a_version_file_that_cannot_be_read_is_named(folder):
    (folder / VERSION_FILE).write_text("- 1\n", "utf-8")
    (fault,) = check_folder(folder, ())
    assert fault.startswith(f"{folder / VERSION_FILE}: the file must hold a mapping")
    with pytest.raises(Invalid, match="must hold a mapping"):
        stamp_folders([folder])
