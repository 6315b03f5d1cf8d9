"""Benchmark of a slider's step through the service: signed in, asked, answered as the page is."""

import re
import secrets
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import numpy as np
from flask import Flask
from flask.testing import FlaskClient
from scipy.stats import rankdata
from sqlalchemy import insert
from sqlalchemy.orm import Session

from assess import __version__
from assess.accounts import service as accounts
from assess.accounts.actor import Actor
from assess.accounts.models import RoleName
from assess.accounts.sign_in import set_password
from assess.app import create_app
from assess.campaigns import service as campaigns
from assess.campaigns.models import Invitation
from assess.candidates.models import Candidate
from assess.cli.bench_clock import SEED, Bench, Timed, costed, sized
from assess.cli.bench_preview import drawn_pool
from assess.db.engine import make_engine, make_sessions
from assess.db.migrate import upgrade
from assess.db.scope import Sessions, writing
from assess.instruments.catalogue import default_catalogue
from assess.instruments.simulated_scores import SimulatedTable, simulate_scores
from assess.profiles.mix import DriverShare
from assess.selection.demand import COMPETENCIES
from assess.settings import Settings
from assess.sittings.models import Attempt, Score, Sitting

PASSWORD: Final = "a bench's long password"  # noqa: S105 - of an installation that is thrown away
MANAGER: Final = "manager@bench.example"
STEPS: Final = 100
_DRIVERS: Final = (
    DriverShare("delivery", 0.45, 7.0),
    DriverShare("billing", 0.35, 8.0),
    DriverShare("status", 0.20, 3.0),
)
_BATTERY: Final = ("work-style", "service-judgement-a")
_ROWS_AT_ONCE: Final = 5_000


@dataclass
class Stage:
    """An installation with an open campaign and a closed one; ``ticket`` once it was chosen."""

    settings: Settings
    app: Flask
    tuned_id: int
    closed_id: int
    seats: int
    ticket: str = ""

    def choose_pool(self, client: FlaskClient) -> None:
        """Ask a first step, which reads the pool, and keep its ticket."""
        found = re.search(r'data-ticket="([^"]+)"', client.get(self.address(_rng())).text)
        if found is None:
            raise ValueError("the service gave no ticket")
        self.ticket = found.group(1)

    def address(self, rng: np.random.Generator) -> str:
        """Give the address of one step: every slider somewhere."""
        factors = 2 ** rng.uniform(-1, 1, len(COMPETENCIES))
        asked = {f"w_{code}": f"{one:.2f}" for code, one in zip(COMPETENCIES, factors, strict=True)}
        rest = {"style": "0", "seats": str(self.seats), "pool": str(self.closed_id)}
        return f"/campaigns/{self.tuned_id}/tuning/preview?" + urlencode(
            {**asked, **rest, "ticket": self.ticket}
        )


def tuning(share: float) -> Timed:
    """One slider step on 100,000 people through the service; baseline as in ``preview``.

    The first question reads everybody's scores and keeps them as files; the steps map these.
    """
    n = sized(100_000, share)
    pool, old = drawn_pool(n), np.full(len(COMPETENCIES), 1 / len(COMPETENCIES))
    rng = _rng()
    with tempfile.TemporaryDirectory(prefix="assess-bench-") as folder:
        stage = installed(Path(folder), n)
        client = signed_in(stage)
        first = _by_the_clock(lambda: stage.choose_pool(client))
        told, ours = costed(
            "Assess, one step by HTTP", partial(_step, client, stage.address(rng)), rounds=10
        )
        _, baseline = costed(
            f"two products ({n:,} x {old.size}) by ({old.size}), each ranked by scipy.stats",
            lambda: [rankdata(pool.mean @ weights) for weights in (old, old[::-1])],
            rounds=10,
        )
        steps = 1e3 * np.array(
            [_by_the_clock(partial(_step, client, stage.address(rng))) for _ in range(STEPS)]
        )
        stage.app.extensions["assess"]["engine"].dispose()
    p95, middle = np.quantile(steps, 0.95), np.median(steps)
    return Timed(
        f"a slider's step through the service, {n:,} people, {stage.seats:,} seats",
        ours,
        baseline,
        at_most=8,
        notes=(
            (
                f"by the clock, {STEPS} steps: median {middle:.0f} ms, p95 {p95:.0f} ms "
                "(goal: at most 300)"
            ),
            f"choosing the pool, which reads everybody's scores: {first:.1f} s",
            told,
        ),
    )


