"""The whole chain, from answers to a place in the ranking, made again in plain loops.

Nothing of the product computes here: the questionnaires are read as YAML, and the formulas are
those of docs/scores.md, written out once more.
"""

import math
from dataclasses import dataclass

import yaml

from assess.paths import data_dir

CODES = ("EMP", "REG", "OWN", "GUI", "INT", "ESC", "CHN")
R = 0.30


@dataclass(frozen=True)
class Person:
    """(mean, error) by scale and by code, steps in shown points, coverage, shown fit and error.

    ``unit``: shown points to one SD of the weighted sum.
    """

    rated: dict
    judged: dict
    indices: dict
    steps: list
    coverage: float
    fit: float | None
    error: float | None
    unit: float


def content(name):
    return yaml.safe_load((data_dir("questionnaires") / name).read_text("utf-8"))


STYLE, CALIBRATION = content("work-style/instrument.yaml"), content("work-style/calibration.yaml")
FORM = content("service-judgement/instrument.yaml")
NORM = content("service-judgement/norms/form-a.yaml")
REFERENCE, MIX = content("reference.yaml")["matrix"], content("call_drivers.yaml")
SCALE = {
    c["code"]: c["evidence"].get("scale") for c in content("competencies.yaml")["competencies"]
}
ITEMS = [item["id"] for block in STYLE["blocks"] for item in block["items"]]
SCENARIOS = {block["id"]: block for block in FORM["blocks"]}
OPTIONS = [option for name in FORM["forms"]["a"] for option in SCENARIOS[name]["options"]]


def weights_by_hand(mix, contacts, factors):
    """Load share, demand, shrinkage to the occupation, the manager's factors."""
    drivers = {one["code"]: one for one in MIX["call_drivers"]}
    loads = [d.share * d.minutes * (1 + drivers[d.code]["emotional_load"] / 5) for d in mix]
    asked = [
        sum(load * drivers[d.code]["ratings"][c] for load, d in zip(loads, mix, strict=True))
        for c in CODES
    ]
    prior = MIX["prior"]["weights"]
    lean = 500 / (500 + contacts)
    mixed = [
        ((1 - lean) * a / sum(asked) + lean * prior[c] / sum(prior.values())) * factors.get(c, 1)
        for a, c in zip(asked, CODES, strict=True)
    ]
    return [w / sum(mixed) for w in mixed]


def theta_by_hand(scale, answers):
    """EAP and posterior SD under the graded response model; None with too few answers."""
    items = CALIBRATION["scales"][scale]["items"]
    given = [(answers[i], p) for i, p in items.items() if not math.isnan(answers[i])]
    if len(given) < max(3, 0.75 * len(items)):
        return None
    nodes = [-6 + q / 5 for q in range(61)]
    posterior = []
    for t in nodes:
        chance = math.exp(-t * t / 2)
        for value, p in given:
            k = int(value) - 1 if p["sign"] > 0 else 7 - int(value)
            above = [1.0, *(1 / (1 + math.exp(-p["a"] * (t - b))) for b in p["b"]), 0.0]
            chance *= above[k] - above[k + 1]
        posterior.append(chance)
    mass = sum(posterior)
    mean = sum(t * p for t, p in zip(nodes, posterior, strict=True)) / mass
    spread = sum((t - mean) ** 2 * p for t, p in zip(nodes, posterior, strict=True)) / mass
    return mean, math.sqrt(spread)


def standard(values):
    mean = sum(values) / len(values)
    sd = math.sqrt(sum((v - mean) ** 2 for v in values) / len(values))
    return [(v - mean) / sd for v in values] if sd >= 0.5 else None


def judgement_by_hand(ratings):
    """True scores of the seven and the total from the shape of the ratings; {} unscorable."""
    rated = [(r, o) for r, o in zip(ratings, OPTIONS, strict=True) if not math.isnan(r)]
    zp = standard([r for r, _ in rated]) if len(rated) >= 0.75 * len(OPTIONS) else None
    if zp is None:
        return {}
    zk, scores = standard([o["key"] for _, o in rated]), {}
    for name in (*CODES, "total"):
        w = [1 if name == "total" else o["competencies"].get(name, 0) for _, o in rated]
        far = sum(a * (p - k) ** 2 for a, p, k in zip(w, zp, zk, strict=True))
        raw = 1 - far / sum(a * (1 + k * k) for a, k in zip(w, zk, strict=True))
        norm = NORM["total"] if name == "total" else NORM["competencies"][name]
        x, rho = (raw - norm["mean"]) / norm["sd"], norm["reliability"]
        scores[name] = math.sqrt(rho) * x, math.sqrt(1 - rho)
    return scores


def index_by_hand(judged, rated, possible):
    """Mean, error, the judgement's share of the error, parts; None without evidence."""
    if possible == 1:
        return judged and (*judged, judged[1], 1)
    unit = math.sqrt((1 + R) / 2)
    if judged and rated:
        error = math.sqrt(judged[1] ** 2 + rated[1] ** 2) / 2
        return (judged[0] + rated[0]) / 2 / unit, error / unit, judged[1] / 2 / unit, 2
    if not judged and not rated:
        return None
    m, s = judged or rated
    error = math.sqrt(((1 + R) ** 2 * s * s + 1 - R * R) / 4)
    shared = (1 + R) / 2 * s / unit if judged else 0.0
    return (1 + R) / 2 * m / unit, error / unit, shared, 1


