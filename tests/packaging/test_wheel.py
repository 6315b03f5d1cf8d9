"""A wheel, installed in a clean environment far from the checkout, does the main job."""

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

#: No way back to the checkout.
CLEAN = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
WHERE = "import sysconfig; print(sysconfig.get_path('purelib'))"
#: The demo with as many people and pages as show that it works.
SMALL_DEMO = """
import assess.cli, assess.cli.demo
assess.cli.demo.PEOPLE, assess.cli.demo.PAGES = 50, 3
assess.cli.main(["demo", "--no-serve"])
"""
CHECKOUT = Path(__file__).resolve().parents[2]


def run(*command: object, cwd: Path) -> str:
    """Run a command; its output is the failure's message."""
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=CLEAN, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
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


def pins(lock: str) -> set[str]:
    """Give each entry of a lock in one line: name, version, where it is wanted, every hash."""
    lines = [line.strip() for line in (CHECKOUT / lock).read_text().splitlines()]
    told = "\n".join(line for line in lines if line and not line.startswith("#"))
    return set(told.replace(" \\\n", " ").splitlines())


def test_what_users_install_is_what_the_tests_run_with():
    users = pins("requirements.lock")
    assert len(users) > 30
    assert all(" --hash=sha256:" in entry for entry in users)
    assert users <= pins("requirements-dev.lock")


def installed(wheel: Path, folder: Path) -> Path:
    """Put the wheel and the packages of the users' lock into an environment; give its Python.

    The packages are those of the tests' own environment, which came from the same pins and
    hashes; what only developers have is out of reach.
    """
    venv.create(folder, symlinks=True, with_pip=False)
    python = folder / "bin/python"
    site = Path(run(python, "-c", WHERE, cwd=folder).strip())
    for entry in pins("requirements.lock"):
        try:
            found = distribution(entry.partition("==")[0])
        except PackageNotFoundError:
            assert ";" in entry, f"{entry.split()[0]} is not installed"
            continue
        for top in {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}:
            if not (site / top).exists():
                (site / top).symlink_to(found.locate_file(top))
    alone = ("--no-deps", wheel)
    if shutil.which("uv") and subprocess.run(["uv", "--version"], check=False).returncode == 0:
        run("uv", "pip", "install", "-q", "-p", python, *alone, cwd=folder)
    else:
        run(sys.executable, "-m", "pip", "--python", python, "install", "-q", *alone, cwd=folder)
    return python


@pytest.mark.slow
def test_the_wheel_runs_the_demo_elsewhere(wheel, tmp_path):
    python = installed(wheel, tmp_path / "venv")
    assert "--no-serve" in run(python.parent / "assess", "demo", "--help", cwd=tmp_path)
    told = run(python, "-c", SMALL_DEMO, cwd=tmp_path)
    assert "50 simulated candidates are ranked" in told
    assert (tmp_path / "demo/ranked.pdf").read_bytes().startswith(b"%PDF-")
