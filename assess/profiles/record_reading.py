# ruff: noqa: S608 - statements are made of fixed words and numbers; see record_sql
"""Read an export of contacts and keep counts alone: how many, how long, how heated, by reason.

DuckDB reads the file as a stream under a memory limit and takes only the mapped columns; no
other column leaves its reader, and of a contact's id only a hash stays until the file is read.
"""

import csv
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import duckdb

from assess.errors import Invalid
from assess.profiles import record_sql as sql
from assess.profiles.record_columns import ROLES, Columns, check, plain
from assess.profiles.record_layout import LONGEST_ROW, Layout
from assess.profiles.record_rewriting import flat_sheet, is_even, rewritten

MOST_REASONS: Final = 1_000
MOST_KINDS: Final = 50
MOST_CELLS: Final = 30_000
SHOWN_FAULTS: Final = 20
LEAST_MEMORY: Final = 140_000_000
_STEPS: Final = 4
_MINORITY: Final = 0.05
_SURE_SECONDS: Final = (60, 7_200)

MEASURES: Final = (
    *("n", "timed", "minutes", "squares"),
    *("escalation_known", "escalated", "transfer_known", "transferred"),
    *("sentiment_known", "sentiment", "sentiment_squares"),
)

Progress = Callable[[int, int], object]


@dataclass(frozen=True)
class Question:
    """What the file leaves open: ``order`` of day and month, or the ``unit`` of durations."""

    about: Literal["order", "unit"]
    contacts: int


@dataclass(frozen=True)
class Fault:
    """What is wrong with one row, counted as a spreadsheet does; never what stands in it."""

    row: int
    what: str


@dataclass(frozen=True)
class Cell:
    """Contacts of one month (202601; 0 unknown), reason, channel and handler ("" for none).

    ``measures`` go with MEASURES: counts, minutes and their squares, flags, sentiment.
    """

    month: int
    reason: str
    channel: str
    live: str
    measures: tuple[float, ...]


@dataclass(frozen=True)
class Reading:
    """What stays of a file: cells, counts of what happened to its rows, the first faults."""

    cells: tuple[Cell, ...]
    counts: Mapping[str, int]
    faults: tuple[Fault, ...]
    order: str
    unit: str


def read_contacts(
    path: Path, layout: Layout, columns: Columns, *, progress: Progress = lambda _d, _t: None
) -> Reading | tuple[Question, ...]:
    """Summarise a file, or give the questions to ask first.

    Raises Invalid for columns that are not the file's, a file that is not a table, more than a
    thousand different reasons (then that column is no reason), or nothing to count.
    """
    check(columns, len(layout.header))
    with _source(path, layout, columns) as source:
        progress(1, _STEPS)
        settled = source.settle(columns, layout)
        if isinstance(settled, tuple):
            return settled
        progress(2, _STEPS)
        source.load(settled)
        progress(3, _STEPS)
        found = source.summary(settled)
        progress(_STEPS, _STEPS)
        return found


@contextmanager
def _source(path: Path, layout: Layout, columns: Columns) -> Iterator["_Source"]:
    """Give the file as UTF-8 in a table of text columns; what was written for it is deleted."""
    with tempfile.TemporaryDirectory(prefix="assess-") as scratch:
        folder, removed = Path(scratch), 0
        places = {role: columns.places[role] for role in ROLES if role in columns.places}
        wide, skip, delimiter = len(layout.header), layout.skip, layout.delimiter
        if layout.kind == "xlsx":
            path = flat_sheet(path, folder / "sheet.csv", layout, list(places.values()))
            places, delimiter = {role: i for i, role in enumerate(places)}, ","
            wide = len(places)
        elif layout.encoding not in ("utf-8", "utf-8-sig") or not is_even(path):
            path, removed = rewritten(path, folder / "table.csv", layout.encoding)
        connection = duckdb.connect(
            ":memory:",
            config={
                # A byte for each byte of the file: more rows need more room for their ids.
                "memory_limit": f"{max(LEAST_MEMORY, path.stat().st_size) // 1_000_000}MB",
                "threads": 1,
                "temp_directory": str(folder / "spill"),
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            },
        )
        try:
            connection.execute("set enable_progress_bar = false")
            yield _Source(connection, path, delimiter, skip, wide, places, removed)
        except duckdb.Error as error:
            # Its words may hold a cell.
            raise Invalid(f"file: it cannot be read as a table ({type(error).__name__})") from None
        finally:
            connection.close()


