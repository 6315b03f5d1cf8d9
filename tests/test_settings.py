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


def test_keys_of_second_factors_are_several_and_each_long_enough():
    keys = {"ASSESS_FACTOR_KEYS": f" {'n' * 32}  {'o' * 40} "}
    settings = Settings.from_env(GIVEN | keys)
    assert settings.factor_secrets == ("n" * 32, "o" * 40)
    assert Settings.from_env(settings.to_env()) == settings
    assert "nnn" not in repr(settings)
    with pytest.raises(Invalid, match="ASSESS_FACTOR_KEYS holds one that is too short"):
        Settings.from_env(GIVEN | {"ASSESS_FACTOR_KEYS": f"{'n' * 32} short"})


@pytest.mark.parametrize("size", ["0", "large", "-5"])
def test_a_largest_export_that_is_no_size_is_refused(size):
    assert Settings.from_env(GIVEN | {"ASSESS_LARGEST_EXPORT_MB": "50"}).largest_export == 50
    with pytest.raises(Invalid, match="ASSESS_LARGEST_EXPORT_MB"):
        Settings.from_env(GIVEN | {"ASSESS_LARGEST_EXPORT_MB": size})


@pytest.mark.parametrize("number", ["0", "two", "-1"])
def test_a_number_of_processes_that_is_none_is_refused(number):
    assert Settings.from_env(GIVEN | {"ASSESS_RENDER_PROCESSES": "3"}).render_processes == 3
    with pytest.raises(Invalid, match="ASSESS_RENDER_PROCESSES"):
        Settings.from_env(GIVEN | {"ASSESS_RENDER_PROCESSES": number})


def test_settings_survive_the_way_to_another_process():
    settings = Settings.from_env(GIVEN | {"ASSESS_SIMULATED": "1", "ASSESS_FILES": "there"})
    assert Settings.from_env(settings.to_env()) == settings
    assert settings.secure
    assert settings.simulated


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"ASSESS_IMAP_URL": "pop3://me:hush@mail.example/"}, "not an imaps address"),
        ({"ASSESS_IMAP_URL": "imaps:/mail.example"}, "not an imaps address"),
        ({"ASSESS_IMAP_URL": "imaps://me:hush@mail.example:port/"}, "cannot be read"),
        ({"ASSESS_IMAP_URL": "imaps://[hush/"}, "cannot be read"),
        ({"ASSESS_IMAP_URL": "imaps://mail.example/INBOX"}, "no user and password"),
        ({"ASSESS_IMAP_URL": "imap://me:hush@mail.example/INBOX"}, "password unprotected"),
        ({"ASSESS_STOP_ADDRESS": "stop@example.org"}, "needs ASSESS_IMAP_URL"),
        (
            {
                "ASSESS_STOP_ADDRESS": "stop@example.org>\r\nBcc: x@y.z",
                "ASSESS_IMAP_URL": "imaps://me:hush@mail.example",
            },
            "ASSESS_STOP_ADDRESS is not an address",
        ),
    ],
)
def test_a_mailbox_that_cannot_be_right_is_told_at_the_start(given, told):
    with pytest.raises(Invalid, match=told) as fault:
        Settings.from_env(GIVEN | given)
    assert "hush" not in str(fault.value)


def test_a_mailbox_and_a_stop_address_are_taken():
    given = {
        "ASSESS_IMAP_URL": "imaps://reports%40example.org:hu%2Fsh@mail.example:993/Reports",
        "ASSESS_STOP_ADDRESS": "stop@example.org",
    }
    settings = Settings.from_env(GIVEN | given)
    assert settings.imap_url == given["ASSESS_IMAP_URL"]
    assert "hu%2Fsh" not in repr(settings)
    assert Settings.from_env(settings.to_env()) == settings
