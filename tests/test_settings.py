"""Settings come from the environment, and what is missing is named with how to set it."""

import pytest

from assess.errors import Invalid
from assess.settings import Settings

GIVEN = {
    "ASSESS_SECRET_KEY": "x" * 40,
    "ASSESS_PUBLIC_URL": "https://assess.example.org/",
    "ASSESS_DATABASE_URL": "sqlite:///here.sqlite",
}


@pytest.mark.parametrize("name", GIVEN)
def test_a_missing_setting_is_named_with_how_to_give_it(name):
    with pytest.raises(Invalid, match=f"{name} is not set: give .{{10}}"):
        Settings.from_env({key: value for key, value in GIVEN.items() if key != name})


def test_a_short_secret_is_refused():
    with pytest.raises(Invalid, match="too short"):
        Settings.from_env(GIVEN | {"ASSESS_SECRET_KEY": "short"})


def test_secrets_are_not_in_the_text_of_settings():
    settings = Settings.from_env(GIVEN | {"ASSESS_SMTP_URL": "smtp://me:hush@mail.example"})
    assert "xxxx" not in repr(settings)
    assert "hush" not in repr(settings)


@pytest.mark.parametrize("size", ["0", "large", "-5"])
def test_a_largest_export_that_is_no_size_is_refused(size):
    assert Settings.from_env(GIVEN | {"ASSESS_LARGEST_EXPORT_MB": "50"}).largest_export == 50
    with pytest.raises(Invalid, match="ASSESS_LARGEST_EXPORT_MB"):
        Settings.from_env(GIVEN | {"ASSESS_LARGEST_EXPORT_MB": size})


def test_settings_survive_the_way_to_another_process():
    settings = Settings.from_env(GIVEN | {"ASSESS_SIMULATED": "1", "ASSESS_FILES": "there"})
    assert Settings.from_env(settings.to_env()) == settings
    assert settings.secure
    assert settings.simulated
