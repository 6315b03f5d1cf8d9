"""Instruments to publish: small changes of those that are shipped."""

from collections.abc import Callable

import pytest

from assess.accounts.actor import Actor
from assess.accounts.models import RoleName
from assess.authoring import service
from assess.db.scope import writing
from assess.instruments.catalogue import Catalogue, default_catalogue
from assess.instruments.folder import Files
from tests.service import NOW

RECOVERY = "service-recovery"


@pytest.fixture(scope="session")
def bank() -> Catalogue:
    """Give the questionnaires that are shipped."""
    return default_catalogue()


@pytest.fixture
def psychologist(tenant) -> Actor:
    """Give the one who publishes."""
    return tenant.members[RoleName.PSYCHOLOGIST]


def changed(files: Files, *, version: str = "9", **words: str) -> dict[str, str]:
    """Give ``files`` as version ``version``, with some words of instrument.yaml replaced.

    Without translations, which would be of another version then, and without recorded versions.
    """
    text = files["instrument.yaml"]
    lines = [
        f'version: "{version}"' if one.startswith("version:") else one for one in text.split("\n")
    ]
    text = "\n".join(lines)
    for old, new in words.items():
        assert old in text
        text = text.replace(old, new)
    kept = {
        path: one
        for path, one in files.items()
        if not path.startswith("translations/") and path != "versions.yaml"
    }
    return {**kept, "instrument.yaml": text}


@pytest.fixture
def publish(sessions, psychologist) -> Callable[..., list[str]]:
    """Give a function that publishes files in a transaction of its own."""

    def publish_(files: Files, actor: Actor | None = None, source: str = "uploaded") -> list[str]:
        who = actor or psychologist
        with writing(sessions, who.organisation_id) as session:
            return service.publish_files(session, who, files, source=source, note="", now=NOW)

    return publish_
