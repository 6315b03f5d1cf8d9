"""Time a slider's step from the browser: at the server, and from the answer until it is drawn.

    PYTHONPATH=. .venv/bin/python tools/time-tuning.py [PEOPLE]

Makes an installation that is thrown away, with PEOPLE (100,000) in a closed campaign, serves it
with gunicorn as `assess serve` does, and moves sliders by keyboard in headless Chromium.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

from assess.cli.bench_tuning import MANAGER, PASSWORD, STEPS, installed

PORT = 8917
URL = f"http://127.0.0.1:{PORT}"
TIMES = """() => ({
  asked: performance.getEntriesByType('resource').filter(e => e.name.includes('/tuning/preview'))
    .map(e => e.responseStart - e.requestStart),
  drawn: performance.getEntriesByName('tuning-drawn').map(e => e.duration),
})"""


def main(people: int) -> None:
    """Install, serve, move the sliders, and print medians and 95th percentiles."""
    with tempfile.TemporaryDirectory(prefix="assess-tuning-") as folder:
        stage = installed(Path(folder), people, URL)
        stage.app.extensions["assess"]["engine"].dispose()
        serving = subprocess.Popen(
            [sys.executable, "-m", "assess", "serve", "--bind", f"127.0.0.1:{PORT}"],
            env=os.environ | stage.settings.to_env(),
        )
        try:
            _await()
            with sync_playwright() as playwright:
                chromium = playwright.chromium.launch(
                    executable_path=shutil.which("chromium"), args=["--no-sandbox"]
                )
                _measure(chromium.new_page(viewport={"width": 1280, "height": 800}), stage.tuned_id)
                chromium.close()
            _tell_memory(serving.pid)
        finally:
            serving.terminate()
            serving.wait(timeout=30)


def _measure(page: Page, campaign_id: int) -> None:
    page.goto(f"{URL}/sign-in")
    page.get_by_label("E-mail address").fill(MANAGER)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{URL}/campaigns/{campaign_id}/tuning")
    start = time.perf_counter()
    page.locator("[name=pool]").nth(1).check()
    page.locator("#tuning-preview", has_text="people of the closed campaign").wait_for(
        timeout=600_000
    )
    print(f"choosing the pool, which reads everybody's scores: {time.perf_counter() - start:.1f} s")
    page.evaluate("performance.clearResourceTimings(); performance.clearMeasures()")
    sliders = page.locator("input.tuning-slider")
    for step in range(STEPS):
        seen = len(page.evaluate(TIMES)["drawn"])
        sliders.nth(step % 7).press("ArrowRight" if step % 14 < 7 else "ArrowLeft")
        page.wait_for_function(
            "n => performance.getEntriesByName('tuning-drawn').length > n", arg=seen
        )
    found = page.evaluate(TIMES)
    for name, words in (("asked", "question to first byte"), ("drawn", "answer until drawn")):
        times = np.array(found[name])
        print(
            f"{words}, {times.size} steps: median {np.median(times):.0f} ms, "
            f"p95 {np.quantile(times, 0.95):.0f} ms, most {times.max():.0f} ms"
        )


def _await() -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(f"{URL}/healthz", timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the service did not come up within a minute")


def _tell_memory(pid: int) -> None:
    """Print what each web process holds: all of it, and what is its own beside mapped files."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for child in [str(pid), *children]:
        status = Path(f"/proc/{child}/status").read_text().splitlines()
        parts = [line for line in status if line.startswith(("VmHWM", "RssAnon", "RssFile"))]
        print(f"process {child}:", "; ".join(" ".join(part.split()) for part in parts))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
