"""The statements that turn a cell's text into a month, minutes, yes or no: DuckDB's SQL.

Roles are fixed words and columns are numbers, so no text of a file or a person is ever pasted
into a statement. Each fault of a row is one bit of its ``faults``.
"""

from collections.abc import Collection, Mapping
from typing import Final

LONGEST_REASON: Final = 120
LONGEST_MINUTES: Final = 600
CATEGORIES: Final = ("reason", "channel", "live")

#: Bit -> what is said of the row.
FAULTS: Final[Mapping[int, str]] = {
    1: "has fewer cells than the header",
    2: "the date cannot be read",
    4: "the duration cannot be read, or is longer than ten hours",
    8: "escalated is neither yes nor no",
    16: "transferred is neither yes nor no",
    32: "the sentiment is neither a number nor a known word",
    64: "a cell holds a formula, not a value",
}
COUNT_NAMES: Final[Mapping[int, str]] = {
    1: "short_rows",
    2: "bad_dates",
    4: "bad_durations",
    8: "bad_escalated",
    16: "bad_transferred",
    32: "bad_sentiment",
    64: "formulas",
}

_YES: Final = (
    *("y", "yes", "true", "1", "1.0", "x", "t", "escalated", "transferred"),
    *("oui", "o", "vrai", "si", "sí", "s", "verdadero", "v", "ya", "benar", "iya"),
)
_NO: Final = (
    *("n", "no", "false", "0", "0.0", "-", "f", "none", "not escalated"),
    *("non", "faux", "falso", "tidak", "bukan", "salah"),
)
_FEELINGS: Final[Mapping[float, tuple[str, ...]]] = {
    -2: ("very negative", "très négatif", "muy negativo", "sangat negatif"),
    -1: ("negative", "neg", "angry", "négatif", "negatif", "negativo"),
    0: ("neutral", "mixed", "neutre", "netral", "mixte", "mixto", "campuran"),
    1: ("positive", "pos", "positif", "positivo"),
    2: ("very positive", "très positif", "muy positivo", "sangat positif"),
}
_MINUTES_OF: Final = {"s": 1 / 60, "min": 1.0, "ms": 1 / 60_000, "h": 60.0}

NUMBER: Final = r"^\d+([.,]\d+)?$"
_SLASHED: Final = r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})$"
_WORDED: Final = (
    r"^(?:pt)?\s*(?:(\d+(?:[.,]\d+)?)\s*(?:h|hr|hrs|hours?|heures?|horas?|jam)\.?)?"
    r"\s*(?:(\d+(?:[.,]\d+)?)\s*(?:m|mn|min|mins|minutes?|minutos?|menit)\.?)?"
    r"\s*(?:(\d+(?:[.,]\d+)?)\s*(?:s|sec|secs|seconds?|secondes?|seg|segundos?|detik|dtk)\.?)?$"
)


def cell(column: str) -> str:
    """Give the statement of a trimmed cell, NULL when blank; ="0012" is the text 0012.

    Spaces alone are trimmed here: a set of marks costs three times the reading of the row.
    """
    inner = f"case when starts_with({column}, '=\"') then {column}[3:-2] else {column} end"
    return f"nullif(trim({inner}), '')"


def formula(column: str) -> str:
    """Give the statement of whether a cell starts a formula; a minus or plus sign is a number's."""
    return f"coalesce(starts_with({column}, '=') or starts_with({column}, '@'), false)"


def words(column: str) -> str:
    """Give the statement of a category, of bounded length; a formula is none."""
    return f"case when {formula(column)} then null else {column}[:{LONGEST_REASON}] end"


def day_part(column: str) -> str:
    """Give the statement of a moment's date: what stands before the hour.

    The commonest forms are cut, not matched: a pattern costs more than reading the row.
    """
    return rf"""case when {column}[5] = '-' then {column}[:10]
      when contains({column}, '/') then split_part({column}, ' ', 1)
      else regexp_replace({column}, '[T ,]+\d{{1,2}}[:h]\d{{2}}.*$', '') end"""


def slashed(day: str) -> str:
    """Give the statement of the two numbers and the year of a date such as 03/04/2026."""
    return f"regexp_extract({day}, '{_SLASHED}', ['a', 'b', 'y'])"