def installed(folder: Path, n: int, url: str = "http://localhost") -> Stage:
    """Make an installation in ``folder`` whose closed campaign has ``n`` people, scores kept."""
    settings = Settings(
        secret_key=secrets.token_urlsafe(48),
        public_url=url,
        database_url=f"sqlite:///{folder / 'assess.sqlite'}",
        files_dir=folder / "files",
        mail_dir=folder / "mail",
        simulated=True,
        weak_passwords_hash=True,
    )
    engine = make_engine(settings.database_url)
    upgrade(engine)
    engine.dispose()
    app = create_app(settings)
    sessions = make_sessions(app.extensions["assess"]["engine"])
    now = datetime.now(UTC)
    organisation_id, _user = accounts.found_organisation(
        sessions, "Bench", "admin@bench.example", "Admin", now=now
    )
    acting = Actor(organisation_id, "system")
    _member, user_id = accounts.add_member(
        sessions, acting, MANAGER, "Manager", RoleName.HIRING_MANAGER, now=now
    )
    set_password(app, sessions, user_id, PASSWORD)
    seats = max(1, n // 100)
    tuned_id, closed_id = (_campaign(sessions, acting, seats, day) for day in (now, _LONG_AGO))
    with writing(sessions, organisation_id) as session:
        _people(session, organisation_id, closed_id, n)
    return Stage(settings, app, tuned_id, closed_id, seats)


def signed_in(stage: Stage) -> FlaskClient:
    """Sign the manager in by the page."""
    client = stage.app.test_client()
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/sign-in").text)
    token = found.group(1) if found else ""
    client.post("/sign-in", data={"email": MANAGER, "password": PASSWORD, "csrf_token": token})
    return client


_LONG_AGO: Final = datetime(2026, 1, 5, tzinfo=UTC)


def _campaign(sessions: Sessions, acting: Actor, seats: int, day: datetime) -> int:
    opening = campaigns.Opening(
        title=f"Bench {day:%Y-%m-%d}",
        brand="Bench",
        seats=seats,
        drivers=_DRIVERS,
        n_contacts=2000,
        multipliers=None,
        battery=_BATTERY,
        opens_on=day.date(),
        closes_on=day.date() + timedelta(days=30),
        simulated=True,
    )
    return campaigns.open_campaign(sessions, acting, default_catalogue(), opening, now=day, seed=1)


def _people(session: Session, organisation_id: int, campaign_id: int, n: int) -> None:
    """Add ``n`` simulated people who have finished, with their scores."""
    catalogue = default_catalogue()
    tables = simulate_scores(catalogue, _BATTERY, n, _rng())
    digests = {key: catalogue.instrument(key).digest for key in _BATTERY}
    for start in range(0, n, _ROWS_AT_ONCE):
        rows = range(start, min(start + _ROWS_AT_ONCE, n))
        people = _added(session, organisation_id, Candidate, [
            {"code": f"B-{i:06d}", "name": f"Person {i}", "email": None, "language": "en",
             "simulated": True, "source": "bench", "created_at": _LONG_AGO}
            for i in rows
        ])  # fmt: skip
        sittings = _added(session, organisation_id, Sitting, [
            {"candidate_id": one, "started_at": _LONG_AGO, "notice_version": "1",
             "submitted_at": _LONG_AGO}
            for one in people
        ])  # fmt: skip
        _added(session, organisation_id, Invitation, [
            {"campaign_id": campaign_id, "candidate_id": one, "sitting_id": sitting,
             "created_at": _LONG_AGO, "started_at": _LONG_AGO, "submitted_at": _LONG_AGO}
            for one, sitting in zip(people, sittings, strict=True)
        ])  # fmt: skip
        for ordinal, (key, table) in enumerate(tables.items()):
            attempts = _added(session, organisation_id, Attempt, [
                {"sitting_id": one, "ordinal": ordinal, "instrument": key, "language": "en",
                 "instrument_digest": digests[key]}
                for one in sittings
            ])  # fmt: skip
            _added(session, organisation_id, Score, [
                {"attempt_id": attempt, "sitting_id": sitting, "instrument": key,
                 "scales": _stored(table, row), "flags": {"flags": []},
                 "instrument_digest": digests[key], "engine_version": __version__,
                 "scored_at": _LONG_AGO}
                for attempt, sitting, row in zip(attempts, sittings, rows, strict=True)
            ])  # fmt: skip


def _added(
    session: Session, organisation_id: int, model: type[Any], rows: list[dict[str, Any]]
) -> list[int]:
    statement = insert(model).returning(model.id, sort_by_parameter_order=True)
    owned = [{"organisation_id": organisation_id, **row} for row in rows]
    return list(session.scalars(statement, owned))


def _stored(table: SimulatedTable, row: int) -> dict[str, Any]:
    """Write one person's scores as a sitting does."""
    nothing = [None] * len(table.scales)
    mean, error = (
        [None if np.isnan(one) else float(one) for one in values[row]]
        for values in (table.mean, table.error)
    )
    return {
        "names": list(table.scales), "mean": mean, "error": error, "raw": nothing,
        "answered": [8] * len(table.scales), "low": nothing, "high": nothing,
    }  # fmt: skip


def _rng() -> np.random.Generator:
    return np.random.default_rng(SEED)


def _step(client: FlaskClient, address: str) -> str:
    """Ask one step; give its one sentence. Raises ValueError when there is none."""
    found = re.search(r'id="tuning-headline">([^<]+)<', client.get(address).text)
    if found is None:
        raise ValueError("the service gave no preview")
    return found.group(1)


def _by_the_clock(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


TUNING_BENCHES: Final[dict[str, Bench]] = {"tuning": tuning}
