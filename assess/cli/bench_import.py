"""Benchmark of inviting people from a file: checked, then a place and a mail for each."""

import csv
import sqlite3
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from assess.accounts import service as accounts
from assess.accounts.actor import Actor
from assess.campaigns import import_jobs, import_queries, import_service
from assess.campaigns import service as campaigns
from assess.campaigns.people_columns import PeopleColumns
from assess.cli.bench_clock import Bench, Cost, Timed, sized, timed
from assess.db.engine import make_engine, make_sessions
from assess.db.migrate import upgrade
from assess.db.scope import Sessions, reading
from assess.instruments.catalogue import default_catalogue
from assess.jobs.worker import run_one
from assess.profiles.mix import DriverShare
from assess.settings import Settings

_ROWS: Final = 100_000
_HANDLERS: Final = {
    import_queries.CHECK_JOB: import_jobs.check_people,
    import_queries.INVITE_JOB: import_jobs.invite_people,
}


def people(share: float) -> Timed:
    """Invite 100,000 people from a file; baseline the file read, a bare row inserted for each."""
    n = sized(_ROWS, share)
    with tempfile.TemporaryDirectory(prefix="assess-bench-") as name:
        folder = Path(name)
        path = folder / "people.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("name", "email"))
            writer.writerows((f"Person {i}", f"person{i}@bench.example") for i in range(n))
        settings = Settings(
            secret_key="a bench's secret, thrown away with it",  # noqa: S106
            public_url="http://localhost",
            database_url=f"sqlite:///{folder}/bench.sqlite",
            files_dir=folder,
            mail_dir=folder,
        )
        engine = make_engine(settings.database_url)
        upgrade(engine)
        sessions = make_sessions(engine)
        acting, campaign_id = _campaign(sessions)
        start = time.perf_counter()
        told, seconds = timed(lambda: _import(sessions, settings, acting, campaign_id, path))
        clock = time.perf_counter() - start
        engine.dispose()
        rows, plain = timed(lambda: _bare(folder / "bare.sqlite", path))
    return Timed(
        f"people invited from a file, {n:,} rows",
        Cost("Assess: checked, then person, place, mail and row kept", seconds),
        Cost("csv module and sqlite3: read, one bare row each", plain),
        at_most=200,
        notes=(
            f"{n / seconds:,.0f} people/s; {clock:.1f} s by the clock (goal: at most 60)",
            f"invited: {told:,}; bare rows: {rows:,}",
        ),
    )


def _campaign(sessions: Sessions) -> tuple[Actor, int]:
    now = datetime.now(UTC)
    organisation_id, _user = accounts.found_organisation(
        sessions, "Bench", "admin@bench.example", "Admin", now=now
    )
    acting = Actor(organisation_id, "system")
    opening = campaigns.Opening(
        title="Bench",
        brand="Bench",
        seats=100,
        drivers=(DriverShare("delivery", 1.0, 7.0),),
        n_contacts=None,
        multipliers=None,
        battery=("work-style",),
        opens_on=now.date(),
        closes_on=now.date() + timedelta(days=30),
        simulated=True,
    )
    made = campaigns.open_campaign(sessions, acting, default_catalogue(), opening, now=now, seed=1)
    return acting, made


def _import(
    sessions: Sessions, settings: Settings, acting: Actor, campaign_id: int, path: Path
) -> int:
    """Take the file, check it, invite everybody; give how many were invited."""
    now = datetime.now(UTC)
    with path.open("rb") as stream:
        import_id = import_service.take_file(
            sessions, settings, acting, campaign_id, stream, now=now
        )
    columns = PeopleColumns({"name": 0, "email": 1})
    import_service.choose_columns(sessions, settings, acting, import_id, columns, now=now)
    run_one(sessions, settings, _HANDLERS)
    import_service.start(sessions, acting, import_id, now=now)
    run_one(sessions, settings, _HANDLERS)
    with reading(sessions, acting.organisation_id) as session:
        view = import_queries.people_import(session, campaign_id, import_id)
    return view.counts["invited"]


def _bare(database: Path, path: Path) -> int:
    """Read the file and insert a row for each person, in one transaction."""
    with sqlite3.connect(database) as bare, path.open(encoding="utf-8", newline="") as file:
        bare.execute("CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, email TEXT)")
        rows = csv.reader(file)
        next(rows)
        bare.executemany("INSERT INTO person (name, email) VALUES (?, ?)", rows)
        count: int = bare.execute("SELECT count(*) FROM person").fetchone()[0]
    bare.close()
    return count


IMPORT_BENCHES: Final[dict[str, Bench]] = {"import": people}
