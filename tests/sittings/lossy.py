"""A proxy with a bad connection: it drops, delays and doubles requests, by its seed."""

import http.client
import random
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PASSED_ON = ("Cookie", "Content-Type", "X-Form-Token", "Accept", "Accept-Language")
OF_THE_CONNECTION = ("connection", "content-length", "keep-alive")
FAULTS = ("lost", "unanswered", "late", "twice")


class LossyProxy(ThreadingHTTPServer):
    """Stands between people and the service on ``target``; a share of requests goes wrong.

    Of those, equal shares never arrive, arrive but their answer is lost, come up to ``delay``
    seconds late, or arrive twice.
    """

    daemon_threads = True
    request_queue_size = 512

    def __init__(self, target: int, *, share: float, delay: float, seed: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target, self.share, self.delay = target, share, delay
        self.counts: Counter[str] = Counter()
        self._dice, self._lock = random.Random(seed), threading.Lock()  # noqa: S311
        self._thread = threading.Thread(target=self.serve_forever, daemon=True)

    @property
    def port(self) -> int:
        """Where people connect."""
        return self.server_port

    def draw(self) -> tuple[str, float]:
        """Draw what becomes of the next request, and how late it is if it is late."""
        with self._lock:
            kind = self._dice.choice(FAULTS) if self._dice.random() < self.share else "well"
            self.counts[kind] += 1
            return kind, self._dice.uniform(0, self.delay)

    def __enter__(self) -> "LossyProxy":
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: LossyProxy

    def pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.close_connection = True
        kind, late = self.server.draw()
        if kind == "lost":
            return
        if kind == "late":
            time.sleep(late)
        answer = self.forward(body)
        if kind == "twice":
            answer = self.forward(body)
        if kind != "unanswered" and answer is not None:
            self.give(*answer)

    do_GET = do_POST = pass_on  # noqa: N815 - the names of http.server

    def forward(self, body: bytes):
        headers = {name: self.headers[name] for name in PASSED_ON if self.headers[name]}
        connection = http.client.HTTPConnection("127.0.0.1", self.server.target, timeout=30)
        try:
            connection.request(self.command, self.path, body or None, headers)
            found = connection.getresponse()
            return found.status, found.getheaders(), found.read()
        except OSError:
            return None
        finally:
            connection.close()

    def give(self, status, headers, content) -> None:
        try:
            self.send_response_only(status)
            for name, value in headers:
                if name.lower() not in OF_THE_CONNECTION:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(content)
        except OSError:  # the person gave up waiting
            self.server.counts["given up"] += 1

    def log_message(self, *_arguments) -> None:
        """Say nothing."""
