"""A short way through all three answer formats: one screen of each is left to answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page

from assess.instruments.catalogue import Catalogue
from assess.sittings import service
from assess.sittings.saving import GivenAnswer
from assess.sittings.screens import lay_out
from tests.sittings.conftest import Invited, served_to_ada

BATTERY = ("work-style", "service-judgement-a", "disc-tetrads")


@contextmanager
def short_path(
    folder: Path, empty_database: Path, bank: Catalogue, **options: object
) -> Iterator[tuple[str, Invited, list[int]]]:
    """Serve somebody who has not opened the link; give the screens that `answer_most` leaves."""
    screens = lay_out([bank.instrument(key) for key in BATTERY])
    left = [next(one.number for one in screens if one.part == part) for part in (1, 2, 3)]
    with served_to_ada(folder, empty_database, bank, BATTERY, has_agreed=False, **options) as (
        url,
        person,
    ):  # type: ignore[arg-type]
        yield url, person, left


def answer_most(person: Invited, bank: Catalogue, left: list[int]) -> None:
    """Answer every screen but those ``left``; only after consent."""
    screens = lay_out([bank.instrument(key) for key in BATTERY])
    given = [
        GivenAnswer(item, 1 + place % 4)
        for screen in screens
        if screen.number not in left
        for place, item in enumerate(screen.item_ids)
    ]
    service.save_answers(
        person.sessions, bank, person.claim, given, position=1, now=datetime.now(UTC)
    )


def answer_screen(page: Page) -> None:
    """Choose something in every group, never one statement for both."""
    page.wait_for_load_state()
    for place, group in enumerate(page.locator("#answers fieldset").all()):
        group.locator("input[type=radio]").nth(1 + place % 2).check(force=True)
