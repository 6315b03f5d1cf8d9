"""A ranking made of plain numbers, coherent as the real one: fits, errors, bands, chances."""

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np

from assess.campaigns.queries import BatteryPart, CampaignView
from assess.instruments.catalogue import default_catalogue
from assess.profiles.mix import DriverShare
from assess.profiles.queries import VersionView
from assess.rankings.queries import EntryView, SnapshotView
from assess.reports.content import (
    candidate_content,
    comparison_content,
    interview_content,
    ranked_content,
)
from assess.reports.sheets import Content
from assess.selection.composite import fit
from assess.selection.demand import COMPETENCIES, ONET_PRIOR
from assess.selection.ranking import rank_under_error

MADE_AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
WEIGHTS = np.array([0.15, 0.14, 0.18, 0.14, 0.17, 0.10, 0.12])
STYLES = ("dominance", "influence", "steadiness", "conscientiousness")
FIRST = ("Ana", "Bima", "Chloé", "Đặng", "Efua", "Farid", "Gülşen", "Hugo", "Iris", "Jon")
LAST = ("Adeyemi", "Bauer", "Çelik", "Duarte", "Eze", "Fontaine", "García", "Halim", "Ito", "Kaur")


def person_name(place: int) -> str:
    """Give a name that no other person of the ranking has, and that is in no other name."""
    return f"{FIRST[place % 10]} {LAST[place // 10 % 10]} {place + 101}"


def campaign_view(**changes: object) -> CampaignView:
    """Give a campaign of a delivery-and-returns brand."""
    profile = VersionView(
        id=1,
        profile_id=1,
        name="Harbour parcels",
        number=3,
        digest="0" * 64,
        reason="First version",
        frozen_at=MADE_AT,
        drivers=(
            DriverShare("delivery", 0.35, 7.0),
            DriverShare("returns", 0.25, 6.0),
            DriverShare("status", 0.20, 3.0),
            DriverShare("defect", 0.10, 8.0),
            DriverShare("cancel", 0.10, 9.0),
        ),
        n_contacts=None,
        multipliers={},
        weights=WEIGHTS,
        demand=np.array([3.42, 3.29, 4.1, 3.4, 3.9, 2.1, 2.9]),
        load_share=np.array([0.42, 0.23, 0.07, 0.14, 0.14]),
        style_target=np.array([47.0, 55.0, 65.0, 57.0]),
        prior=ONET_PRIOR,
        prior_share=0.5,
        call_drivers_digest="1" * 64,
    )
    view = CampaignView(
        id=7,
        title="Voice agents, spring intake",
        brand_id=1,
        brand="Harbour Parcels",
        seats=8,
        opens_on=date(2025, 12, 1),
        closes_on=date(2026, 1, 4),
        simulated=False,
        seed=11,
        battery=(
            BatteryPart("work-style", "1", "a" * 64),
            BatteryPart("service-judgement-a", "1", "b" * 64),
        ),
        owner_id=1,
        owner_name="Mara Lindqvist",
        created_at=MADE_AT,
        profile=profile,
    )
    return replace(view, **changes)  # type: ignore[arg-type]


