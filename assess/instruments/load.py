"""Instruments from their folders; every fault names the file and the path inside it.

A folder holds ``instrument.yaml``, what the engine derived from it (``calibration.yaml`` of a
rating instrument, ``norms/*.yaml`` of a judgement instrument) and ``translations/*.yaml``. A folder
with ``forms`` is a bank: each form is an instrument of its own, whose key is the folder's with a
dash and the form's letter.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from assess.instruments.calibration_file import read_calibration
from assess.instruments.content import load_call_drivers, load_competencies
from assess.instruments.derived import read_norm
from assess.instruments.document import Node, read_document, refuse
from assess.instruments.load_most_least import STATEMENTS, read_block, read_labels, read_styles
from assess.instruments.model import (
    AssumedNorm,
    Block,
    Instrument,
    Item,
    Kind,
    OptionKey,
    Scale,
)
from assess.instruments.wording import read_wordings
from assess.selection.demand import COMPETENCIES

__all__ = [
    "form_keys",
    "instrument_digest",
    "load_call_drivers",
    "load_competencies",
    "load_instrument",
    "locate",
]

INSTRUMENT_FILE = "instrument.yaml"
CALIBRATION_FILE = "calibration.yaml"
NORM_FOLDER = "norms"
FORM_LETTERS = "abcdefgh"
MIN_SCALE_ITEMS = 3

_REQUIRED = (
    *("key", "version", "kind", "language", "provisional", "title", "purpose", "instruction"),
    *("labels", "practice", "blocks"),
)
_CHANNELS = ("voice", "chat", "email", "social")
_STATUS = ("provisional", "sme", "piloted", "retired")


def load_instrument(folder: Path, *, form: str | None = None, derived: bool = True) -> Instrument:
    """Load the instrument of ``folder``, or one ``form`` of the bank in it.

    ``derived`` is false while its calibration or norm is being made: neither is read then, and a
    bank can be read whole. Raises Invalid with every fault, as "file: path: what is wrong".
    """
    faults: list[str] = []
    folder = Path(folder)
    root = read_document(folder / INSTRUMENT_FILE, faults)
    if isinstance(root.value, dict):
        instrument = _instrument(root, instrument_digest(folder, form))
        instrument = replace(instrument, wordings=read_wordings(folder, faults))
        if form is not None and not faults:
            instrument = _form(root, instrument, form)
        elif derived and instrument.forms:
            root.child("forms").fault(f"one must be named: {', '.join(instrument.forms)}")
        if derived and not faults:
            instrument = _with_derived(instrument, folder, faults)
    refuse(faults)
    return instrument


def instrument_digest(folder: Path, form: str | None = None) -> str:
    """Give the SHA-256, in hex, of what is asked and how it is scored.

    That is the names and bytes of ``instrument.yaml`` and of what was derived from it; of a form,
    its own norm and its letter. Translations have digests of their own: a text that is signed or
    corrected in another language changes neither the key nor a score.
    """
    digest = hashlib.sha256()
    norms = [folder / norm_file(form)] if form else sorted((folder / NORM_FOLDER).glob("*.yaml"))
    for path in (folder / INSTRUMENT_FILE, folder / CALIBRATION_FILE, *norms):
        if path.is_file():
            content = path.read_bytes()
            digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
            digest.update(content)
    if form is not None:
        digest.update(f"form {form}".encode())
    return digest.hexdigest()


def locate(path: Path) -> tuple[Path, str | None] | None:
    """Give the folder and the form that ``path`` means: a folder, or a bank's with "-a" added."""
    if (path / INSTRUMENT_FILE).is_file():
        return path, None
    folder, _, form = path.name.rpartition("-")
    if folder and form in form_keys(path.with_name(folder)):
        return path.with_name(folder), form
    return None


def form_keys(folder: Path) -> tuple[str, ...]:
    """Give the letters of the forms in ``folder``; none where it is no bank, or cannot be read."""
    forms = read_document(folder / INSTRUMENT_FILE, []).child("forms").value
    return tuple(str(letter) for letter in forms) if isinstance(forms, dict) else ()


def norm_file(form: str | None) -> Path:
    """Give where the norm of a form lies inside its folder."""
    return Path(NORM_FOLDER, "form.yaml" if form is None else f"form-{form}.yaml")