def month(day: str, order: str) -> str:
    """Give the statement of a date's month as 202601, NULL when it cannot be read.

    Read are ISO dates, dates by ``order`` ("dmy" or "mdy"; with points the day is first),
    20260131, Excel's day numbers, Unix seconds and milliseconds, and 31 Jan 2026.
    """
    parts = slashed(day)
    first, second = f"{parts}['a']", f"{parts}['b']"
    the_day, the_month = (second, first) if order == "mdy" else (first, second)
    year = f"case when length({parts}['y']) = 2 then '20' || {parts}['y'] else {parts}['y'] end"
    found = rf"""case
      when regexp_matches({day}, '^\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}')
        then try_cast(regexp_replace(regexp_extract({day},
          '^(\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}})', 1), '[/.]', '-', 'g') as date)
      when regexp_matches({day}, '{_SLASHED}') and contains({day}, '.')
        then try_cast(({year}) || '-' || {second} || '-' || {first} as date)
      when regexp_matches({day}, '{_SLASHED}')
        then try_cast(({year}) || '-' || {the_month} || '-' || {the_day} as date)
      when regexp_matches({day}, '^(19|20)\d{{6}}$')
        then try_strptime({day}, '%Y%m%d')::date
      when regexp_matches({day}, '^[2-7]\d{{4}}([.,]\d+)?$')
        then date '1899-12-30' + {day}[:5]::integer
      when regexp_matches({day}, '^1\d{{9}}(\d{{3}})?$')
        then to_timestamp({day}[:10]::bigint)::date
      else try_strptime(replace({day}, ',', ''),
        ['%d %b %Y', '%d-%b-%Y', '%d-%b-%y', '%d %B %Y', '%b %d %Y', '%B %d %Y'])::date
    end"""
    return f"(select year(d) * 100 + month(d) from (select {found} as d))"  # noqa: S608


def minutes(column: str, unit: str) -> str:
    """Give the statement of a duration in minutes, NULL when it cannot be read.

    Read are plain numbers of ``unit``, mm:ss, h:mm:ss and numbers with their unit's word.
    """
    text = f"lower(trim(replace(replace({column}, '\u00a0', ' '), '\u202f', ' ')))"
    number = "replace({}, ',', '.')::double".format
    two, three = r"^\d{1,4}:\d{2}$", r"^\d{1,3}:\d{2}:\d{2}([.,]\d+)?$"
    piece = f"split_part({text}, ':', {{}})".format

    def worded(place: int) -> str:
        found = f"nullif(regexp_extract({text}, '{_WORDED}', {place}), '')"
        return f"coalesce({number(found)}, 0)"

    return f"""case
      when regexp_matches({text}, '{NUMBER}') then {number(text)} * {_MINUTES_OF[unit]!r}
      when regexp_matches({text}, '{two}')
        then {piece(1)}::double + {piece(2)}::double / 60
      when regexp_matches({text}, '{three}')
        then {piece(1)}::double * 60 + {piece(2)}::double + {number(piece(3))} / 60
      when regexp_matches({text}, '{_WORDED}') and regexp_matches({text}, '[0-9]')
        then {worded(1)} * 60 + {worded(2)} + {worded(3)} / 60
    end"""


def yes_or_no(column: str) -> str:
    """Give the statement of 1 for yes, 0 for no, NULL for neither, in four languages."""
    text = f"lower({column})"
    return f"case when {text} in {_YES!r} then 1 when {text} in {_NO!r} then 0 end"


def feeling(column: str) -> str:
    """Give the statement of a sentiment: a number, or the place of a word from -2 to 2."""
    text = f"lower({column})"
    cases = " ".join(
        f"when {text} in {(*known, known[0])!r} then {place}" for place, known in _FEELINGS.items()
    )
    return f"case {cases} else try_cast(replace({text}, ',', '.') as double) end"


def told(roles: Collection[str]) -> str:
    """Give what is read out of the mapped cells, NULL for the others: flags, words, sentiment.

    Columns: ``escalated_flag``, ``transferred_flag``, ``reason_words``, ``channel_words``,
    ``live_words``, ``feeling`` and ``day``.
    """
    read = [
        *((f"{role}_flag", role, yes_or_no, "tinyint") for role in ("escalated", "transferred")),
        *((f"{role}_words", role, words, "varchar") for role in CATEGORIES),
        ("feeling", "sentiment", feeling, "double"),
        ("day", "date", day_part, "varchar"),
    ]
    return ", ".join(
        f"{statement(role) if role in roles else f'null::{kind}'} as {name}"
        for name, role, statement, kind in read
    )


def faults(roles: Collection[str]) -> str:
    """Give the sum of a row's fault bits; needs what `told` reads, ``month``, ``m``, ``short``."""
    lost = (
        (2, "date", "month"),
        (4, "duration", "m"),
        (8, "escalated", "escalated_flag"),
        (16, "transferred", "transferred_flag"),
        (32, "sentiment", "feeling"),
    )
    formulas = " or ".join(formula(role) for role in CATEGORIES if role in roles)
    return " + ".join(
        [
            "short::int",
            f"4 * coalesce(m > {LONGEST_MINUTES}, false)::int",
            f"64 * ({formulas})::int",
            *(
                f"{bit} * ({role} is not null and {read} is null)::int"
                for bit, role, read in lost
                if role in roles
            ),
        ]
    )
