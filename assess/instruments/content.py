"""Competencies, call drivers and reference correlations from their YAML files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assess.instruments.derived import read_correlations
from assess.instruments.document import Node, read_document, refuse
from assess.instruments.model import (
    CallDriver,
    Competency,
    Index,
    Prior,
    ReferenceCorrelations,
    Style,
)
from assess.selection.demand import COMPETENCIES

LEVELS = 5
STYLE_LETTERS = ("D", "I", "S", "C")
CHANNELS = ("voice", "chat", "email", "social")
_PAIR = 2


@dataclass(frozen=True)
class CompetencyFile:
    """What competencies.yaml holds, the competencies in the order of COMPETENCIES."""

    competencies: tuple[Competency, ...]
    indices: tuple[Index, ...]
    styles: tuple[Style, ...]
    provisional: bool
    source: str


@dataclass(frozen=True)
class CallDriverFile:
    """What call_drivers.yaml holds: the drivers by code, in the order of the file."""

    call_drivers: Mapping[str, CallDriver]
    prior: Prior
    provisional: bool
    source: str


def load_competencies(path: Path) -> tuple[Competency, ...]:
    """Load the seven competencies; Invalid with every fault."""
    return load_competency_file(path).competencies


def load_call_drivers(path: Path) -> Mapping[str, CallDriver]:
    """Load the call drivers by code; Invalid with every fault."""
    return load_call_driver_file(path).call_drivers


def load_default_battery(path: Path, known: Sequence[str]) -> tuple[str, ...]:
    """Load which of the ``known`` instruments a campaign has by default; Invalid with faults."""
    faults: list[str] = []
    root = read_document(path, faults)
    refuse(faults)
    root.expect(("default",))
    entries = root.child("default").entries()
    keys = tuple(entry.as_text() for entry in entries)
    for entry, key in zip(entries, keys, strict=True):
        if key not in known:
            entry.fault(f"there is no instrument {key!r}; known are: {', '.join(known)}")
        elif keys.count(key) > 1:
            entry.fault(f"{key!r} is there twice")
    if root.has("default") and not keys:
        root.child("default").fault("must name at least one instrument")
    refuse(faults)
    return keys


def load_competency_file(path: Path) -> CompetencyFile:
    """Load competencies, headline indices and the style strip; Invalid with every fault."""
    faults: list[str] = []
    root = read_document(path, faults)
    refuse(faults)
    root.expect(("version", "provisional", "source", "competencies", "indices", "styles"))
    found = [_competency(node) for node in root.child("competencies").entries()]
    codes = [competency.code for competency in found]
    if sorted(codes) != sorted(COMPETENCIES):
        root.child("competencies").fault(f"must be each of {', '.join(COMPETENCIES)} once")
    result = CompetencyFile(
        competencies=tuple(
            competency for code in COMPETENCIES for competency in found if competency.code == code
        ),
        indices=tuple(_index(node) for node in root.child("indices").entries()),
        styles=tuple(_style(node) for node in root.child("styles").entries()),
        provisional=root.flag("provisional"),
        source=root.text("source"),
    )
    if tuple(style.letter for style in result.styles) != STYLE_LETTERS:
        root.child("styles").fault(f"must be {', '.join(STYLE_LETTERS)} in this order")
    refuse(faults)
    return result


def _competency(node: Node) -> Competency:
    node.expect(
        ("code", "title", "definition", "bars", "probe", "evidence", "low_words", "high_words")
    )
    code = node.choice("code", COMPETENCIES)
    evidence = node.child("evidence")
    evidence.expect(("judgement",), ("scale",))
    if evidence.has("judgement") and evidence.text("judgement") != code:
        evidence.child("judgement").fault(f"must be the competency's own code, {code}")
    return Competency(
        code=code,
        title=node.text("title"),
        definition=node.text("definition"),
        bars=_bars(node.child("bars")),
        probe=node.text("probe"),
        scale=evidence.text("scale") or None,
        low_words=node.text("low_words"),
        high_words=node.text("high_words"),
    )


def _bars(node: Node) -> tuple[str, str, str, str, str]:
    texts = [entry.as_text() for entry in node.entries()]
    if len(texts) != LEVELS:
        node.fault(f"must describe {LEVELS} levels, lowest first")
        texts = [*texts, *[""] * LEVELS][:LEVELS]
    one, two, three, four, five = texts
    return one, two, three, four, five


def _index(node: Node) -> Index:
    node.expect(("competency", "title"))
    return Index(node.choice("competency", COMPETENCIES), node.text("title"))


def _style(node: Node) -> Style:
    node.expect(("letter", "scale", "title"))
    return Style(node.choice("letter", STYLE_LETTERS), node.text("scale"), node.text("title"))


def load_call_driver_file(path: Path) -> CallDriverFile:
    """Load the call drivers and the prior of the occupation; Invalid with every fault."""
    faults: list[str] = []
    root = read_document(path, faults)
    refuse(faults)
    root.expect(("version", "provisional", "source", "call_drivers", "prior"))
    drivers: dict[str, CallDriver] = {}
    for node in root.child("call_drivers").entries():
        driver = _call_driver(node)
        if driver.code in drivers:
            node.child("code").fault(f"the call driver {driver.code!r} is given twice")
        drivers[driver.code] = driver
    prior = root.child("prior")
    prior.expect(("source", "weights", "attribution"))
    weights = _numbers(prior.child("weights"), COMPETENCIES, 1)
    result = CallDriverFile(
        call_drivers=drivers,
        prior=Prior(tuple(weights.values()), prior.text("source"), prior.text("attribution")),
        provisional=root.flag("provisional"),
        source=root.text("source"),
    )
    refuse(faults)
    return result


def _call_driver(node: Node) -> CallDriver:
    node.expect(("code", "title", "emotional_load", "channels", "ratings", "style_targets"))
    channels = node.child("channels").entries()
    for channel in channels:
        if channel.value not in CHANNELS:
            channel.fault(f"must be one of {', '.join(CHANNELS)}")
    return CallDriver(
        code=node.text("code"),
        title=node.text("title"),
        emotional_load=node.number("emotional_load", 0, 5),
        ratings=_numbers(node.child("ratings"), COMPETENCIES, 5),
        style_targets=_numbers(node.child("style_targets"), STYLE_LETTERS, 100),
        channels=tuple(channel.as_text() for channel in channels),
    )


def _numbers(node: Node, keys: tuple[str, ...], high: float) -> dict[str, float]:
    """Read a number from 0 to ``high`` for each of ``keys``, in their order."""
    node.expect(keys)
    return {key: node.number(key, 0, high) for key in keys}


def load_reference(path: Path) -> ReferenceCorrelations:
    """Load the reference correlations of the competencies; Invalid with every fault."""
    faults: list[str] = []
    root = read_document(path, faults)
    refuse(faults)
    root.expect(
        ("version", "provisional", "date", "engine", "source", "assumed", "estimated", "matrix")
    )
    root.number("assumed", -1, 1)
    root.day("date")
    result = ReferenceCorrelations(
        matrix=read_correlations(root.child("matrix")),
        source=root.text("source"),
        provisional=root.flag("provisional"),
        estimated=tuple(_pair(node) for node in root.child("estimated").entries()),
    )
    refuse(faults)
    return result


def _pair(node: Node) -> tuple[str, str]:
    codes = [entry.as_text() for entry in node.entries()]
    if len(codes) != _PAIR or not set(codes) <= set(COMPETENCIES):
        node.fault("must be two competency codes")
        return "", ""
    return codes[0], codes[1]
