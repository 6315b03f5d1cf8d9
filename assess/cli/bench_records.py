"""Benchmark of contact records: a million rows read, mapped and summarised in a new process."""

import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import numpy as np

from assess.cli.bench_clock import SEED, Bench, Cost, Timed, sized

_ROWS: Final = 1_000_000
_HEADER: Final = (
    "Contact ID,Start time,Customer,Phone,Channel,Reason,Handle time,Escalated,Sentiment,"
    "Handled by,Notes\n"
)
_REASONS: Final = (
    *("Delivery late", "Refund request", "Billing dispute", "Order status", "Cancellation"),
    *("Technical issue", "Livraison en retard", "Devolución", "Pembatalan", "ZZ-917", ""),
)

#: Each runs alone in a new process and prints seconds of processor and of clock, and MB. The
#: most memory held is the mark of this very program: the other one counts its parent's, too.
_START: Final = """
import json, pathlib, resource, sys, time
def held():
    status = pathlib.Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split("VmHWM:")[1].split()[0]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before, cpu, clock = held(), time.process_time(), time.perf_counter()
path = sys.argv[1]
"""
_END: Final = """
took = time.process_time() - cpu, time.perf_counter() - clock
print(json.dumps([*took, (held() - before) / 1e6, told]))
"""
_OURS: Final = """
from pathlib import Path
from assess.instruments.catalogue import default_catalogue
from assess.profiles.reasons import suggest_drivers
from assess.profiles.record_columns import Columns, suggest
from assess.profiles.record_layout import find_layout
from assess.profiles.record_mix import Choices, mix_from_records
from assess.profiles.record_reading import read_contacts
layout = find_layout(Path(path))
found = read_contacts(Path(path), layout, Columns(suggest(layout), "dmy", "s"))
bank = default_catalogue()
names = sorted({cell.reason for cell in found.cells})
reasons = {name: one.driver for name, one in suggest_drivers(names, bank, {}).items()}
told = mix_from_records(found.cells, Choices(reasons), bank).n
"""
_CSV: Final = """
import csv
with open(path, encoding="utf-8", newline="") as file:
    told = sum(1 for _ in csv.reader(file)) - 1
"""


def records(share: float) -> Timed:
    """Read, map and summarise 1,000,000 contacts; baseline the csv module reading them alone."""
    rows = sized(_ROWS, share)
    with tempfile.TemporaryDirectory(prefix="assess-bench-") as folder:
        path = Path(folder) / "contacts.csv"
        write_contacts(path, rows)
        size = path.stat().st_size / 1e6
        (seconds, clock, megabytes, counted) = _alone(_OURS, path)
        (plain, _clock, plain_megabytes, _rows) = _alone(_CSV, path)
    return Timed(
        f"contact records, {rows:,} rows of {size:.0f} MB, a process of its own",
        Cost("Assess: read, map, summarise (with imports)", seconds, megabytes),
        Cost("csv module: read alone", plain, plain_megabytes),
        at_most=6,
        notes=(
            f"{rows / seconds:,.0f} rows/s; {clock:.1f} s by the clock (goal: at most 10)",
            f"memory above the start of the process: {megabytes:.0f} MB (goal: at most 300)",
            f"contacts in the mix: {counted:,}",
        ),
    )


def write_contacts(path: Path, rows: int) -> None:
    """Write an export of ``rows`` contacts, one in a hundred twice, with notes of two lines."""
    rng = np.random.default_rng(SEED)
    ids = np.arange(rows) - (rng.random(rows) < 0.01)
    reason, channel = rng.integers(0, len(_REASONS), rows), rng.integers(0, 3, rows)
    day, second = rng.integers(1, 29, rows), rng.integers(20, 1800, rows)
    heat, mood = rng.random(rows), rng.uniform(-1, 1, rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(_HEADER)
        writer = csv.writer(file)
        for i in range(rows):
            writer.writerow((
                f"C{ids[i]:08d}", f"2026-{i % 6 + 1:02d}-{day[i]:02d} 10:{i % 60:02d}:00",
                f"Person {i}", f"+4470{i:08d}", ("voice", "chat", "email")[channel[i]],
                _REASONS[reason[i]], second[i], "Y" if heat[i] < 0.2 else "N",
                f"{mood[i]:.2f}", "bot" if i % 9 == 0 else "agent",
                "first line,\nsecond" if i % 3 == 0 else "as usual",
            ))  # fmt: skip


def _alone(program: str, path: Path) -> tuple[float, float, float, int]:
    """Run a program of ours in a new process, so that its memory is its own."""
    command = [sys.executable, "-c", _START + program + _END, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    seconds, clock, megabytes, told = json.loads(done.stdout)
    return seconds, clock, megabytes, told


RECORD_BENCHES: Final[dict[str, Bench]] = {"records": records}