@dataclass(frozen=True)
class _Source:
    connection: duckdb.DuckDBPyConnection
    path: Path
    delimiter: str
    skip: int
    wide: int
    places: Mapping[str, int]
    removed: int

    def _rows(self, roles: Sequence[str], *, rejects: bool = False) -> str:
        """Give the statement of the wanted roles' cells, trimmed, numbered from 1."""
        types = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(self.wide))
        chosen = "".join(f", {sql.cell(f'c{self.places[role]}')} as {role}" for role in roles)
        kept = "true, store_rejects = true, rejects_limit = 0" if rejects else "true"
        return f"""select row_number() over () as k, c{self.wide - 1} is null as short{chosen}
            from read_csv($path, auto_detect = false, header = true, skip = {self.skip},
              delim = '{self.delimiter}', quote = '"', escape = '"', nullstr = '\x01',
              null_padding = true, parallel = false, ignore_errors = {kept},
              max_line_size = {LONGEST_ROW}, columns = {{{types}}})"""

    def _run(self, statement: str) -> list[tuple[Any, ...]]:
        names = {"path": str(self.path)} if "$path" in statement else None
        return self.connection.execute(statement, names).fetchall()

    def settle(self, columns: Columns, layout: Layout) -> Columns | tuple[Question, ...]:
        """Find how dates and plain durations are read, over every different one of the file."""
        order, unit = columns.order, columns.unit or _unit_by_name(layout, columns)
        dated = "date" in self.places
        if dated:
            self._gather("day", sql.day_part("date"), "date")
        self._gather("time", "duration", "duration")
        asked: list[Question] = []
        if dated and not order:
            first, second, slashes = self._run(_SLASHED)[0]
            order = _order(first, second, slashes)
            if not order:
                asked.append(Question("order", slashes))
        if not unit:
            numbers, median = self._run(_PLAIN_TIMES)[0]
            low, high = _SURE_SECONDS
            unit = "s" if not numbers or low <= median <= high else ""
            if not unit:
                asked.append(Question("unit", numbers))
        return tuple(asked) or Columns(columns.places, order or "dmy", unit)

    def _gather(self, name: str, what: str, role: str) -> None:
        """Put every different ``what`` into a table, with how many rows have it."""
        self._run(
            f"create temp table {name} as select {what} as text, count(*) as n "
            f"from ({self._rows([role])}) where {role} is not null group by all"
        )

    def load(self, columns: Columns) -> None:
        """Put one narrow row for each contact into a table in memory, faults as bits."""
        has = self.places.__contains__
        if has("date"):
            month = sql.month("text", columns.order)
            self._run(f"create temp table months as select text, {month} as month from day")
        length = sql.minutes("text", columns.unit)
        self._run(f"create temp table lengths as select text, {length} as m from time")
        months = "left join months on months.text = day" if has("date") else ""
        self._run(
            f"""create temp table contact as select k::integer as k,
              {"hash(id)" if has("id") else "null::ubigint"} as person,
              coalesce({"month" if has("date") else "0"}, 0)::integer as month,
              reason_words as reason, channel_words as channel, live_words as live,
              (case when m > 0 and m <= {sql.LONGEST_MINUTES} then m end)::float as minutes,
              escalated_flag::tinyint as escalated, transferred_flag::tinyint as transferred,
              feeling::float as sentiment, coalesce(m = 0, false) as nought,
              ({sql.faults(self.places)})::utinyint as faults,
              {" and ".join(f"{role} is null" for role in self.places)} as empty
              from (select *, {sql.told(self.places)}
                from ({self._rows(list(self.places), rejects=True)}))
              {months} left join lengths on lengths.text = duration"""
        )

    def summary(self, columns: Columns) -> Reading:
        """Count the loaded contacts; a contact's first row counts, its later ones are noted."""
        counts = self._counts()
        if not counts["contacts"]:
            raise Invalid("file: it holds no contact under its header")
        reasons, channels, lives = self._run(
            "select count(distinct reason), count(distinct channel), count(distinct live) "
            "from contact"
        )[0]
        faults = [
            f"{role}: its column holds {kinds:,} different values, and {most:,} at most make sense"
            for role, kinds, most in (
                ("reason", reasons, MOST_REASONS),
                ("channel", channels, MOST_KINDS),
                ("live", lives, MOST_KINDS),
            )
            if kinds > most
        ]
        if faults:
            raise Invalid(*faults)
        cells = _merged(self._run(_CELLS))
        if len(cells) > MOST_CELLS:
            raise Invalid("file: months, reasons and channels make too many different groups")
        return Reading(cells, counts, self._faults(), columns.order, columns.unit)

    def _counts(self) -> dict[str, int]:
        bits = ", ".join(
            f"count(*) filter (faults & {bit} > 0 and not empty)" for bit in sql.FAULTS
        )
        rows, empty, blank, nought, ids, people, *spoilt = self._run(
            f"""select count(*), count(*) filter (empty), count(*) filter (reason is null and
              not empty), count(*) filter (nought), count(person), count(distinct person), {bits}
              from contact"""
        )[0]
        rejected = self._run("select count(distinct line) from reject_errors")[0][0]
        return {
            "rows": rows + rejected,
            "rejected": rejected,
            "empty": empty,
            "duplicates": ids - people,
            "contacts": rows - empty - (ids - people),
            "no_reason": blank,
            "no_time": nought,
            "marks_removed": self.removed,
            **dict(zip(map(sql.COUNT_NAMES.__getitem__, sql.FAULTS), spoilt, strict=True)),
        }

    def _faults(self) -> tuple[Fault, ...]:
        """Give the first faults by row: rows that could not be read, then cells that could not."""
        broken = {
            line: f"this row cannot be read ({kind.lower()})"
            for line, kind in self._run(
                "select line + 0, min(error_type::varchar) from reject_errors group by all"
            )
        }
        spoilt = self._run(
            "select k, faults from contact where faults > 0 and not empty order by k "
            f"limit {SHOWN_FAULTS}"
        )
        numbers = self._numbers({k for k, _ in spoilt}, set(broken)) if spoilt else {}
        found = [Fault(line, what) for line, what in broken.items()]
        for k, bits in spoilt:
            told = [what for bit, what in sql.FAULTS.items() if bits & bit]
            found.append(Fault(numbers.get(k, k + self.skip + 1), "; ".join(told)))
        return tuple(sorted(found, key=lambda fault: fault.row)[:SHOWN_FAULTS])

    def _numbers(self, wanted: set[int], broken: set[int]) -> dict[int, int]:
        """Give the spreadsheet's number of each accepted row in ``wanted`` (from 1)."""
        found: dict[int, int] = {}
        with self.path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            accepted, last = 0, max(wanted)
            try:
                for line, row in enumerate(csv.reader(file, delimiter=self.delimiter), 1):
                    if line <= self.skip + 1 or not row or line in broken:
                        continue
                    accepted += 1
                    if accepted in wanted:
                        found[accepted] = line
                    if accepted >= last:
                        break
            except csv.Error:
                return found
        return found


