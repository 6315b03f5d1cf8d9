"""A bank gives each of its forms as an instrument of its own; a campaign has a usual battery."""

import shutil

import pytest

from assess.errors import Invalid, NotFound
from assess.instruments.catalogue import Catalogue, default_catalogue
from assess.instruments.load import load_instrument, locate
from assess.instruments.norming import norm_yaml, simulate_norm

SJT = "service-judgement/instrument.yaml"
BANK = default_catalogue().folder / "service-judgement"


def test_each_form_is_an_instrument_with_its_own_digest_and_norm():
    catalogue = default_catalogue()
    assert {"service-judgement-a", "service-judgement-b"} <= set(catalogue.keys())
    a, b = (catalogue.instrument(f"service-judgement-{form}") for form in "ab")
    assert (a.form, b.form) == ("a", "b")
    assert a.digest != b.digest
    assert a.title == b.title
    assert a.staff_title == "Service situations, form A"
    bank = load_instrument(BANK, derived=False)
    assert tuple(block.id for block in a.blocks) == bank.forms["a"]
    assert set(a.option_keys) == set(a.item_ids)
    with pytest.raises(NotFound):
        catalogue.instrument("service-judgement")


def test_a_bank_is_not_an_instrument_until_a_form_is_named():
    with pytest.raises(Invalid, match=r"forms: one must be named: a, b"):
        load_instrument(BANK)
    with pytest.raises(Invalid, match=r"forms: there is no form 'z'"):
        load_instrument(BANK, form="z")


def test_a_path_means_a_folder_or_a_form_of_it():
    assert locate(BANK) == (BANK, None)
    assert locate(BANK.with_name("service-judgement-b")) == (BANK, "b")
    assert locate(BANK.with_name("service-judgement-z")) is None


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("  a:\n", "  a:\n    - sjt-999\n", "forms.a[0]: there is no block 'sjt-999'"),
        (
            "    - sjt-001\n",
            "    - sjt-001\n    - sjt-001\n",
            "the block 'sjt-001' is in this form twice",
        ),
        ("  a:\n", "  form1:\n", "forms.form1: a form is named by one letter, a to h"),
    ],
)
def test_a_wrong_form_names_its_place(changed, old, new, what):
    with pytest.raises(Invalid) as refused:
        load_instrument(changed(SJT, old, new), derived=False)
    assert any(what in fault for fault in refused.value.faults)


def test_the_usual_battery_is_what_battery_yaml_says(changed, content_copy):
    assert default_catalogue().default_battery == ("work-style", "service-judgement-a")
    changed("battery.yaml", "work-style, ", "")
    assert Catalogue(content_copy).default_battery == ("service-judgement-a",)
    changed("battery.yaml", "judgement-a", "judgement-x")
    with pytest.raises(Invalid, match="there is no instrument 'service-judgement-x'"):
        _ = Catalogue(content_copy).default_battery


def test_without_battery_yaml_a_campaign_has_one_form_of_everything(content_copy):
    (content_copy / "battery.yaml").unlink()
    assert Catalogue(content_copy).default_battery == (
        "disc-tetrads",
        "service-judgement-a",
        "service-recovery",
        "work-style",
    )


def test_a_folder_of_one_form_needs_no_letters(content_copy):
    path = content_copy / SJT
    text = path.read_text("utf-8")
    start, end = text.index("forms:"), text.index("blocks:")
    path.write_text(text[:start] + text[end:], "utf-8")
    shutil.rmtree(path.parent / "norms")
    (path.parent / "norms").mkdir()
    whole = load_instrument(path.parent, derived=False)
    norm = simulate_norm(whole, 1, raters=300, date="2026-11-22", engine="x")
    (path.parent / "norms" / "form.yaml").write_text(norm_yaml(whole, norm), "utf-8")
    (content_copy / "battery.yaml").unlink()
    catalogue = Catalogue(content_copy)
    keys = catalogue.keys()
    assert [key for key in keys if "judgement" in key] == ["service-judgement"]
    found = catalogue.instrument("service-judgement")
    assert (found.form, found.norm.n, found.staff_title) == (None, 300, "Service situations")
