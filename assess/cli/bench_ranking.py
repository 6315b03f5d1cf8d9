"""Benchmark of a ranking of 100,000 people: its pages, its order, its job."""

import re
import resource
import tempfile
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import quote

import numpy as np
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from sqlalchemy import text

from assess.accounts.actor import Actor
from assess.cli.bench_clock import Bench, Cost, Timed, sized, timed
from assess.cli.bench_tuning import Stage, installed, signed_in
from assess.instruments.catalogue import default_catalogue
from assess.rankings import order_service, service

_TIMES: Final = 20
_ROWS: Final = 50
_PLAIN: Final = (
    "<!doctype html><title>Rows</title><table>{% for row in rows %}<tr>{% for cell in row %}"
    "<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"
)


def ranking(share: float) -> Timed:
    """Show pages of a ranking of 100,000; baseline a bare view of 50 rows by primary key."""
    n = sized(100_000, share)
    with tempfile.TemporaryDirectory(prefix="assess-bench-") as folder:
        stage = installed(Path(folder), n)
        order, whole = _made(stage)
        client, found = signed_in(stage), {}
        for name, address in _addresses(stage, client).items():
            found[name] = _times(client, address)
        bare = _times(_bare(stage).test_client(), "/rows/")
        stage.app.extensions["assess"]["engine"].dispose()
    first = found["first page"]
    return Timed(
        f"a page of a ranking of {n:,} people",
        Cost("Assess, first page by HTTP", float(np.median(first))),
        Cost("a bare Flask view, 50 rows by primary key", float(np.median(bare))),
        at_most=40,
        notes=(
            *(_told(name, seconds) for name, seconds in found.items()),
            f"the order, from the button to the file: {order:.1f} s (goal: at most 2)",
            f"the whole ranking, as the job makes it: {whole:.1f} s (goal: at most 15)",
            f"most memory of the process: {_peak_megabytes():.0f} MB",
        ),
    )


def _made(stage: Stage) -> tuple[float, float]:
    """Rank the closed campaign in its two steps; give the seconds of each."""
    sessions = stage.app.extensions["assess"]["sessions"]
    acting, catalogue, now = Actor(1, "system"), default_catalogue(), datetime.now(UTC)
    begin = partial(
        order_service.begin_ranking, sessions, stage.settings, acting, catalogue, stage.closed_id,
        now=now,
    )  # fmt: skip
    rank = partial(service.rank_campaign, sessions, acting, catalogue, stage.closed_id, now=now)
    return timed(begin)[1], timed(rank)[1]


def _addresses(stage: Stage, client: FlaskClient) -> dict[str, str]:
    table = f"/campaigns/{stage.closed_id}/ranking"
    last = client.get(f"{table}?before=end").text
    mark = re.search(r'name="before" value="([^"]+~[^"]+)"', last)
    deep = quote(mark.group(1)) if mark else "end"
    return {
        "first page": table,
        "deep page": f"{table}?before={deep}",
        "by fit": f"{table}?sort=fit",
        "by a competency": f"{table}?sort=ESC&up=1",
        "by decision": f"{table}?sort=decision",
        "filtered": f"{table}?least=52&evidence=complete",
        "filtered, sorted": f"{table}?group=cut&sort=REG",
        "found by code": f"{table}?q=B-0001",
        "found by nobody": f"{table}?q=zzz",
        "the campaign": f"/campaigns/{stage.closed_id}/",
    }


def _bare(stage: Stage) -> Flask:
    """Give a service of one view: fifty rows by primary key in a plain table."""
    app = Flask("bare")
    engine = stage.app.extensions["assess"]["engine"]

    @app.get("/rows/")
    def rows() -> str:
        wanted = text(f"SELECT * FROM ranking_row WHERE id BETWEEN 1 AND {_ROWS}")  # noqa: S608
        with engine.connect() as connection:
            return render_template_string(_PLAIN, rows=connection.execute(wanted).all())

    return app


def _times(client: FlaskClient, address: str) -> list[float]:
    """Give the seconds of one core that each of a few answers took, the first left out."""
    return [timed(partial(_asked, client, address))[1] for _ in range(_TIMES + 1)][1:]


def _asked(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise ValueError(f"the service answered {answer.status_code} to {address}")


def _told(name: str, seconds: list[float]) -> str:
    middle, high = 1e3 * np.quantile(seconds, (0.5, 0.95))
    return f"{name:18} p50 {middle:4.0f} ms, p95 {high:4.0f} ms (goal: at most 200)"


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


RANKING_BENCHES: Final[dict[str, Bench]] = {"ranking": ranking}