_SLASHED: Final = f"""
    select coalesce(sum(n) filter (try_cast(p['a'] as int) > 12), 0),
      coalesce(sum(n) filter (try_cast(p['b'] as int) > 12), 0),
      coalesce(sum(n) filter (p['a'] <> ''), 0)
    from (select {sql.slashed("text")} as p, n from day where not contains(text, '.'))
"""
_PLAIN_TIMES: Final = f"""
    select coalesce(sum(n), 0), quantile_cont(m, 0.5)
    from (select n, replace(text, ',', '.')::double as m from time
      where regexp_matches(text, '{sql.NUMBER}')) where m > 0
"""
_CELLS: Final = """
    select month, coalesce(reason, ''), coalesce(channel, ''), coalesce(live, ''),
      count(*), count(minutes), coalesce(sum(minutes), 0),
      coalesce(sum(minutes::double * minutes), 0),
      count(escalated), coalesce(sum(escalated), 0),
      count(transferred), coalesce(sum(transferred), 0),
      count(sentiment), coalesce(sum(sentiment), 0),
      coalesce(sum(sentiment::double * sentiment), 0)
    from contact
    where not empty and (person is null or k in (
      select min(k) from contact where person is not null group by person))
    group by all
"""


def _merged(rows: Sequence[tuple[Any, ...]]) -> tuple[Cell, ...]:
    """Merge spellings that differ in case, accents or marks alone; the commonest one stays."""
    seen: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for _month, *names, n in (row[:5] for row in rows):
        for name in names:
            seen[plain(name)][name] += n
    spelling = {
        key: " ".join(min(names, key=lambda name: (-names[name], name)).split()) if key else ""
        for key, names in seen.items()
    }
    sums: dict[tuple[int, str, str, str], list[float]] = {}
    for month, *rest in rows:
        reason, channel, live = (spelling[plain(name)] for name in rest[:3])
        key = (int(month), reason, channel, live)
        held = sums.setdefault(key, [0.0] * len(MEASURES))
        for place, value in enumerate(rest[3:]):
            held[place] += float(value)
    # Sums of floats depend on their order in the last digit; the digest must not.
    return tuple(
        Cell(*names, tuple(round(value, 6) for value in held))
        for names, held in sorted(sums.items())
    )


def _order(first: int, second: int, slashes: int) -> Literal["", "dmy", "mdy"]:
    """Tell day-first from month-first by numbers above 12; "" when a person must say."""
    if not slashes:
        return "dmy"
    if first and second <= _MINORITY * first:
        return "dmy"
    return "mdy" if second and first <= _MINORITY * second else ""


def _unit_by_name(layout: Layout, columns: Columns) -> Literal["", "s", "min", "ms", "h"]:
    """Read the unit out of the header, such as "Handle time (s)" or "duration_min"."""
    names = plain(layout.header[columns.places["duration"]].replace("_", " ")).split()
    units: Mapping[Literal["s", "min", "ms", "h"], tuple[str, ...]] = {
        "ms": ("ms", "millis", "milliseconds"),
        "s": ("s", "sec", "secs", "seconds", "secondes", "segundos", "seg", "detik"),
        "min": ("min", "mins", "minutes", "minutos", "menit", "mn"),
        "h": ("h", "hours", "heures", "horas", "jam"),
    }
    return next((unit for unit, known in units.items() if set(names) & set(known)), "")
