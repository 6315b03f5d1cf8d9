"""What the candidate's pages say beside the questions: parts, the question, dates."""

import calendar
import html
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from assess.instruments.model import Instrument
from assess.instruments.practice import PracticeFormat
from assess.sittings.screens import Screen

MONTHS_KEPT: Final = 6


@dataclass(frozen=True)
class StepLine:
    """One screen of a part and how many of its items nothing was said about."""

    number: int
    step: int
    open: int


@dataclass(frozen=True)
class PartLine:
    """One part: how many items it has and how many are answered or declined."""

    number: int
    title: str
    items: int
    answered: int
    steps: tuple[StepLine, ...]

    @property
    def open_steps(self) -> tuple[StepLine, ...]:
        """The screens with open items."""
        return tuple(step for step in self.steps if step.open)


def part_lines(screens: Sequence[Screen], dealt_with: Collection[str]) -> list[PartLine]:
    """Give a line for each part, in order."""
    lines = []
    for part in dict.fromkeys(screen.part for screen in screens):
        own = [screen for screen in screens if screen.part == part]
        steps = tuple(
            StepLine(s.number, s.step, sum(item not in dealt_with for item in s.item_ids))
            for s in own
        )
        items = sum(len(screen.item_ids) for screen in own)
        missing = sum(step.open for step in steps)
        lines.append(PartLine(part, own[0].instrument.title, items, items - missing, steps))
    return lines


def question_of(instrument: Instrument | PracticeFormat) -> tuple[str, str]:
    """Part the instruction into its first sentence, which every screen shows, and the rest."""
    text = instrument.instruction
    for place, letter in enumerate(text):
        if letter in ".?!" and text[place + 1 : place + 2].isspace():
            return text[: place + 1], text[place + 2 :]
    return text, ""


def text_of(page: str) -> str:
    """Give the words of a page's main part, each of its lines ending like a sentence."""
    main = page[page.find("<main") : page.find("</main>")]
    lines = re.sub(r"</(?:p|li|h\d|summary|button)>", "\n", " ".join(main.split()))
    words = (html.unescape(re.sub(r"<[^>]+>", "", line)) for line in lines.split("\n"))
    told = (line.strip() for line in words)
    return " ".join(line if line[-1] in ".!?" else f"{line}." for line in told if line)


def kept_until(closes_on: date) -> date:
    """Give the day until which answers are kept: six months after the campaign's last day."""
    months = closes_on.month - 1 + MONTHS_KEPT
    year, month = closes_on.year + months // 12, months % 12 + 1
    last = calendar.monthrange(year, month)[1]
    return date(year, month, min(closes_on.day, last))
