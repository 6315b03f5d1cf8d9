"""A ranked report of simulated people, for the benchmark: a fictional job, no one real."""

from datetime import UTC, date, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assess.campaigns.queries import BatteryPart, CampaignView
from assess.cli.bench_clock import SEED
from assess.instruments.catalogue import default_catalogue
from assess.profiles.mix import DriverShare
from assess.profiles.queries import VersionView
from assess.rankings.queries import EntryView, SnapshotView
from assess.reports.content import candidate_content, ranked_content
from assess.reports.sheets import CandidateContent, RankedContent
from assess.selection.composite import fit
from assess.selection.demand import COMPETENCIES, ONET_PRIOR
from assess.selection.ranking import rank_under_error

FloatArray = NDArray[np.float64]

_MADE: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)
_MIX: Final = {"delivery": 0.35, "returns": 0.25, "status": 0.2, "defect": 0.1, "cancel": 0.1}
_FIRST: Final = ("Ana", "Bima", "Chloé", "Đặng", "Efua", "Farid", "Gülşen", "Hugo", "Iris", "Jon")
_LAST: Final = ("Adeyemi", "Bauer", "Çelik", "Duarte", "Eze", "Fontaine", "García", "Halim", "Ito")
_STYLES: Final = ("dominance", "influence", "steadiness", "conscientiousness")


class Pool:
    """Simulated people with a job: who they are stays, their scores and the job may change."""

    def __init__(self, people: int) -> None:
        """Draw ``people``."""
        self._rng = np.random.default_rng(SEED)
        self._n = people
        self._error = np.tile([0.45, 0.45, 0.45, 0.85, 0.45, 0.85, 0.85], (people, 1))
        self._mean = self._drawn(people) * (1 - self._error**2)
        self._style = self._rng.normal(size=(people, 4)) * 0.8
        self._weights = np.array([0.15, 0.14, 0.18, 0.14, 0.17, 0.10, 0.12])
        self._version = 1

    def change(self, people: int) -> None:
        """Give the first ``people`` other results."""
        some = min(people, self._n)
        self._mean[:some] = self._drawn(some) * (1 - self._error[:some] ** 2)

    def next_version(self) -> None:
        """Give the job another profile version: every weight changes."""
        self._weights = np.roll(self._weights, 1)
        self._version += 1

    def ranked(self) -> RankedContent:
        """Give the ranked report with a page for everybody."""
        campaign = self._campaign()
        return ranked_content(
            self._snapshot(), campaign, default_catalogue(),
            people_pages=self._n, organisation="Harbour Care", made_at=_MADE,
        )  # fmt: skip

    def candidate(self) -> CandidateContent:
        """Give one person's report."""
        return candidate_content(
            self._snapshot(), self._campaign(), default_catalogue(), 1,
            organisation="Harbour Care", made_at=_MADE,
        )  # fmt: skip

    def _drawn(self, people: int) -> FloatArray:
        common = self._rng.normal(size=(people, 1)) * 0.6
        return np.asarray(common + self._rng.normal(size=(people, 7)) * 0.8)

    def _seats(self) -> int:
        return max(1, self._n // 5)

    def _campaign(self) -> CampaignView:
        profile = VersionView(
            id=1, profile_id=1, name="Harbour parcels", number=self._version, digest="0" * 64,
            reason="Simulated", frozen_at=_MADE,
            drivers=tuple(DriverShare(code, share, 6.0) for code, share in _MIX.items()),
            n_contacts=None, multipliers={}, weights=self._weights,
            demand=20 * self._weights, load_share=np.array(list(_MIX.values())),
            style_target=np.array([47.0, 55.0, 65.0, 57.0]), prior=ONET_PRIOR, prior_share=0.5,
            call_drivers_digest="1" * 64,
        )  # fmt: skip
        battery = (
            BatteryPart("work-style", "1", "a" * 64),
            BatteryPart("service-judgement-a", "1", "b" * 64),
        )
        return CampaignView(
            id=1, title="Voice agents, spring intake", brand_id=1, brand="Harbour Parcels",
            seats=self._seats(), opens_on=date(2025, 12, 1), closes_on=date(2026, 1, 4),
            simulated=True, seed=SEED, battery=battery, owner_id=1, owner_name="Mara Lindqvist",
            created_at=_MADE, profile=profile,
        )  # fmt: skip

    def _snapshot(self) -> SnapshotView:
        found = fit(
            self._mean, self._error, self._error * 0.5, self._weights, np.eye(7),
            np.full((7, 7), 0.3) + 0.7 * np.eye(7),
        )  # fmt: skip
        ranking = rank_under_error(
            found.scaled, found.scaled_error, self._seats(), seed=SEED, draws=2000
        )
        steps = 10 * found.contributions / found.sd_ref
        entries = [
            EntryView(
                candidate_id=i + 1, code=f"C-{i + 1:04d}", name=_name(i),
                rank=int(ranking.rank[i]), rank_low=int(ranking.rank_low[i]),
                rank_high=int(ranking.rank_high[i]), p_top=float(ranking.p_top[i]),
                band=int(ranking.band[i]), at_cut=bool(ranking.at_cut[i]),
                fit=float(found.scaled[i]), fit_error=float(found.scaled_error[i]), coverage=1.0,
                mean=_named(self._mean[i]), error=_named(self._error[i]),
                parts=dict(zip(COMPETENCIES, (2, 2, 2, 1, 2, 1, 1), strict=True)),
                contributions=_named(steps[i]),
                style={
                    name: (float(value), 0.4)
                    for name, value in zip(_STYLES, self._style[i], strict=True)
                },
                flags=(), scales={}, answered=90, asked=90, blanks={},
            )
            for i in range(self._n)
        ]  # fmt: skip
        entries.sort(key=lambda one: (one.band or 0, one.name.casefold(), one.code))
        return SnapshotView(
            id=1, campaign_id=1, title="Voice agents, spring intake", brand="Harbour Parcels",
            seats=self._seats(), people=self._n, unranked=0, simulated=True, made_at=_MADE,
            coverage=1.0, partial=False, evidenced=COMPETENCIES, weights=_named(self._weights),
            method=_method(self._weights), profile_number=self._version, entries=tuple(entries),
        )  # fmt: skip


def _name(place: int) -> str:
    return f"{_FIRST[place % 10]} {_LAST[place // 10 % 9]} {place + 101}"


def _named(values: FloatArray) -> dict[str, float]:
    return dict(zip(COMPETENCIES, values.tolist(), strict=True))


def _method(weights: FloatArray) -> dict[str, object]:
    """Give the versions as a snapshot keeps them."""
    catalogue = default_catalogue()
    return {
        "profile_weights": _named(weights),
        "kind": "simulated",
        "seed": SEED,
        "draws": 2000,
        "engine": "simulated",
        "reference": {"source": "simulated"},
        "instruments": [
            {
                "key": key, "title": catalogue.instrument(key).title, "version": "1",
                "digest": digest * 64, "present_digest": digest * 64, "calibration": None,
                "norm": None, "provisional": True, "reference_group": "simulated people",
            }
            for key, digest in (("work-style", "a"), ("service-judgement-a", "b"))
        ],
    }  # fmt: skip
