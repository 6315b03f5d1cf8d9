"""A panel of experts, and workbooks for it; a campaign whose people have answered."""

import pickle
from collections.abc import Callable

import numpy as np
import pytest

from assess.accounts.actor import Actor
from assess.accounts.models import RoleName
from assess.experts import service
from assess.instruments.catalogue import Catalogue, default_catalogue
from assess.instruments.load import load_instrument
from assess.instruments.rekeying import new_version
from assess.instruments.simulation import simulate_answers
from assess.sittings.imports import ImportedPerson, import_people
from tests.instruments.experts import TEAM, draw, filled
from tests.rankings.people import BOTH, open_ranked
from tests.service import NOW

RATED = load_instrument(default_catalogue().folder / "service-judgement", derived=False)
TEN = draw(RATED, 10)


MADE: dict[bytes, dict[str, str]] = {}


def new_version_once(files, study, **told) -> dict[str, str]:
    """Make the files of a version, or give those that the same ratings of the same files made."""
    asked = pickle.dumps((sorted(files.items()), study, sorted(told.items())))
    if asked not in MADE:
        MADE[asked] = new_version(files, study, **told)
    return dict(MADE[asked])


@pytest.fixture(autouse=True)
def made_once(monkeypatch) -> None:
    """Simulate the 10,000 raters of a form's norm once for the same key, not in every test."""
    monkeypatch.setattr(service, "new_version", new_version_once)


@pytest.fixture(scope="session")
def bank() -> Catalogue:
    """Give the questionnaires that are shipped."""
    return default_catalogue()


@pytest.fixture
def psychologist(tenant) -> Actor:
    """Give the one who asks the experts."""
    return tenant.members[RoleName.PSYCHOLOGIST]


@pytest.fixture
def panel_id(sessions, psychologist, bank) -> int:
    """Give an open panel for the shipped bank."""
    digest = bank.instrument("service-judgement-a").digest
    return service.open_panel(sessions, psychologist, bank, digest, now=NOW)


@pytest.fixture(scope="session")
def workbooks() -> list[tuple[str, bytes]]:
    """Give the workbooks of ten experts."""
    return [
        (f"expert-{place}.xlsx", filled(RATED, ratings, name=name))
        for place, (name, ratings) in enumerate(zip(TEAM, TEN, strict=False))
    ]


@pytest.fixture
def send(sessions, psychologist, panel_id) -> Callable[..., service.Imported]:
    """Give a function that imports workbooks into the panel."""

    def send_(*files: tuple[str, bytes], actor: Actor | None = None) -> service.Imported:
        who = actor or psychologist
        return service.import_workbooks(sessions, who, panel_id, files, now=NOW)

    return send_


@pytest.fixture
def answered(sessions, tenant, bank) -> int:
    """Give a campaign with thirty people who have answered both questionnaires."""
    campaign_id = open_ranked(sessions, tenant, bank)
    answers = simulate_answers(bank, BOTH, 30, np.random.default_rng(4))
    people = [ImportedPerson(f"P{n:03d}", f"Person {n}", None) for n in range(30)]
    import_people(
        sessions, tenant.recruiter, bank, campaign_id, people, answers,
        now=NOW, source="a file", simulated=True,
    )  # fmt: skip
    return campaign_id
