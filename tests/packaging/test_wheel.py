"""A wheel, installed in a clean environment far from the checkout, does the main job."""

import re
import subprocess
import sys
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.markers import Marker

CHECKOUT = Path(__file__).resolve().parents[2]
LOCKED = re.compile(r"^([\w.-]+)==([^ ;]+)(?: ; ([^\\\n]+?))? \\?$", re.MULTILINE)
COMMAND = """
from importlib.metadata import distribution
[command] = distribution("assess").entry_points.select(group="console_scripts", name="assess")
command.load()()
"""


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
    run(sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv", cwd=tmp_path)
    python = tmp_path / "venv/bin/python"
    packages = run(
        python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=tmp_path
    )
    give_locked(Path(packages.strip()))
    zipfile.ZipFile(wheel).extractall(packages.strip())
    told = run(python, "-I", "-c", COMMAND, "demo", "--no-serve", cwd=tmp_path)
    assert "ranked.pdf" in told
    assert (tmp_path / "demo/ranked.pdf").read_bytes().startswith(b"%PDF-")


def give_locked(packages: Path) -> None:
    """Put the lock's distributions, and nothing else, into ``packages``: linked from here.

    Downloading them again would show no more: these are the versions the lock names, as held.
    """
    lock = (CHECKOUT / "requirements.lock").read_text()
    for name, version, marker in LOCKED.findall(lock):
        if marker and not Marker(marker).evaluate():
            continue
        held = distribution(name)
        assert held.version == version, f"{name} is not as locked"
        for file in held.files or ():
            place = packages / file
            if ".." in file.parts or "__pycache__" in file.parts:
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(held.locate_file(file))
