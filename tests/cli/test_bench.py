"""Every benchmark runs, on few people, and says what it compared; no time is asserted."""

import re
from types import SimpleNamespace

import numpy as np
import pytest

from assess.cli import (
    bench,
    bench_browser,
    bench_graded,
    bench_pdf,
    bench_selection,
    bench_thurstonian,
)
from assess.cli.bench_clock import Cost, Timed, peak_megabytes, sized

GIRTH = {"calibrate", "eap", "eap-million"}


@pytest.fixture
def one_core(monkeypatch):
    for name, number in bench.ONE_CORE.items():
        monkeypatch.setenv(name, number)
    monkeypatch.setattr(bench_thurstonian, "_SAMPLE", 5)
    monkeypatch.setattr(bench_pdf, "_ROUNDS", 1)
    monkeypatch.setattr(bench_pdf, "_LEAST", 6)


@pytest.mark.parametrize("name", sorted(bench.BENCHES))
def test_every_benchmark_runs_and_gives_its_ratio(assess, one_core, name):
    result = assess("bench", name, "--share", "0.002")
    assert result.exit_code == 0, result.output
    assert re.search(r"Assess.* s", result.output)
    assert re.search(r"ratio: \d+\.\d+ times (as fast as the baseline|the baseline's time)",
                     result.output)  # fmt: skip


def test_several_benchmarks_run_in_one_go(assess, one_core):
    result = assess("bench", "top-k", "new-profile", "--share", "0.002")
    assert [line[:12] for line in result.output.splitlines() if line.startswith("[")] == [
        "[top-k] P(to",
        "[new-profile",
    ]


@pytest.mark.parametrize("name", sorted(GIRTH))
def test_without_girth_its_rows_say_how_to_install_it(assess, one_core, monkeypatch, name):
    monkeypatch.setattr(bench_graded, "find_spec", lambda _: None)
    result = assess("bench", name, "--share", "0.002")
    assert result.exit_code == 0
    assert "make bench" in result.output
    assert "assess[bench]" in result.output
    assert "ratio" not in result.output


def test_without_a_browser_reports_are_timed_and_it_is_said_what_is_missing(
    assess, one_core, monkeypatch
):
    monkeypatch.setattr(bench_browser, "which", lambda _: None)
    result = assess("bench", "pdf", "--share", "0.002")
    assert result.exit_code == 0
    assert "make setup-dev" in result.output
    assert "ratio:" not in result.output


def test_the_bench_starts_anew_where_several_cores_would_multiply(assess, monkeypatch):
    ran = []

    def note(command, *, env, check):
        ran.append((command[1:], env["OPENBLAS_NUM_THREADS"], check))
        return SimpleNamespace(returncode=7)

    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    monkeypatch.setattr(bench.subprocess, "run", note)
    assert assess("bench", "top-k").exit_code == 7
    assert ran == [(["-m", "assess", "bench", "top-k", "--share", "1.0"], "1", False)]


def test_an_unknown_benchmark_and_an_empty_share_are_wrong_usage(assess):
    assert assess("bench", "nothing").exit_code == 2
    assert assess("bench", "--share", "0").exit_code == 2


def test_girth_s_own_solution_is_no_likelier_than_ours():
    """Few people: the point is that both are judged by one likelihood."""
    timed = bench_graded.calibrate(0.5)
    gains = [float(note.rpartition(" ")[2]) for note in timed.notes[1:]]
    assert len(gains) == 2
    assert min(gains) > -0.01


def test_drawn_chances_agree_with_the_formula_s():
    """People far from the cut are left undrawn: that changes nobody's chance."""
    rng = np.random.default_rng(1)
    mean, error = rng.standard_normal(400), np.full(400, 0.3)
    p = bench_selection.chances_of_a_seat(mean, error, 40)
    few = bench_selection.seats_taken(mean, error, 40, 4_000) / 4_000
    assert few.sum() == pytest.approx(40)
    assert np.abs(few - p).max() < 0.05
    assert bench_selection.furthest_from_draws(mean, error, 40, p, 4_000) < 0.05


def test_a_ratio_reads_the_way_its_goal_is_set():
    ours, theirs = Cost("Assess", 2.0, 1.5), Cost("the other", 8.0)
    faster = "\n".join(Timed("work", ours, theirs, at_least=3).lines())
    assert "4.0 times as fast as the baseline (goal: at least 3)" in faster
    assert "2.0000 s   peak      1.5 MB" in faster
    slower = "\n".join(Timed("work", theirs, ours, at_most=8).lines())
    assert "4.00 times the baseline's time (goal: at most 8)" in slower


def test_memory_is_the_most_held_at_once():
    assert peak_megabytes(lambda: [np.ones(1_000_000).sum() for _ in range(3)]) == pytest.approx(
        8, abs=0.1
    )


def test_a_share_leaves_enough_people_and_never_more_than_all():
    assert [sized(100_000, share) for share in (1.0, 0.01, 1e-6)] == [100_000, 1_000, 300]
    assert sized(200, 0.5) == 200