def _forms(root: Node, blocks: tuple[Block, ...]) -> dict[str, tuple[str, ...]]:
    """Read which blocks of a bank each form shows, in which order."""
    known = {block.id for block in blocks}
    forms: dict[str, tuple[str, ...]] = {}
    for letter, node in root.child("forms").pairs():
        if letter not in tuple(FORM_LETTERS):
            node.fault(f"a form is named by one letter, {FORM_LETTERS[0]} to {FORM_LETTERS[-1]}")
        chosen = tuple(entry.as_text() for entry in node.entries())
        for entry, block in zip(node.entries(), chosen, strict=True):
            if block not in known:
                entry.fault(f"there is no block {block!r}")
            elif chosen.count(block) > 1:
                entry.fault(f"the block {block!r} is in this form twice")
        if not chosen:
            node.fault("must name at least one block")
        forms[letter] = chosen
    return forms


def _form(root: Node, bank: Instrument, form: str) -> Instrument:
    """Give one form of a bank."""
    if form not in bank.forms:
        root.child("forms").fault(f"there is no form {form!r}")
        return bank
    by_id = {block.id: block for block in bank.blocks}
    blocks = tuple(by_id[block] for block in bank.forms[form])
    shown = [item.id for block in blocks for item in block.items]
    return replace(
        bank,
        key=f"{bank.key}-{form}",
        form=form,
        forms={},
        blocks=blocks,
        option_keys={item: bank.option_keys[item] for item in shown},
    )


def _instrument(root: Node, digest: str) -> Instrument:
    kind = root.choice("kind", ("rating", "judgement", "most_least"))
    content = _most_least(root) if kind == "most_least" else _rated(root, kind == "judgement")
    _refuse_twins(root, content.blocks, content.practice)
    return Instrument(
        key=root.identifier("key"),
        version=root.text("version"),
        kind=content.kind,
        title=root.text("title"),
        purpose=root.text("purpose"),
        instruction=root.text("instruction"),
        labels=content.labels,
        low=content.low,
        high=content.high,
        blocks=content.blocks,
        practice=content.practice,
        scales=content.scales,
        option_keys=content.option_keys,
        calibration=None,
        norm=None,
        digest=digest,
        provisional=root.flag("provisional"),
        language=root.text("language"),
        forms=_forms(root, content.blocks) if content.kind == "judgement" else {},
    )


@dataclass(frozen=True)
class _Content:
    """What the kinds of instruments differ in."""

    kind: Kind
    low: int
    high: int
    labels: tuple[str, ...]
    blocks: tuple[Block, ...]
    practice: Block
    scales: tuple[Scale, ...]
    option_keys: Mapping[str, OptionKey]


def _most_least(root: Node) -> _Content:
    """Read the blocks of a most/least instrument; an answer is a statement's place in its block."""
    root.expect((*_REQUIRED, "scales"))
    blocks = tuple(read_block(node) for node in root.child("blocks").entries())
    practice = read_block(root.child("practice"), practice=True)
    scales = read_styles(root, blocks)
    return _Content("most_least", 1, STATEMENTS, read_labels(root), blocks, practice, scales, {})


def _rated(root: Node, judged: bool) -> _Content:  # noqa: FBT001 - the kind, and nothing else
    root.expect((*_REQUIRED, "low", "high"), ("forms",) if judged else ("scales",))
    low, high = root.whole("low", 0, 10), root.whole("high", 1, 11)
    labels = tuple(label.as_text() for label in root.child("labels").entries())
    if len(labels) != high - low + 1:
        root.child("labels").fault(f"must name each of the {high - low + 1} answers")
    blocks = tuple(_block(node, judged=judged) for node in root.child("blocks").entries())
    practice = _block(root.child("practice"), judged=judged, practice=True)
    items = {item.id for block in blocks for item in block.items}
    return _Content(
        kind="judgement" if judged else "rating",
        low=low,
        high=high,
        labels=labels,
        blocks=blocks,
        practice=practice,
        scales=() if judged else _scales(root, items, low, high),
        option_keys=_option_keys(root, low, high) if judged else {},
    )


def _block(node: Node, *, judged: bool, practice: bool = False) -> Block:
    """Read one block; a judgement block is a scenario with at least two options."""
    if judged:
        required = ["id", "scenario", "options"]
        required += [] if practice else ["call_driver", "channel", "customer_state", "status"]
        node.expect(required, ("explanation", "channel") if practice else ())
        node.choice("status", _STATUS)
    else:
        node.expect(("id", "items"), ("explanation",) if practice else ())
    block_id = node.identifier("id")
    entries = node.child("options" if judged else "items")
    if node.has(entries.path.rpartition(".")[2]) and len(entries.entries()) < 1 + judged:
        entries.fault(f"must hold at least {1 + judged}")
    prefix = f"{block_id}." if judged else ""
    items = tuple(
        _item(entry, prefix, keyed=judged and not practice) for entry in entries.entries()
    )
    return Block(
        id=block_id,
        scenario=node.text("scenario") or None,
        items=items,
        call_driver=node.text("call_driver") or None,
        channel=node.choice("channel", _CHANNELS) or None,
        customer_state=node.text("customer_state") or None,
        explanation=node.text("explanation") or None,
    )


