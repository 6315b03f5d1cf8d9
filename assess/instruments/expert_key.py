"""What a panel of experts says of a judgement key: agreement, deviations, the key they propose."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from assess.errors import Invalid
from assess.instruments.checks_judgement import PRIMARY_OPTIONS, judgement_faults
from assess.instruments.model import Block, Instrument, OptionKey
from assess.psychometrics.key_quality import LEAST_RELIABILITY, Agreement, KeyQuality, key_quality
from assess.selection.demand import COMPETENCIES

FloatArray = NDArray[np.float64]

EXPERTS_WANTED: Final = 10
LEAST_EXPERTS: Final = 2
LEAST_RATINGS: Final = 2
LEVEL: Final = 0.90
PULLS_SHOWN: Final = 3
LEAST_COMMON: Final = 3
FEW_EXPERTS, INCOMPLETE, LOW_AGREEMENT = "few-experts", "incomplete", "low-agreement"


@dataclass(frozen=True)
class Opinion:
    """What the experts say of one response, in rating points.

    ``mean`` with its 90 % interval ``low`` to ``high`` (Student's t over experts, NaN under two
    ratings) · ``sd`` between them · ``rwg`` 0 to 1 · ``raters`` how many · ``kept`` whether it
    stays in the key · ``now`` the key of the present version, ``dropped`` whether it was left out
    of it.
    """

    item: str
    mean: float
    low: float
    high: float
    sd: float
    rwg: float
    raters: int
    kept: bool
    now: float
    dropped: bool


@dataclass(frozen=True)
class Deviation:
    """How one expert differs from the mean of the others, over the responses both rated.

    ``r`` their correlation, NaN where there is none · ``level`` mean difference, rating points ·
    ``pulls`` the (item, difference) furthest from the others, largest first.
    """

    rated: int
    r: float
    level: float
    pulls: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Coverage:
    """How many responses key a competency in one form: now, by the proposal, and of weight 1."""

    form: str | None
    code: str
    now: int
    kept: int
    primary: int
    wanted: int

    @property
    def holds(self) -> bool:
        """Say whether enough responses of weight 1 stay."""
        return self.primary >= self.wanted


@dataclass(frozen=True)
class KeyStudy:
    """A panel's ratings of a bank, experts in the order given.

    ``agreement`` over the responses that every expert rated · ``scenarios`` maps a block to how
    many of its responses stay, and of how many · ``unrated`` the responses with fewer than two
    ratings: while there are any there is no ``proposal`` · ``settled`` whether its key is no
    longer provisional: ten ratings or more of every response, and ICC(2,k) of .70 or more ·
    ``findings`` what the check says of the proposal.
    """

    experts: int
    opinions: tuple[Opinion, ...]
    agreement: Agreement
    deviations: tuple[Deviation, ...]
    coverage: tuple[Coverage, ...]
    scenarios: Mapping[str, tuple[int, int]]
    unrated: tuple[str, ...]
    settled: bool
    proposal: Mapping[str, OptionKey] | None
    findings: tuple[str, ...]

    @property
    def dropped(self) -> tuple[str, ...]:
        """The responses on which experts disagree: SD over 1."""
        return tuple(one.item for one in self.opinions if not one.kept and one.raters > 1)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What keeps the key provisional: few-experts, incomplete, low-agreement."""
        raised = {
            FEW_EXPERTS: self.experts < EXPERTS_WANTED,
            INCOMPLETE: any(one.raters < self.experts for one in self.opinions),
            LOW_AGREEMENT: not self.agreement.mean >= LEAST_RELIABILITY,
        }
        return tuple(warning for warning, is_raised in raised.items() if is_raised)


def ratings_table(bank: Instrument, rows: Sequence[Mapping[str, int]]) -> FloatArray:
    """Give the ratings of several experts, each by item id, as (experts, options); NaN blank."""
    table = [[row.get(item, math.nan) for item in bank.item_ids] for row in rows]
    return np.array(table, dtype=np.float64).reshape(len(rows), len(bank.item_ids))