def snapshot_view(
    n: int, *, unranked: int = 0, seats: int = 8, simulated: bool = False, seed: int = 5
) -> SnapshotView:
    """Give a ranking of ``n`` people, the last ``unranked`` of them without a fit."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=(n, 1)) * 0.6 + rng.normal(size=(n, 7)) * 0.8
    error = np.full((n, 7), 0.45)
    error[:, [3, 5, 6]] = 0.85
    mean = truth * (1 - error**2)
    R = np.full((7, 7), 0.3) + 0.7 * np.eye(7)
    found = fit(mean, error, error * 0.5, WEIGHTS, np.eye(7), R)
    scaled, scaled_error = found.scaled.copy(), found.scaled_error.copy()
    if unranked:
        scaled[-unranked:] = scaled_error[-unranked:] = np.nan
    ranking = rank_under_error(scaled, scaled_error, seats, seed=11, draws=2000)
    style = rng.normal(size=(n, 4)) * 0.8
    entries = []
    for i in range(n):
        ranked = bool(ranking.rank[i])
        steps = 10 * found.contributions[i] / found.sd_ref
        entries.append(
            EntryView(
                candidate_id=i + 1,
                code=f"C-{i + 1:04d}",
                name=person_name(i),
                rank=int(ranking.rank[i]) if ranked else None,
                rank_low=int(ranking.rank_low[i]) if ranked else None,
                rank_high=int(ranking.rank_high[i]) if ranked else None,
                p_top=float(ranking.p_top[i]) if ranked else None,
                band=int(ranking.band[i]) if ranked else None,
                at_cut=bool(ranking.at_cut[i]),
                fit=float(scaled[i]) if ranked else None,
                fit_error=float(scaled_error[i]) if ranked else None,
                coverage=1.0,
                mean=dict(zip(COMPETENCIES, mean[i].tolist(), strict=True)),
                error=dict(zip(COMPETENCIES, error[i].tolist(), strict=True)),
                parts=dict(zip(COMPETENCIES, (2, 2, 2, 1, 2, 1, 1), strict=True)),
                contributions=(
                    dict(zip(COMPETENCIES, steps.tolist(), strict=True)) if ranked else {}
                ),
                style={name: (float(v), 0.4) for name, v in zip(STYLES, style[i], strict=True)},
                flags=() if ranked else ("total:not_scorable",),
                scales={},
                answered=90,
                asked=90,
                blanks={},
            )
        )
    entries.sort(key=lambda e: (e.band is None, e.band or 0, e.name.casefold(), e.code))
    return SnapshotView(
        id=1,
        campaign_id=7,
        title="Voice agents, spring intake",
        brand="Harbour Parcels",
        seats=seats,
        people=n,
        unranked=unranked,
        simulated=simulated,
        made_at=MADE_AT,
        coverage=1.0,
        partial=False,
        evidenced=COMPETENCIES,
        weights=dict(zip(COMPETENCIES, WEIGHTS.tolist(), strict=True)),
        method=method(),
        profile_number=3,
        entries=tuple(entries),
    )


def tuned(snapshot: SnapshotView) -> SnapshotView:
    """Give the ranking under a profile with a minimum and a weight of style; one is held back."""
    share = 0.1
    entries = []
    for entry in snapshot.entries:
        steps = {code: (1 - share) * points for code, points in entry.contributions.items()}
        if steps:
            steps["style"] = entry.fit - 50 - sum(steps.values())
        entries.append(replace(entry, contributions=steps, below={"EMP": 0.3} if steps else {}))
    last = max(i for i, entry in enumerate(entries) if entry.rank is not None)
    entries[last] = replace(
        entries[last], rank=None, rank_low=None, rank_high=None, p_top=None, band=None,
        at_cut=False, below={"EMP": 0.97}, flags=("EMP:below_minimum",),
    )  # fmt: skip
    asked = {
        "minimums": {"EMP": 54.0}, "style_weight": share, "held_back": 1,
        "style_scales": ["dominance", "influence", "conscientiousness"],
    }  # fmt: skip
    return replace(snapshot, entries=tuple(entries), method={**snapshot.method, **asked})


def sure_scales() -> dict[str, tuple[float, float]]:
    """Give scores that are nearly free of error, strong in what angry callers ask for."""
    catalogue = default_catalogue()
    strong = ("EMP", "REG", "empathy", "even_keel")
    return {
        name: (1.5 if name in strong else 0.0, 0.05)
        for key in ("work-style", "service-judgement-a")
        for name in catalogue.instrument(key).scale_names
        if name != "total"
    }


def method() -> dict[str, object]:
    """Give the versions as a snapshot keeps them."""
    catalogue = default_catalogue()
    groups = {
        "work-style": "1008 anonymous web volunteers, 2019; neither applicants nor the public",
        "service-judgement-a": "simulated honest raters; no real people yet",
    }
    return {
        "profile_weights": dict(zip(COMPETENCIES, WEIGHTS.tolist(), strict=True)),
        "kind": "simulated",
        "seed": 11,
        "draws": 10_000,
        "engine": "0.1.0",
        "reference": {"source": "rating scales where both have one, .30 assumed elsewhere"},
        "instruments": [
            {
                "key": key,
                "title": catalogue.instrument(key).title,
                "version": "1",
                "digest": digest * 64,
                "present_digest": digest * 64,
                "calibration": "calibrated 2026-01-02 on N = 1008, engine 0.1.0"
                if key == "work-style"
                else None,
                "norm": None
                if key == "work-style"
                else "simulated norm of 2026-01-02, N = 20000, engine 0.1.0, provisional",
                "reference_group": groups[key],
                "provisional": True,
            }
            for key, digest in (("work-style", "a"), ("service-judgement-a", "b"))
        ],
    }


KINDS = ("ranked", "candidate", "comparison", "interview")


def content_of(
    kind: str, language: str = "en", snapshot: SnapshotView | None = None, **asked: object
) -> Content:
    """Give a report of a kind, of sixteen people, or of a snapshot's, or some of them."""
    snapshot = snapshot or snapshot_view(16, unranked=1, seats=4)
    campaign = campaign_view(seats=snapshot.seats, simulated=snapshot.simulated)
    on = snapshot, campaign, default_catalogue()
    said = {"organisation": "Harbour Care", "made_at": MADE_AT, "language": language}
    ids = [entry.candidate_id for entry in snapshot.entries]
    if kind == "candidate":
        return candidate_content(*on, ids[2], **said)
    if kind == "comparison":
        return comparison_content(*on, [ids[0], ids[len(ids) // 3], ids[-1]], **said)
    if kind == "interview":
        return interview_content(*on, ids[:3], **said)
    return ranked_content(*on, **{"people_pages": 2} | said | asked)