def _item(node: Node, prefix: str, *, keyed: bool) -> Item:
    node.expect(
        ("id", "text", "key", "competencies", "why") if keyed else ("id", "text"),
        ("key_sd", "dropped") if keyed else (),
    )
    return Item(prefix + node.identifier("id"), node.text("text"))


def _refuse_twins(root: Node, blocks: tuple[Block, ...], practice: Block) -> None:
    """Note ids that two blocks or two items share; practice counts too."""
    everything = (*blocks, practice)
    for ids, what in (
        ([block.id for block in everything], "block"),
        ([item.id for block in everything for item in block.items], "item"),
    ):
        for twin in sorted({one for one in ids if one and ids.count(one) > 1}):
            root.child("blocks").fault(f"the {what} id {twin!r} is used twice")


def _option_keys(root: Node, low: int, high: int) -> dict[str, OptionKey]:
    keys: dict[str, OptionKey] = {}
    for block in root.child("blocks").entries():
        for option in block.child("options").entries():
            item_id = f"{block.child('id').value}.{option.child('id').value}"
            keys[item_id] = OptionKey(
                points=option.number("key", low, high),
                sd=option.number("key_sd", 0, high - low) if option.has("key_sd") else None,
                competencies=_evidence(option.child("competencies")),
                why=option.text("why"),
                dropped=option.flag("dropped"),
            )
    if keys and all(key.dropped for key in keys.values()):
        root.child("blocks").fault("every option is dropped, so nothing is scored")
    return keys


def _evidence(node: Node) -> dict[str, float]:
    """Read the competencies one option is evidence of, with weight 0.5 or 1."""
    weights = {}
    for code, weight in node.pairs():
        if code not in COMPETENCIES:
            weight.fault(f"is not a competency; those are {', '.join(COMPETENCIES)}")
        elif weight.as_number(0, 1) not in (0.5, 1.0):
            weight.fault(f"must be 0.5 or 1, not {weight.value!r}")
        else:
            weights[code] = weight.as_number()
    if isinstance(node.value, dict) and not node.value:
        node.fault("must name at least one competency")
    return weights


def _scales(root: Node, items: set[str], low: int, high: int) -> tuple[Scale, ...]:
    if not root.has("scales"):
        root.child("scales").fault("is missing")
    scales: list[Scale] = []
    for node in root.child("scales").entries():
        scale = _scale(node, items, low, high)
        if scale.name in [other.name for other in scales]:
            node.child("name").fault(f"the scale {scale.name!r} is given twice")
        scales.append(scale)
    return tuple(scales)


def _scale(node: Node, items: set[str], low: int, high: int) -> Scale:
    calibrated = node.flag("calibrated")
    required = ["name", "title", "calibrated", "low_end", "high_end", "items"]
    node.expect(required if calibrated else [*required, "assumed"])
    signs: list[tuple[str, int]] = []
    for item, sign in node.child("items").pairs():
        if item not in items:
            sign.fault("is not an item of this instrument")
        if isinstance(sign.value, bool) or sign.value not in (1, -1):
            sign.fault(f"the sign must be 1 or -1, not {sign.value!r}")
        else:
            signs.append((item, 1 if sign.value == 1 else -1))
    if node.has("items") and len(node.child("items").pairs()) < MIN_SCALE_ITEMS:
        node.child("items").fault(f"a scale needs at least {MIN_SCALE_ITEMS} items")
    return Scale(
        name=node.identifier("name"),
        title=node.text("title"),
        items=tuple(signs),
        calibrated=calibrated,
        low_end=node.text("low_end"),
        high_end=node.text("high_end"),
        assumed=None if calibrated else _assumed(node.child("assumed"), low, high),
    )


def _assumed(node: Node, low: int, high: int) -> AssumedNorm | None:
    if node.value is None:
        return None
    node.expect(("mean", "sd", "reliability", "note"))
    return AssumedNorm(
        mean=node.number("mean", low, high),
        sd=node.number("sd", 0.01, high - low),
        reliability=node.number("reliability", 0.01, 0.99),
        note=node.text("note"),
    )


def _with_derived(instrument: Instrument, folder: Path, faults: list[str]) -> Instrument:
    """Add the calibration, or the norm, that the folder must hold."""
    if instrument.kind == "judgement":
        norm = read_norm(folder / norm_file(instrument.form), instrument, faults)
        return replace(instrument, norm=norm)
    if not any(scale.calibrated for scale in instrument.scales):
        return instrument
    calibration = read_calibration(folder / CALIBRATION_FILE, instrument, faults)
    return replace(instrument, calibration=calibration)