def study_key(bank: Instrument, ratings: FloatArray) -> KeyStudy:
    """Study ``ratings`` (experts, options in the order of ``bank.item_ids``), NaN where blank.

    The proposed key is the mean, rounded to one decimal, with its SD; a response whose SD is over
    1 is dropped. Raises Invalid for fewer than two experts who rated anything, a rating outside
    the answer range or the same rating for everything; ValueError for a wrong shape.
    """
    ratings = np.asarray(ratings, dtype=np.float64)
    if ratings.ndim != 2 or ratings.shape[1] != len(bank.item_ids):
        raise ValueError(f"ratings {ratings.shape} do not fit {len(bank.item_ids)} responses")
    ratings = ratings[~np.isnan(ratings).all(axis=1)]
    if len(ratings) < LEAST_EXPERTS:
        raise Invalid(f"{len(ratings)} of at least {LEAST_EXPERTS} experts have rated")
    rated = np.asarray(np.isfinite(ratings).any(axis=0))
    try:
        quality = key_quality(ratings[:, rated], low=bank.low, high=bank.high)
    except ValueError as error:
        raise Invalid(f"these ratings make no key: {error}") from error
    opinions = _opinions(bank, rated, quality)
    unrated = tuple(one.item for one in opinions if one.raters < LEAST_RATINGS)
    proposal = None if unrated else _proposal(bank, opinions)
    after = bank if proposal is None else replace(bank, option_keys=proposal)
    return KeyStudy(
        experts=len(ratings),
        opinions=opinions,
        agreement=quality.agreement,
        deviations=tuple(_deviation(bank, ratings, place) for place in range(len(ratings))),
        coverage=_coverage(bank, after),
        scenarios={block.id: _kept_of(after, block) for block in bank.blocks},
        unrated=unrated,
        settled=min(one.raters for one in opinions) >= EXPERTS_WANTED
        and quality.agreement.mean >= LEAST_RELIABILITY,
        proposal=proposal,
        findings=() if proposal is None else tuple(judgement_faults(after, ())),
    )


def _kept_of(bank: Instrument, block: Block) -> tuple[int, int]:
    return sum(not bank.option_keys[item.id].dropped for item in block.items), len(block.items)


def _opinions(
    bank: Instrument, rated: NDArray[np.bool_], quality: KeyQuality
) -> tuple[Opinion, ...]:
    place, found = 0, []
    for item, is_rated in zip(bank.item_ids, rated.tolist(), strict=True):
        now = bank.option_keys[item]
        if not is_rated:
            nothing = (math.nan,) * 5
            found.append(
                Opinion(item, *nothing, 0, kept=False, now=now.points, dropped=now.dropped)
            )
            continue
        mean, sd, n = (float(each[place]) for each in (quality.key, quality.sd, quality.raters))
        reach = math.nan
        if n > 1:
            reach = float(stdtrit(n - 1, 0.5 + LEVEL / 2)) * sd / math.sqrt(n)
        found.append(
            Opinion(
                item=item,
                mean=mean,
                low=mean - reach,
                high=mean + reach,
                sd=sd,
                rwg=float(quality.rwg[place]),
                raters=int(n),
                kept=bool(quality.kept[place]),
                now=now.points,
                dropped=now.dropped,
            )
        )
        place += 1
    return tuple(found)


def _proposal(bank: Instrument, opinions: tuple[Opinion, ...]) -> dict[str, OptionKey]:
    return {
        one.item: replace(
            bank.option_keys[one.item],
            points=_one_decimal(one.mean),
            sd=round(one.sd, 2),
            dropped=not one.kept,
        )
        for one in opinions
    }


def _one_decimal(mean: float) -> float:
    """Round half up, as readers do; a mean of whole ratings may fall on a half exactly."""
    return math.floor(mean * 10 + 0.5 + 1e-9) / 10


def _deviation(bank: Instrument, ratings: FloatArray, place: int) -> Deviation:
    own = ratings[place]
    others = np.delete(ratings, place, axis=0)
    count = (~np.isnan(others)).sum(axis=0)
    both = ~np.isnan(own) & (count > 0)
    mean = np.nansum(others[:, both], axis=0) / count[both]
    difference = own[both] - mean
    items = np.array(bank.item_ids)[both]
    furthest = np.argsort(-np.abs(difference), kind="stable")[:PULLS_SHOWN]
    varied = len(mean) >= LEAST_COMMON and min(np.ptp(own[both]), np.ptp(mean)) > 0
    return Deviation(
        rated=int((~np.isnan(own)).sum()),
        r=float(np.corrcoef(own[both], mean)[0, 1]) if varied else math.nan,
        level=float(difference.mean()) if len(difference) else math.nan,
        pulls=tuple((str(items[at]), float(difference[at])) for at in furthest),
    )


def _coverage(before: Instrument, after: Instrument) -> tuple[Coverage, ...]:
    forms: dict[str | None, tuple[str, ...]] = {None: tuple(one.id for one in before.blocks)}
    if before.forms:
        forms = dict(before.forms.items())
    found = []
    for form, chosen in forms.items():
        shown = [item.id for block in before.blocks if block.id in chosen for item in block.items]
        for code in COMPETENCIES:
            was, kept = (
                [key for key in map(bank.option_keys.__getitem__, shown) if _keys(key, code)]
                for bank in (before, after)
            )
            found.append(
                Coverage(
                    form=form,
                    code=code,
                    now=len(was),
                    kept=len(kept),
                    primary=sum(key.competencies[code] == 1 for key in kept),
                    wanted=PRIMARY_OPTIONS[code],
                )
            )
    return tuple(found)


def _keys(key: OptionKey, code: str) -> bool:
    return not key.dropped and code in key.competencies
