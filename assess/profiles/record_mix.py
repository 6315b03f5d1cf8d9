"""From counted contacts to a contact mix: which count, under which driver, with what error."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assess.errors import Invalid
from assess.instruments.catalogue import Catalogue
from assess.profiles.mix import LONGEST_CONTACT, ContactMix, DriverShare
from assess.profiles.reasons import NOT_CUSTOMER
from assess.profiles.record_columns import plain
from assess.profiles.record_reading import MEASURES, Cell
from assess.selection.contact_counts import Signal, adjusted_load, mean_interval, share_interval

FloatArray = NDArray[np.float64]

_AT: Final = {name: place for place, name in enumerate(MEASURES)}
_SHARE_DIGITS: Final = 6
_MINUTE_DIGITS: Final = 3
_LOAD_DIGITS: Final = 3
LEAST_MINUTES: Final = 0.001

#: Handlers and channels that no person answers, and the words with which a column says no.
_MACHINES: Final = (
    *("bot", "chatbot", "robot", "ivr", "svi", "automated", "automatic", "self service"),
    *("selfservice", "virtual agent", "virtual assistant", "ai", "system", "automatique"),
    *("automatico", "autoservicio", "asistente virtual", "mesin", "otomatis", "swalayan"),
)
_NOT_LIVE: Final = ("no", "n", "false", "0", "non", "faux", "falso", "tidak", "bukan")


@dataclass(frozen=True)
class Choices:
    """What a person decided about counted contacts.

    ``reasons`` gives the driver of a reason, NOT_CUSTOMER for none of a customer's; a reason
    that is not in it is unmapped. Contacts of a channel in ``channels_out`` or a handler in
    ``lives_out`` were answered by no person. ``period`` is first and last month, as 202601.
    ``adjusted`` takes the emotional load that the brand's own records show.
    """

    reasons: Mapping[str, str]
    channels_out: frozenset[str] = frozenset()
    lives_out: frozenset[str] = frozenset()
    period: tuple[int, int] | None = None
    adjusted: bool = False


@dataclass(frozen=True)
class Line:
    """One call driver in the records: 95 % intervals as (low, high), None where not known.

    ``share`` is of the mapped contacts; ``minutes`` is the mean of the ``timed`` ones, or of all
    drivers' where none was timed (``borrowed``). ``escalated`` is a rate, ``sentiment`` a mean.
    ``load`` is the catalogue's emotional load, ``own_load`` what the brand's records make of it.
    """

    driver: str
    n: int
    share: float
    share_interval: tuple[float, float]
    timed: int
    minutes: float
    minutes_interval: tuple[float, float] | None
    borrowed: bool
    escalated: float | None
    transferred: float | None
    sentiment: float | None
    load: float
    own_load: float


@dataclass(frozen=True)
class Part:
    """Contacts that count for nothing here: how many, and their share of contacts and time."""

    n: int
    share: float
    time_share: float


@dataclass(frozen=True)
class MixFromRecords:
    """What records say, largest share first, and what was left out of it.

    ``unmapped`` and ``not_customer`` are parts of all contacts that people answered in the
    period; ``not_live`` and ``other_months`` were put aside before.
    """

    lines: tuple[Line, ...]
    mix: ContactMix
    n: int
    unmapped: Part
    not_customer: Part
    not_live: int
    other_months: int
    unknown_month: int


@dataclass(frozen=True)
class ReasonLine:
    """One reason among the contacts that count: n and its shares of contacts and of time."""

    reason: str
    n: int
    share: float
    time_share: float


def machines(kinds: Iterable[str]) -> frozenset[str]:
    """Give the channels or handlers that sound like no person."""
    return frozenset(
        kind
        for kind in kinds
        if plain(kind) in _NOT_LIVE or any(f" {word} " in f" {plain(kind)} " for word in _MACHINES)
    )


def reason_lines(cells: Sequence[Cell], choices: Choices) -> list[ReasonLine]:
    """Give the reasons of the contacts that count, most contacts first; "" has no reason."""
    sums = _by_reason(_kept(cells, choices))
    n, minutes = sum(row[0] for row in sums.values()), sum(row[2] for row in sums.values())
    lines = [
        ReasonLine(reason, int(row[0]), row[0] / n, row[2] / minutes if minutes else 0.0)
        for reason, row in sums.items()
    ]
    return sorted(lines, key=lambda line: (-line.n, line.reason))


def mix_from_records(
    cells: Sequence[Cell], choices: Choices, catalogue: Catalogue
) -> MixFromRecords:
    """Sum the counted contacts under their drivers and make the contact mix of them.

    Raises Invalid when a driver is not known, no contact is mapped, or none has a time.
    """
    kept = _kept(cells, choices)
    drivers, parts = _by_driver(kept, choices, catalogue)
    whole = np.array([cell.measures for cell in kept]).sum(0) if kept else np.zeros(len(MEASURES))
    if not drivers:
        raise Invalid("reasons: none of the contacts has a call driver yet")
    table = np.array(list(drivers.values()))
    if not table[:, _AT["minutes"]].sum():
        raise Invalid("duration: none of these contacts has a time")
    lines = _lines(list(drivers), table, catalogue)
    # The mix stands in the catalogue's order, as one typed into a form does.
    order = {code: place for place, code in enumerate(catalogue.call_drivers)}
    lives = [cell for cell in cells if _is_live(cell, choices)]
    outside = sum(int(c.measures[0]) for c in lives if not _in_period(c, choices))
    return MixFromRecords(
        lines=lines,
        mix=_mix(sorted(lines, key=lambda line: order[line.driver]), adjusted=choices.adjusted),
        n=sum(line.n for line in lines),
        unmapped=_part(parts[""], whole),
        not_customer=_part(parts[NOT_CUSTOMER], whole),
        not_live=sum(int(c.measures[0]) for c in cells if not _is_live(c, choices)),
        other_months=outside,
        unknown_month=sum(int(c.measures[0]) for c in lives if not c.month),
    )


def _is_live(cell: Cell, choices: Choices) -> bool:
    return cell.channel not in choices.channels_out and cell.live not in choices.lives_out


def _in_period(cell: Cell, choices: Choices) -> bool:
    return choices.period is None or choices.period[0] <= cell.month <= choices.period[1]


def _kept(cells: Sequence[Cell], choices: Choices) -> list[Cell]:
    return [cell for cell in cells if _is_live(cell, choices) and _in_period(cell, choices)]


def _by_reason(cells: Sequence[Cell]) -> dict[str, FloatArray]:
    sums: dict[str, FloatArray] = defaultdict(lambda: np.zeros(len(MEASURES)))
    for cell in cells:
        sums[cell.reason] += cell.measures
    return dict(sums)


def _by_driver(
    cells: Sequence[Cell], choices: Choices, catalogue: Catalogue
) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
    """Sum by driver in the catalogue's order; apart, what is unmapped or no customer's."""
    known = (*catalogue.call_drivers, NOT_CUSTOMER, "")
    unknown = sorted(set(choices.reasons.values()) - set(known))
    if unknown:
        raise Invalid(*(f"reasons: there is no call driver {code}" for code in unknown))
    sums = {code: np.zeros(len(MEASURES)) for code in known}
    for reason, row in _by_reason(cells).items():
        sums[choices.reasons.get(reason, "") if reason else ""] += row
    parts = {code: sums.pop(code) for code in ("", NOT_CUSTOMER)}
    return {code: row for code, row in sums.items() if row[0] > 0}, parts


def _lines(codes: Sequence[str], table: FloatArray, catalogue: Catalogue) -> tuple[Line, ...]:
    column = {name: table[:, place] for name, place in _AT.items()}
    n, timed, minutes = column["n"], column["timed"], column["minutes"]
    shares, times = share_interval(n, n.sum()), mean_interval(timed, minutes, column["squares"])
    usual = minutes.sum() / timed.sum()
    load = np.array([catalogue.call_drivers[code].emotional_load for code in codes], np.float64)
    own = adjusted_load(load, _signals(column))

    def rate(what: str, known: str, i: int) -> float | None:
        return float(column[what][i] / column[known][i]) if column[known][i] else None

    lines = [
        Line(
            driver=code,
            n=int(n[i]),
            share=float(n[i] / n.sum()),
            share_interval=(float(shares[i, 0]), float(shares[i, 1])),
            timed=int(timed[i]),
            minutes=float(minutes[i] / timed[i] if timed[i] else usual),
            minutes_interval=None
            if np.isnan(times[i]).any()
            else (float(times[i, 0]), float(times[i, 1])),
            borrowed=not timed[i],
            escalated=rate("escalated", "escalation_known", i),
            transferred=rate("transferred", "transfer_known", i),
            sentiment=rate("sentiment", "sentiment_known", i),
            load=float(load[i]),
            own_load=round(float(own[i]), _LOAD_DIGITS),
        )
        for i, code in enumerate(codes)
    ]
    return tuple(sorted(lines, key=lambda line: (-line.n, line.driver)))


def _signals(column: Mapping[str, FloatArray]) -> list[Signal]:
    """Give what shows heat: how often contacts escalate, and how bad they feel."""
    signals = []
    n, yes = column["escalation_known"], column["escalated"]
    if n.sum():
        rate = yes.sum() / n.sum()
        signals.append(Signal(n, _ratio(yes, n), float(np.sqrt(rate * (1 - rate)))))
    n, total = column["sentiment_known"], column["sentiment"]
    if n.sum():
        mean = total.sum() / n.sum()
        spread = np.sqrt(max(column["sentiment_squares"].sum() / n.sum() - mean**2, 0))
        signals.append(Signal(n, -_ratio(total, n), float(spread)))
    return signals


def _ratio(total: FloatArray, n: FloatArray) -> FloatArray:
    return np.divide(total, n, out=np.zeros_like(total), where=n > 0)


def _mix(lines: Sequence[Line], *, adjusted: bool) -> ContactMix:
    """Give the mix in figures of a bounded length: as pages, files and digests all have them."""
    drivers = tuple(
        DriverShare(
            line.driver,
            max(round(line.share, _SHARE_DIGITS), 10**-_SHARE_DIGITS),
            min(max(round(line.minutes, _MINUTE_DIGITS), LEAST_MINUTES), LONGEST_CONTACT),
        )
        for line in lines
    )
    loads = {line.driver: line.own_load for line in lines if line.own_load != line.load}
    return ContactMix(
        drivers,
        n_contacts=sum(line.n for line in lines),
        emotional_load=loads if adjusted and loads else None,
    )


def _part(row: FloatArray, whole: FloatArray) -> Part:
    n, minutes = whole[_AT["n"]], whole[_AT["minutes"]]
    return Part(
        int(row[_AT["n"]]),
        float(row[_AT["n"]] / n) if n else 0.0,
        float(row[_AT["minutes"]] / minutes) if minutes else 0.0,
    )
