"""A wheel, installed in a clean environment far from the checkout, does the main job."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


def run(*command: object, cwd: Path) -> str:
    """Run a command; its output is the failure's message."""
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=CHECKOUT)
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_the_data_and_no_tests(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for wanted in (
        "assess/questionnaires/work-style/calibration.yaml",
        "assess/questionnaires/practice.yaml",
        "assess/questionnaires/previews.yaml",
        "assess/translations/es/LC_MESSAGES/messages.mo",
        "assess/translations/fr/LC_MESSAGES/messages.mo",
        "assess/translations/id/LC_MESSAGES/messages.mo",
        "assess/questionnaires/service-judgement/instrument.yaml",
        "assess/templates/web/base.html",
        "assess/templates/reports/fonts/Inter-Regular.woff2",
        "assess/web/static/tokens.css",
        "assess/db/migrations/versions/0001_first_tables.py",
        "assess/db/migrations/script.py.mako",
    ):
        assert wanted in names
    assert not any(name.startswith("tests/") for name in names)


@pytest.mark.slow
def test_the_wheel_runs_the_demo_elsewhere(wheel, tmp_path):
    venv = tmp_path / "venv"
    lock = CHECKOUT / "requirements.lock"
    if shutil.which("uv") and subprocess.run(["uv", "--version"], check=False).returncode == 0:
        run("uv", "venv", "-q", "-p", sys.executable, venv, cwd=tmp_path)
        uv = ("uv", "pip", "install", "-q", "-p", venv / "bin/python")
        run(*uv, "--require-hashes", "-r", lock, cwd=tmp_path)
        run(*uv, "--no-deps", wheel, cwd=tmp_path)
    else:
        run(sys.executable, "-m", "venv", venv, cwd=tmp_path)
        pip = (venv / "bin/python", "-m", "pip", "install", "-q")
        run(*pip, "--require-hashes", "-r", lock, cwd=tmp_path)
        run(*pip, "--no-deps", wheel, cwd=tmp_path)
    told = run(venv / "bin/assess", "demo", "--no-serve", cwd=tmp_path)
    assert "ranked.pdf" in told
    assert (tmp_path / "demo/ranked.pdf").read_bytes().startswith(b"%PDF-")
