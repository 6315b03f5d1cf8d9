"""What interviewers listen for in an answer to each probe, from its YAML file."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from assess.instruments.document import Node, read_document, refuse
from assess.selection.demand import COMPETENCIES

LEAST_POINTS: Final = 2
MOST_POINTS: Final = 3


@dataclass(frozen=True)
class InterviewWords:
    """Points to listen for by competency code, and questions for answers that stay general."""

    listen_for: Mapping[str, tuple[str, ...]]
    follow_ups: tuple[str, ...]
    provisional: bool
    source: str


NO_INTERVIEW_WORDS: Final = InterviewWords({}, (), provisional=True, source="")


def load_interview_words(path: Path) -> InterviewWords:
    """Load interview.yaml; Invalid with every fault, a missing competency among them."""
    faults: list[str] = []
    root = read_document(path, faults)
    refuse(faults)
    root.expect(("version", "provisional", "source", "follow_ups", "listen_for"))
    root.child("listen_for").expect(COMPETENCIES)
    found = InterviewWords(
        listen_for={code: _points(root.child("listen_for").child(code)) for code in COMPETENCIES},
        follow_ups=_points(root.child("follow_ups")),
        provisional=root.flag("provisional"),
        source=root.text("source"),
    )
    refuse(faults)
    return found


def texts(words: InterviewWords) -> dict[str, str]:
    """Give every text by its path, as translations name it."""
    found = {f"interview.follow_ups.{n}": one for n, one in enumerate(words.follow_ups, 1)}
    for code, points in words.listen_for.items():
        found |= {f"interview.{code}.{n}": point for n, point in enumerate(points, 1)}
    return found


def in_texts(words: InterviewWords, said: Mapping[str, str]) -> InterviewWords:
    """Give the words with the texts of a language, one that is absent as it is."""

    def spoken(path: str, points: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(said.get(f"interview.{path}.{n}", one) for n, one in enumerate(points, 1))

    return replace(
        words,
        listen_for={code: spoken(code, points) for code, points in words.listen_for.items()},
        follow_ups=spoken("follow_ups", words.follow_ups),
    )


def _points(node: Node) -> tuple[str, ...]:
    points = tuple(entry.as_text() for entry in node.entries())
    if not LEAST_POINTS <= len(points) <= MOST_POINTS:
        node.fault(f"must be {LEAST_POINTS} or {MOST_POINTS} points, or a sheet cannot hold them")
    return points
