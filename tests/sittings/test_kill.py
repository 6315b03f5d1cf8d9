"""The service is killed while people answer; what it confirmed is there, exactly once.

ASSESS_TEST_KILLS says how often it is killed, ASSESS_TEST_KILL_SEED repeats its moments.
"""

import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from assess.db.engine import make_engine, make_sessions
from assess.db.scope import reading
from assess.settings import Settings
from assess.sittings.models import Answer
from tests.service import csrf, make_tenant
from tests.sittings.conftest import invite, open_to_answers

PEOPLE = 6
SECRET = "a secret of the test, longer than thirty-two characters"
APP = """
from assess.app import create_app
from assess.settings import Settings

app = create_app(Settings.from_env())
"""


class Server:
    """gunicorn with two workers in a process group of its own."""

    def __init__(self, folder: Path, database_url: str) -> None:
        (folder / "killed_app.py").write_text(APP)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = folder / "server.log"
        root = Path(__file__).resolve().parents[2]
        self.command = [
            sys.executable, "-m", "gunicorn", "--no-control-socket", "--preload", "--workers", "2",
            "--worker-class", "gthread", "--threads", "4", "--bind", f"127.0.0.1:{self.port}",
            "--chdir", str(folder), "killed_app:app",
        ]  # fmt: skip
        self.env = {
            **os.environ,
            "PYTHONPATH": str(root),
            "ASSESS_SECRET_KEY": SECRET,
            "ASSESS_PUBLIC_URL": "http://localhost",
            "ASSESS_DATABASE_URL": database_url,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, env=self.env, stdout=log, stderr=log, start_new_session=True
            )
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                if self.ask("GET", "/healthz")[0] == 200:
                    return
            except OSError:
                time.sleep(0.2)
        pytest.fail(f"the service does not start: {self.log.read_text()[-2000:]}")

    def kill(self) -> None:
        """End every process of the group at once, without a word."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def ask(self, method, address, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, address, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), answer.headers
        finally:
            connection.close()


class Candidate(threading.Thread):
    """Somebody whose page sends one answer after another and repeats what is not confirmed."""

    def __init__(self, server: Server, person, items, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.server, self.person, self.stop = server, person, stop
        self.items, self.link = items, person.path
        self.confirmed: dict[str, tuple[str, int]] = {}
        self.repeats = 0
        self.fault: str | None = None

    def run(self) -> None:
        try:
            headers = self._enter()
            dice = random.Random(self.person.invitation_id)  # noqa: S311
            for sequence in range(1, 1_000_000):
                if self.stop.is_set():
                    return
                answer = {
                    "item": dice.choice(self.items), "value": dice.randint(1, 5),
                    "sequence": sequence, "key": f"{self.person.invitation_id}-{sequence}",
                }  # fmt: skip
                self._send(answer, headers)
        except Exception as error:  # noqa: BLE001 - told by the test
            self.fault = repr(error)

    def _enter(self) -> dict[str, str]:
        cookies = {}

        def ask(method, address, **fields):
            body = urlencode(fields) if fields else None
            headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in cookies.items())}
            if body:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            _status, text, found = self._until_answered(method, address, body, headers)
            for cookie in found.get_all("Set-Cookie") or []:
                name, value = re.match(r"([^=]+)=([^;]*)", cookie).groups()
                cookies[name] = value
            return text

        ask("POST", self.link, csrf_token=csrf(ask("GET", self.link)))
        ask("POST", "/take/", csrf_token=csrf(ask("GET", "/take/")))
        token = csrf(ask("GET", "/take/1"))
        return {
            "Cookie": f"take={cookies['take']}",
            "Content-Type": "application/json",
            "X-Form-Token": token,
        }

    def _send(self, answer, headers) -> None:
        body = json.dumps({"answers": [answer]})
        status, text, _headers = self._until_answered("POST", "/take/answers", body, headers)
        assert status == 200, text
        self.confirmed[answer["key"]] = answer["item"], answer["value"]

    def _until_answered(self, method, address, body, headers):
        while True:
            try:
                found = self.server.ask(method, address, body, headers)
                if found[0] < 500:
                    return found
            except (OSError, http.client.HTTPException):
                pass
            self.repeats += 1
            time.sleep(0.2)


def _await_answers(people: list[Candidate], more: int) -> None:
    """Wait until so many more answers are confirmed: a busy machine takes its time to start."""
    goal = sum(len(person.confirmed) for person in people) + more
    for _ in range(1_200):
        if sum(len(person.confirmed) for person in people) >= goal:
            return
        time.sleep(0.05)
    raise AssertionError(f"{more} more answers were not confirmed within a minute")


@pytest.mark.slow
def test_a_killed_service_loses_and_doubles_nothing(tmp_path, migrated_sqlite, sitting_bank):
    kills = int(os.environ.get("ASSESS_TEST_KILLS", "3"))
    seed = int(os.environ.get("ASSESS_TEST_KILL_SEED", time.time_ns() % 10**6))
    moments = random.Random(seed)  # noqa: S311
    path = tmp_path / "assess.sqlite"
    shutil.copy(migrated_sqlite, path)
    engine = make_engine(f"sqlite:///{path}")
    sessions = make_sessions(engine)
    tenant = make_tenant(sessions, "Harbour Care")
    settings = Settings(SECRET, "http://localhost", f"sqlite:///{path}", tmp_path / "files")
    campaign_id = open_to_answers(sessions, tenant, sitting_bank)
    items = [*sitting_bank.instrument("work-style").item_ids]
    items += sitting_bank.instrument("service-judgement-a").item_ids
    invited = [invite(sessions, tenant, settings, campaign_id, f"P{n}") for n in range(PEOPLE)]
    server, stop = Server(tmp_path, f"sqlite:///{path}"), threading.Event()
    server.start()
    people = [Candidate(server, person, items, stop) for person in invited]
    try:
        for person in people:
            person.start()
        for _ in range(kills):
            _await_answers(people, moments.randint(3, 40))
            time.sleep(moments.uniform(0, 0.05))
            server.kill()
            server.start()
        time.sleep(0.5)
        stop.set()
        for person in people:
            person.join(30)
    finally:
        stop.set()
        server.kill()

    with reading(sessions, tenant.organisation_id) as session:
        rows = session.execute(select(Answer.idempotency_key, Answer.item, Answer.value)).all()
    engine.dispose()
    kept = Counter(key for key, _item, _value in rows)
    stored = {key: (item, value) for key, item, value in rows}
    confirmed = {key: what for person in people for key, what in person.confirmed.items()}
    missing = [key for key, what in confirmed.items() if stored.get(key) != what]
    doubled = [key for key, count in kept.items() if count > 1]
    repeats = sum(person.repeats for person in people)
    print(  # noqa: T201 - the figures are the point of a long run
        f"{kills} kills, seed {seed}: {len(confirmed)} confirmed, {len(missing)} missing, "
        f"{len(doubled)} doubled, {repeats} requests repeated"
    )
    assert [person.fault for person in people] == [None] * PEOPLE, server.log.read_text()[-3000:]
    assert not any(person.is_alive() for person in people)
    assert len(confirmed) > PEOPLE
    assert repeats > 0
    assert (missing, doubled) == ([], [])
    # Every candidate waits for each answer, so nothing but the confirmed can be there at the end.
    assert set(stored) == set(confirmed)
