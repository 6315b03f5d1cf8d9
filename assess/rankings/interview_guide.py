"""An interview guide as plain data: what one person is asked, and how an answer is rated.

It tells no score and not why a question is asked: who knows that a score is low rates the answer
lower. Pages and reports lay it out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from assess.campaigns.queries import CampaignView
from assess.instruments.catalogue import Catalogue
from assess.instruments.interview import InterviewWords
from assess.instruments.model import Competency
from assess.rankings.queries import EntryView, SnapshotView
from assess.rankings.readings import probes
from assess.selection.demand import COMPETENCIES

MOST_PERSONAL: Final = 3
MOST_PEOPLE: Final = 30


@dataclass(frozen=True)
class GuideQuestion:
    """One question; ``low``, ``middle`` and ``high`` describe the levels 1, 3 and 5."""

    code: str
    title: str
    question: str
    listen_for: tuple[str, ...]
    low: str
    middle: str
    high: str


@dataclass(frozen=True)
class Guide:
    """One person's sheet: ``core`` is the same for everybody, ``personal`` up to three more."""

    candidate_id: int
    name: str
    code: str
    core: tuple[GuideQuestion, ...]
    personal: tuple[GuideQuestion, ...]

    @property
    def questions(self) -> int:
        """How many questions the sheet must hold."""
        return len(self.core) + len(self.personal)


@dataclass(frozen=True)
class GuidePack:
    """The sheets of several people, with what all of them share."""

    guides: tuple[Guide, ...]
    follow_ups: tuple[str, ...]


def make_guides(snapshot: SnapshotView, campaign: CampaignView, catalogue: Catalogue) -> GuidePack:
    """Give a sheet for each person of ``snapshot``, named as it names them.

    ``campaign`` has the weights the ranking was made under: the heaviest competencies are core.
    """
    words = catalogue.interview_words
    weights = dict(zip(COMPETENCIES, campaign.weights, strict=True))
    by_weight = sorted(catalogue.competencies, key=lambda one: -weights[one.code])
    return GuidePack(
        tuple(make_guide(entry, by_weight, words) for entry in snapshot.entries), words.follow_ups
    )


def make_guide(entry: EntryView, by_weight: Sequence[Competency], words: InterviewWords) -> Guide:
    """Give one person's sheet; ``by_weight`` are the competencies, the heaviest first."""
    by_code = {one.code: one for one in by_weight}
    asked = probes(entry, by_weight, personal=MOST_PERSONAL)
    core = [by_code[one.code] for one in asked if one.why == "core"]
    personal = [by_code[one.code] for one in asked if one.why != "core"]
    return Guide(
        candidate_id=entry.candidate_id,
        name=entry.name,
        code=entry.code,
        core=tuple(_question(one, words.listen_for) for one in core),
        personal=tuple(_question(one, words.listen_for) for one in personal),
    )


def _question(one: Competency, listen_for: Mapping[str, tuple[str, ...]]) -> GuideQuestion:
    low, _two, middle, _four, high = one.bars
    points = listen_for.get(one.code, ())
    return GuideQuestion(one.code, one.title, one.probe, points, low, middle, high)
