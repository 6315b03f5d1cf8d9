"""The service in processes of its own, and people whose pages send and repeat answers."""

import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.service import csrf

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
        """Send one request to the service itself."""
        return ask_at(self.port, method, address, body, headers)


def ask_at(port, method, address, body=None, headers=None):
    """Send one request and give its status, text and headers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
    try:
        connection.request(method, address, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), answer.headers
    finally:
        connection.close()


class Candidate(threading.Thread):
    """Somebody whose page sends one answer after another and repeats what is not confirmed."""

    def __init__(
        self, ask, person, items, stop: threading.Event, *, answers: int = 1_000_000
    ) -> None:
        super().__init__(daemon=True)
        self.ask, self.person, self.stop, self.answers = ask, person, stop, answers
        self.items, self.link = items, person.path
        self.confirmed: dict[str, tuple[str, int]] = {}
        self.repeats = 0
        self.fault: str | None = None

    def run(self) -> None:
        try:
            headers = self._enter()
            dice = random.Random(self.person.invitation_id)  # noqa: S311
            for sequence in range(1, self.answers + 1):
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
                found = self.ask(method, address, body, headers)
                if found[0] < 500:
                    return found
            except (OSError, http.client.HTTPException):
                pass
            self.repeats += 1
            time.sleep(0.2)
