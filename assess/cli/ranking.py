"""Rank people from their score tables under a profile: fit, rank interval, chance of a seat."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from assess import __version__
from assess.cli.content import in_file, json_option, out_file, questionnaires_option
from assess.cli.faults import faults_to_exit
from assess.cli.score_files import JoinedScores, read_scores
from assess.cli.scoring import print_json
from assess.cli.tables import cell, quoted, whole_file
from assess.errors import Invalid
from assess.instruments.catalogue import Catalogue
from assess.instruments.contact_mix import ContactMix, demand_of, load_contact_mix
from assess.instruments.evidence import (
    RankingDemand,
    competency_table,
    error_correlation,
    evidence_map,
    ranking_demand,
)
from assess.selection.composite import Fit, coverage, fit
from assess.selection.demand import COMPETENCIES
from assess.selection.minimum import below_minimums
from assess.selection.ranking import Ranking, rank_under_error
from assess.selection.style_match import (
    StyleDemand,
    StyleScores,
    style_match,
    weight_in_use,
    with_style,
)

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

DEFAULT_SEED = 1
COLUMNS = (
    *("person", "rank", "rank_low", "rank_high", "p_top", "band", "at_cut"),
    *("fit", "fit_se", "coverage"),
    *(f"{code}_contribution" for code in COMPETENCIES),
)


@dataclass(frozen=True)
class Ranked:
    """A pool under a profile: evidence, fit and order, all arrays in the order of the people."""

    people: tuple[str, ...]
    demand: RankingDemand
    coverage: FloatArray
    found: Fit
    ranking: Ranking
    held: BoolArray
    minimums: Mapping[str, float]

    def order(self) -> list[int]:
        """Give the people by rank, then who is held back, the unranked last, equals by name."""
        last = len(self.people) + 1
        ranks = self.ranking.rank.tolist()
        return sorted(
            range(len(self.people)),
            key=lambda one: (ranks[one] or last, not self.held[one], self.people[one]),
        )

    def rows(self) -> Iterator[str]:
        """Give a CSV row a person, by rank; the unranked have blanks, the held back a fit."""
        more = ["style_contribution"] if self.found.style is not None else []
        yield ",".join([*COLUMNS, *more, *(["held_back"] if self.minimums else [])])
        for one in self.order():
            numbers = [cell(number) for number in self._numbers(one)]
            added = [str(int(self.held[one]))] if self.minimums else []
            yield ",".join([quoted(self.people[one]), *self._standing(one), *numbers, *added])

    def _standing(self, one: int) -> list[str]:
        r = self.ranking
        if not r.rank[one]:
            return [""] * 6
        ranks = [str(int(array[one])) for array in (r.rank, r.rank_low, r.rank_high)]
        return [*ranks, cell(r.p_top[one]), str(int(r.band[one])), str(int(r.at_cut[one]))]

    def _numbers(self, one: int) -> list[float]:
        f = self.found
        steps = [*f.contributions[one].tolist(), *([] if f.style is None else [f.style[one]])]
        if not self.ranking.rank[one] and not self.held[one]:
            return [np.nan, np.nan, float(self.coverage[one]), *[np.nan] * len(steps)]
        return [f.fit[one], f.error[one], self.coverage[one], *steps]


@click.command()
@click.argument("scores", nargs=-1, required=True, type=in_file)
@click.option("--profile", required=True, type=in_file, help="The contact mix, a YAML file.")
@click.option("--seats", required=True, type=click.IntRange(min=1), help="How many are wanted.")
@click.option("-o", "--output", required=True, type=out_file, help="The CSV file to write.")
@click.option(
    "--form", help="The judgement instrument that was scored; default: that of the usual battery."
)
@click.option("--seed", type=click.IntRange(min=0), default=DEFAULT_SEED, show_default=True)
@questionnaires_option
@json_option
@faults_to_exit
def rank(
    scores: tuple[Path, ...],
    profile: Path,
    seats: int,
    output: Path,
    form: str | None,
    seed: int,
    catalogue: Catalogue,
    *,
    as_json: bool,
) -> None:
    """Rank the people of one or more SCORES.csv, joined on person, under a profile.

    fit is the sum of demand weight x competency score (SD 1), which the CODE_contribution
    columns add up to; rank_low to rank_high is the 90 % rank interval, p_top the chance of
    belonging to the best SEATS, at_cut marks .05 < p_top < .95. People of one band cannot be
    told apart from its first person. Rank, band and p_top depend on who is in the pool.
    A profile with a style_weight adds style_contribution, how near the calibrated style scales
    are to the target. One with minimums adds held_back: 1 has a fit and no rank, as the index is
    below the minimum with at least 95 %; a person decides.
    """
    mix = load_contact_mix(profile, catalogue)
    styles = [style.scale for style in catalogue.styles] if mix.style_weight else []
    joined = read_scores(scores, catalogue.competencies, styles)
    weights = demand_of(mix, catalogue).weights
    ranked = rank_people(joined, mix, catalogue, seats, form=form, seed=seed)
    with whole_file(output) as file:
        file.writelines(f"{row}\n" for row in ranked.rows())
    if ranked.demand.partial:
        click.echo(
            f"partial evidence: {ranked.demand.coverage:.2f} of the demand is covered; "
            f"ranked on {', '.join(ranked.demand.evidenced)} only",
            err=True,
        )
    if mix.style_weight and ranked.found.style is None:
        click.echo("style has no weight: the files have no calibrated style scale", err=True)
    held = int(ranked.held.sum())
    unranked = int((ranked.ranking.rank == 0).sum()) - held
    if held:
        click.echo(f"below a minimum, a person decides: {held}", err=True)
    if unranked:
        click.echo(f"unranked for want of scores: {unranked}", err=True)
    if as_json:
        print_json(_document(ranked, weights, mix, seats, output))
    else:
        click.echo(
            f"{len(ranked.people) - unranked - held} people ranked for {seats} seats: {output}"
        )


def rank_people(
    joined: JoinedScores,
    mix: ContactMix,
    catalogue: Catalogue,
    seats: int,
    *,
    form: str | None,
    seed: int,
) -> Ranked:
    """Rank people by their scores under a profile.

    What counts as evidenced follows from the columns of the files, not from who has answered.
    Raises Invalid when the files evidence nothing that the profile demands.
    """
    asked = demand_of(mix, catalogue)
    weights = asked.weights
    possible = evidence_map(catalogue.competencies)
    offered = competency_table({"scores": joined.complete}, catalogue.competencies)
    demanded = ranking_demand(weights, offered, possible)
    table = competency_table({"scores": joined}, catalogue.competencies)
    errors = _errors(catalogue, form) if joined.judged else np.eye(len(COMPETENCIES))
    reference = np.array(catalogue.reference.matrix)
    found = fit(table.mean, table.error, table.shared, demanded.weights, errors, reference)
    if mix.style_weight:
        style = StyleDemand(mix.style_weight, asked.style_target)
        scores = _style_scores(joined, catalogue)
        weight = weight_in_use(style, scores)
        if weight:
            found = with_style(found, style_match(scores, style.target), weight)
    covered = coverage(weights, table.parts, possible)
    fits = np.where(joined.scored, found.fit, np.nan)
    minimums = {COMPETENCIES.index(code): p for code, p in (mix.minimums or {}).items()}
    held = below_minimums(table.mean, table.error, minimums).held & np.isfinite(fits)
    ranking = rank_under_error(
        np.where(held, np.nan, fits), found.error, seats, coverage=covered, seed=seed
    )
    return Ranked(joined.people, demanded, covered, found, ranking, held, mix.minimums or {})


def _style_scores(joined: JoinedScores, catalogue: Catalogue) -> StyleScores:
    """Give the style scales (n, 4); those count that the files have and that are calibrated."""
    calibrated = {
        scale.name
        for key in catalogue.default_battery
        for scale in catalogue.instrument(key).scales
        if scale.calibrated
    }
    names = [style.scale for style in catalogue.styles]
    columns = [joined.scales.index(name) if name in joined.scales else None for name in names]
    absent = np.full(len(joined.people), np.nan)
    mean, error = (
        np.column_stack([absent if place is None else of[:, place] for place in columns])
        for of in (joined.mean, joined.error)
    )
    counted = [name in calibrated and name in joined.scales for name in names]
    return StyleScores(mean, error, np.array(counted, dtype=np.bool_))


def _errors(catalogue: Catalogue, form: str | None) -> FloatArray:
    """Give the error correlations (7, 7) of the judgement form that was scored."""
    keys = [form] if form is not None else list(catalogue.default_battery)
    judgements = [one for one in map(catalogue.instrument, keys) if one.kind == "judgement"]
    if len(judgements) != 1:
        known = ", ".join(one.key for one in judgements) or "none"
        raise Invalid(f"--form: name the judgement instrument that was scored ({known})")
    return error_correlation(judgements)


def _document(
    ranked: Ranked, weights: FloatArray, mix: ContactMix, seats: int, output: Path
) -> dict[str, object]:
    """Say what the ranking rests on."""
    pool = "\n".join(
        f"{person}\t{fit!r}\t{error!r}"
        for person, fit, error in sorted(
            zip(
                ranked.people,
                ranked.found.fit.tolist(),
                ranked.found.error.tolist(),
                strict=True,
            )
        )
    )
    return {
        "profile": mix.title,
        "seats": seats,
        "people": len(ranked.people),
        "ranked": int((ranked.ranking.rank > 0).sum()),
        "coverage": ranked.demand.coverage,
        "partial_evidence": ranked.demand.partial,
        "evidenced": list(ranked.demand.evidenced),
        "demand_weights": dict(zip(COMPETENCIES, weights.tolist(), strict=True)),
        "weights_used": dict(zip(COMPETENCIES, ranked.demand.weights.tolist(), strict=True)),
        "style_weight": mix.style_weight if ranked.found.style is not None else 0.0,
        "minimums": dict(ranked.minimums),
        "held_back": int(ranked.held.sum()),
        "sd_ref": ranked.found.sd_ref,
        "method": ranked.ranking.method,
        "seed": ranked.ranking.seed,
        "draws": ranked.ranking.draws,
        "pool_sha256": hashlib.sha256(pool.encode()).hexdigest(),
        "engine": __version__,
        "output": str(output),
    }
