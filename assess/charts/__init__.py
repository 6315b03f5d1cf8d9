"""Pictures: numbers in, one SVG string out, the same for page and PDF (pure).

One meaning each: a score is a dot with its 90 % whisker, a band is a bracket, who is at the cut
has a hatched edge, the seats are a line with its number. Every shape has presentation
attributes for PDFs and a class by which pages turn them dark.
"""

from assess.charts.by_day import by_day
from assess.charts.contributions import contributions
from assess.charts.demand import demand_weights, pulled_weight
from assess.charts.differences import difference
from assess.charts.mix import contact_mix, mix_swatch, mix_to_load
from assess.charts.moves import MoveRow, seat_moves, seats_bar
from assess.charts.ranks import RankRow, rank_intervals
from assess.charts.raters import rater_spread
from assess.charts.scores import style_strip, style_target, whisker, within_person
from assess.charts.table import table_grounds, table_score, table_style

__all__ = [
    "MoveRow",
    "RankRow",
    "by_day",
    "contact_mix",
    "contributions",
    "demand_weights",
    "difference",
    "mix_swatch",
    "mix_to_load",
    "pulled_weight",
    "rank_intervals",
    "rater_spread",
    "seat_moves",
    "seats_bar",
    "style_strip",
    "style_target",
    "table_grounds",
    "table_score",
    "table_style",
    "whisker",
    "within_person",
]
