"""An instrument's folder as plain data."""

import pytest

from assess.errors import Invalid
from assess.instruments.catalogue import default_catalogue
from assess.instruments.folder import (
    content_digest,
    folder_files,
    forms_of,
    instrument_of,
    path_fault,
)

SHIPPED = default_catalogue()


@pytest.mark.parametrize("key", SHIPPED.keys())
def test_the_files_make_the_same_instrument_as_the_folder(key):
    instrument = SHIPPED.instrument(key)
    files = SHIPPED.files(key)
    assert instrument_of(files, instrument.form) == instrument
    assert instrument.form in forms_of(files)


@pytest.mark.parametrize(
    "path", ["instrument.yaml", "norms/form-a.yaml", "translations/fr.yaml", "NOTICE.md"]
)
def test_what_a_folder_holds_is_taken(path):
    assert path_fault(path) is None


@pytest.mark.parametrize(
    "path",
    [
        *("../instrument.yaml", "/instrument.yaml", "a/b/c.yaml", "a/../b.yaml", "..", ".yaml"),
        *(".hidden.yaml", "a\\b.yaml", "a.yaml\n", "a.yaml/b.yaml", "x.py", "x.yml", "norms/"),
        *("ｉnstrument.yaml", "a\u202eb.yaml", "C:/a.yaml", "./a.yaml", "a//b.yaml", "\0.yaml"),
        "a" * 200 + ".yaml",
    ],
)
def test_what_is_no_place_inside_the_folder_is_refused(path):
    assert path_fault(path) is not None
    with pytest.raises(Invalid):
        instrument_of({"instrument.yaml": "", path: ""})


def test_faults_name_the_path_inside_the_folder():
    files = {**SHIPPED.files("work-style"), "calibration.yaml": "instrument: [\n"}
    with pytest.raises(Invalid) as caught:
        instrument_of(files)
    assert caught.value.faults[0].startswith("calibration.yaml: line")


def test_a_folder_without_instrument_yaml_is_refused():
    with pytest.raises(Invalid, match=r"instrument\.yaml: is missing"):
        instrument_of({"calibration.yaml": ""})


def test_the_digest_is_of_names_and_texts_in_any_order():
    one = {"a.md": "x", "b.md": "y"}
    assert content_digest(one) == content_digest(dict(reversed(one.items())))
    others = [{"a.md": "y", "b.md": "x"}, {"a.md": "x"}, {"a.md": "x", "c.md": "y"}]
    assert len({content_digest(one), *map(content_digest, others)}) == 4


def test_a_file_that_is_not_text_is_a_fault(tmp_path):
    (tmp_path / "instrument.yaml").write_bytes(b"title: caf\xe9\n")
    (tmp_path / "picture.png").write_bytes(b"\xff\xfe")
    with pytest.raises(Invalid, match=r"instrument\.yaml: byte 11"):
        folder_files(tmp_path)
