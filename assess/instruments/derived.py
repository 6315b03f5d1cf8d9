"""Reading a form's norm, which the engine derived from answers or a simulation.

Like a calibration it names the instrument and version it was made for; what no longer matches is
a fault, because a score from another key's numbers is wrong without looking wrong.
"""

import hashlib
from pathlib import Path

import numpy as np

from assess.instruments.calibration_file import refuse_another
from assess.instruments.document import Node, read_document
from assess.instruments.model import CompetencyNorm, Instrument, JudgementNormFile
from assess.selection.demand import COMPETENCIES

_NORM_KEYS = (
    *("instrument", "version", "kind", "provisional", "n", "seed", "engine", "date"),
    *("reference_group", "method", "key_sha256", "competencies", "total", "error_correlation"),
)


def key_sha256(instrument: Instrument) -> str:
    """Give the SHA-256, in hex, of a judgement key: every option, its points and its weights."""
    lines = [
        f"{item} {key.points:g} "
        + " ".join(f"{code}:{weight:g}" for code, weight in sorted(key.competencies.items()))
        + " dropped" * key.dropped
        for item, key in instrument.option_keys.items()
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def read_norm(path: Path, instrument: Instrument, faults: list[str]) -> JudgementNormFile | None:
    """Read a form's norm file and hold it against the instrument's key."""
    root = read_document(path, faults)
    if not isinstance(root.value, dict):
        return None
    root.expect(_NORM_KEYS)
    refuse_another(root, instrument)
    if root.has("key_sha256") and root.text("key_sha256") != key_sha256(instrument):
        root.child("key_sha256").fault(
            "the key has changed since this norm was made (assess questionnaires norm FOLDER)"
        )
    competencies = root.child("competencies")
    for code, node in competencies.pairs():
        if code not in COMPETENCIES:
            node.fault(f"is not a competency; those are {', '.join(COMPETENCIES)}")
    return JudgementNormFile(
        kind="measured"
        if root.choice("kind", ("simulated", "measured")) == "measured"
        else "simulated",
        provisional=root.flag("provisional"),
        n=root.whole("n", 1),
        seed=root.whole("seed", 0),
        engine=root.text("engine"),
        date=root.day("date"),
        reference_group=root.text("reference_group"),
        key_sha256=root.text("key_sha256"),
        competencies={
            code: _competency_norm(competencies.child(code))
            for code in COMPETENCIES
            if _keyed(instrument, code)
        },
        total=_competency_norm(root.child("total")),
        error_correlation=read_correlations(root.child("error_correlation")),
    )


def _keyed(instrument: Instrument, code: str) -> bool:
    keys = instrument.option_keys.values()
    return any(code in key.competencies for key in keys if not key.dropped)


def _competency_norm(node: Node) -> CompetencyNorm:
    node.expect(("mean", "sd", "reliability", "options"))
    return CompetencyNorm(
        mean=node.number("mean"),
        sd=node.number("sd", 1e-6),
        reliability=node.number("reliability", 0.01, 0.99),
        options=node.whole("options", 1),
    )


def read_correlations(node: Node) -> tuple[tuple[float, ...], ...]:
    """Read a 7 x 7 correlation matrix: a row of seven for each competency, in their order."""
    node.expect(COMPETENCIES)
    rows = tuple(
        tuple(entry.as_number(-1, 1) for entry in node.child(code).entries())
        for code in COMPETENCIES
    )
    size = len(COMPETENCIES)
    if any(len(row) != size for row in rows):
        node.fault(f"must be {size} rows of {size} numbers")
        return rows
    matrix = np.array(rows)
    if np.isnan(matrix).any():
        return rows
    if not np.allclose(np.diag(matrix), 1) or not np.allclose(matrix, matrix.T):
        node.fault("must be symmetric with 1 on the diagonal")
    elif np.linalg.eigvalsh(matrix).min() <= 0:
        node.fault("must be positive definite")
    return rows