def person_by_hand(style, ratings, weights):
    answers = dict(zip(ITEMS, style, strict=True))
    rated = {scale: theta_by_hand(scale, answers) for scale in CALIBRATION["scales"]}
    judged = judgement_by_hand(ratings)
    possible = {c: 2 if SCALE[c] else 1 for c in CODES}
    found = {c: index_by_hand(judged.get(c), rated.get(SCALE[c]), possible[c]) for c in CODES}
    counted = [found[c] or (0.0, 1.0, 0.0, 0) for c in CODES]
    variance = reference = 0.0
    for i, (_, s, shared, _) in enumerate(counted):
        for j, (_, _, also, _) in enumerate(counted):
            errors = NORM["error_correlation"][CODES[i]][j]
            both = s * s if i == j else shared * also * errors
            variance += weights[i] * weights[j] * both
            reference += weights[i] * weights[j] * REFERENCE[CODES[i]][j]
    unit = 10 / math.sqrt(reference)
    steps = [unit * w * one[0] for w, one in zip(weights, counted, strict=True)]
    parts = [w * one[3] / possible[c] for w, one, c in zip(weights, counted, CODES, strict=True)]
    figures = (50 + sum(steps), unit * math.sqrt(variance)) if judged else (None, None)
    return Person(rated, judged, found, steps, sum(parts), *figures, unit)


def style_by_hand(rated, targets):
    """Nearness to the targets by scale, in SDs of people drawn from N(0, 1): mean and error.

    Summed up over a fine grid, scale by scale; on the strip T 20 is 0 and T 80 is 100.
    """

    def moments(mean, sd, target):
        first = second = mass = 0.0
        for z in (q / 100 for q in range(-800, 801)):
            t_score = 50 + 10 * (mean + sd * z)
            off = (100 * (t_score - 20) / 60 - target) / 20
            chance, near = math.exp(-z * z / 2), math.exp(-off * off / 2)
            mass, first, second = mass + chance, first + chance * near, second + chance * near**2
        return first / mass, second / mass - (first / mass) ** 2

    near = spread = centre = wide = 0.0
    for scale, target in targets.items():
        m, v = moments(*(rated.get(scale) or (0.0, 1.0)), target)
        m0, v0 = moments(0.0, 1.0, target)
        near, spread, centre, wide = near + m, spread + v, centre + m0, wide + v0
    return (near - centre) / math.sqrt(wide), math.sqrt(spread / wide)


def targets_by_hand(mix):
    """What the mix suits, 0 to 100, by the style scales that are calibrated."""
    drivers = {one["code"]: one for one in MIX["call_drivers"]}
    loads = [d.share * d.minutes * (1 + drivers[d.code]["emotional_load"] / 5) for d in mix]
    letters = {"dominance": "D", "influence": "I", "steadiness": "S", "conscientiousness": "C"}
    return {
        scale: sum(
            load * drivers[d.code]["style_targets"][letter]
            for load, d in zip(loads, mix, strict=True)
        ) / sum(loads)
        for scale, letter in letters.items()
        if scale in CALIBRATION["scales"]
    }  # fmt: skip


def tuned_by_hand(person, share, targets):
    """Fit, error and steps when style has ``share`` of the fit; its step is the last."""
    style, style_error = style_by_hand(person.rated, targets)
    reference = (10 / person.unit) ** 2
    unit = 10 / math.sqrt((1 - share) ** 2 * reference + share**2)
    steps = [(1 - share) * step * unit / person.unit for step in person.steps]
    steps.append(unit * share * style)
    plain = (1 - share) * person.error / person.unit
    return 50 + sum(steps), unit * math.hypot(plain, share * style_error), steps


def below_by_hand(pair, minimum):
    """The chance that a true index is below a minimum in shown points."""
    return normal(((minimum - 50) / 10 - pair[0]) / pair[1])


def normal(x):
    return math.erfc(-x / math.sqrt(2)) / 2


def beats(one, other):
    return normal((one[0] - other[0]) / math.hypot(one[1], other[1]))


def bands_by_hand(people):
    """Bands of (fit, error, coverage): from the best not yet in one, those not reliably below."""
    left, bands, number = sorted(range(len(people)), key=lambda i: -people[i][0]), {}, 0
    while left:
        first, number = people[left[0]], number + 1
        near = [
            i for i in left
            if abs(people[i][2] - first[2]) < 1e-9 and beats(first, people[i]) < 0.95
        ]  # fmt: skip
        bands |= dict.fromkeys(near, number)
        left = [i for i in left if i not in near]
    return [bands[i] for i in range(len(people))]


def top_by_hand(people, seats):
    """P(fewer than ``seats`` others above), by counting over a grid of the own true fit."""
    chances = []
    for i, (m, s, _) in enumerate(people):
        chance, step = 0.0, 0.05
        for z in (step * q for q in range(-120, 121)):
            above = [1.0] + [0.0] * len(people)
            for j, (mean, error, _) in enumerate(people):
                p = 0.0 if j == i else normal((mean - m - s * z) / error)
                above = [a * (1 - p) + b * p for a, b in zip(above, [0.0, *above], strict=False)]
            chance += step * math.exp(-z * z / 2) / math.sqrt(2 * math.pi) * sum(above[:seats])
        chances.append(chance)
    return chances
