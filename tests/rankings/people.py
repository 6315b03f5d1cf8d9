"""Campaigns with finished people whose stored scores are made up, not answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
from sqlalchemy import insert, select

from assess import __version__
from assess.campaigns import service as campaigns
from assess.campaigns.models import Invitation
from assess.candidates.models import Candidate
from assess.db.scope import writing
from assess.profiles.mix import DriverShare
from assess.sittings.models import Attempt, Score, Sitting
from tests.service import NOW

BOTH = ("work-style", "service-judgement-a")
DRIVERS = (
    DriverShare("delivery", 0.45, 7.0),
    DriverShare("billing", 0.35, 8.0),
    DriverShare("status", 0.20, 3.0),
)
GIVEN = ("Ada", "Bo", "Chidi", "Dana", "Elif", "Farid", "Grace", "Hana", "Ivo", "Joost", "Kiri")
FAMILY = ("Okafor", "Meyer", "Lindqvist", "Tanaka", "Silva", "Haddad", "Novak", "Brown", "Diaz")

Pair = tuple[float, float] | None


@dataclass(frozen=True)
class Finisher:
    """A person with stored scores: (mean, error) by scale, by instrument key."""

    name: str
    scores: Mapping[str, Mapping[str, Pair]]
    flags: Mapping[str, Sequence[str]] = field(default_factory=dict)


def drawn(catalogue, n, *, seed=1, battery=BOTH, names=None):
    """Give ``n`` people with plausible scores on every scale of the battery."""
    rng = np.random.default_rng(seed)
    everyone = []
    for i in range(n):
        name = names[i] if names else f"{GIVEN[i % 11]} {FAMILY[i % 9]} {i:04d}"
        everyone.append(Finisher(name, {key: _scores(catalogue, key, rng) for key in battery}))
    return everyone


def _scores(catalogue, key, rng):
    instrument = catalogue.instrument(key)
    judged = instrument.kind == "judgement"
    spread, error = (0.65, 0.75) if judged else (0.9, 0.4)
    return {
        name: (float(rng.normal(0, spread)), error + float(rng.uniform(0, 0.05)))
        for name in instrument.scale_names
    }


def open_ranked(
    sessions, tenant, catalogue, *, battery=BOTH, seats=5, simulated=False, seed=7,
    title="Winter team", brand="Harbour Parcels", drivers=DRIVERS, days=30, blind=False,
):  # fmt: skip
    """Open a campaign, by name unless told otherwise, and return its id."""
    opening = campaigns.Opening(
        title=title,
        brand=brand,
        seats=seats,
        drivers=drivers,
        n_contacts=2000,
        multipliers=None,
        battery=battery,
        opens_on=NOW.date(),
        closes_on=NOW.date() + timedelta(days=days),
        simulated=simulated,
        blind=blind,
    )
    return campaigns.open_campaign(
        sessions, tenant.recruiter, catalogue, opening, now=NOW, seed=seed
    )


def finish(sessions, tenant, catalogue, campaign_id, people, *, at=NOW, digests=None):
    """Add people who have finished, with their scores; return their candidate ids in order."""
    owner = {"organisation_id": tenant.organisation_id}
    with writing(sessions, tenant.organisation_id) as session:
        before = len(session.scalars(select(Candidate.id)).all())
        candidates = _add(
            session, Candidate, owner,
            [
                {"code": f"C-{before + i:05d}", "name": one.name, "email": None, "language": "en",
                 "simulated": True, "source": "test", "created_at": at}
                for i, one in enumerate(people)
            ],
        )  # fmt: skip
        sittings = _add(
            session, Sitting, owner,
            [
                {"candidate_id": c, "started_at": at, "notice_version": "1", "submitted_at": at}
                for c in candidates
            ],
        )  # fmt: skip
        session.execute(
            insert(Invitation),
            [
                owner | {"campaign_id": campaign_id, "candidate_id": c, "sitting_id": s,
                         "created_at": at, "started_at": at, "submitted_at": at,
                         "answered": 80, "items": 85}
                for c, s in zip(candidates, sittings, strict=True)
            ],
        )  # fmt: skip
        taken = [
            (sitting, ordinal, key, one)
            for sitting, one in zip(sittings, people, strict=True)
            for ordinal, key in enumerate(one.scores)
        ]
        digest = {key: catalogue.instrument(key).digest for key in BOTH} | (digests or {})
        attempts = _add(
            session, Attempt, owner,
            [
                {"sitting_id": s, "ordinal": o, "instrument": key, "language": "en",
                 "instrument_digest": digest[key]}
                for s, o, key, _ in taken
            ],
        )  # fmt: skip
        session.execute(
            insert(Score),
            [
                owner | {"attempt_id": a, "sitting_id": s, "instrument": key,
                         "scales": _stored(one.scores[key]),
                         "flags": {"flags": list(one.flags.get(key, ()))},
                         "instrument_digest": digest[key], "engine_version": __version__,
                         "scored_at": at}
                for a, (s, _, key, one) in zip(attempts, taken, strict=True)
            ],
        )  # fmt: skip
    return candidates


def _add(session, model, owner, rows):
    statement = insert(model).returning(model.id, sort_by_parameter_order=True)
    return list(session.scalars(statement, [owner | row for row in rows]))


def _stored(scores):
    pairs = [pair or (None, None) for pair in scores.values()]
    return {
        "names": list(scores),
        "mean": [mean for mean, _ in pairs],
        "error": [error for _, error in pairs],
        "raw": [None for _ in pairs],
        "answered": [0 if mean is None else 8 for mean, _ in pairs],
        "low": [None for _ in pairs],
        "high": [None for _ in pairs],
    }
