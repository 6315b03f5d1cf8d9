"""Every pair of text and ground in tokens.css can be read, in the light and in the dark."""

import re

import pytest

from assess.charts import tokens as charts
from assess.web.pages import STATIC

TOKENS = (STATIC / "tokens.css").read_text(encoding="utf-8")
COLOUR = re.compile(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6});")
LIGHT_CSS, DARK_CSS = TOKENS.split("@media screen and (prefers-color-scheme: dark)")
LIGHT = dict(COLOUR.findall(LIGHT_CSS))
DARK = dict(COLOUR.findall(DARK_CSS))
HIGH_CSS, HIGH_DARK_CSS = (
    (STATIC / "tokens-contrast.css")
    .read_text(encoding="utf-8")
    .split("@media screen and (prefers-color-scheme: dark)")
)
HIGH = LIGHT | dict(COLOUR.findall(HIGH_CSS))
HIGH_DARK = DARK | dict(COLOUR.findall(HIGH_DARK_CSS))

TEXT = [
    *((text, ground) for text in ("ink", "muted", "accent", "accent-strong") for ground in
      ("paper", "wash")),
    *((text, ground) for text in ("note", "error", "ok") for ground in ("paper", "wash")),
    ("ink", "band"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
]  # fmt: skip
SHAPES = [
    *((shape, ground) for shape in ("control", "whisker", "accent") for ground in
      ("paper", "wash")),
    ("error", "paper"),
]  # fmt: skip


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#767676", "#ffffff", 4.54),
        ("#777777", "#ffffff", 4.48),
    ],
)
def test_the_measure_is_that_of_wcag(one, other, ratio):
    """WebAIM's contrast checker prints these."""
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_can_be_read_on_its_ground(theme, text, ground):
    assert contrast(theme[text], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_controls_and_points_stand_out_from_their_ground(theme, shape, ground):
    assert contrast(theme[shape], theme[ground]) >= 3


@pytest.mark.parametrize("theme", [HIGH, HIGH_DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_high_contrast_is_higher(theme, text, ground):
    assert contrast(theme[text], theme[ground]) >= 7
    assert contrast(theme["control"], theme[ground]) >= 4.5 or ground.startswith("accent")


def test_the_dark_page_answers_every_colour_of_the_light_one():
    assert DARK.keys() == LIGHT.keys()


def test_every_colour_of_the_charts_follows_a_token():
    sheet = (STATIC / "charts.css").read_text(encoding="utf-8")
    single = {v for k, v in vars(charts).items() if k.isupper() and str(v).startswith("#")}
    assert "#1f4e8c" in single
    for colour in single:
        token = next(name for name, value in LIGHT.items() if value == colour)
        assert f'svg [fill="{colour}" i] {{\n  fill: var(--{token});' in sheet
        assert f'svg [stroke="{colour}" i] {{\n  stroke: var(--{token});' in sheet


def test_the_tones_of_the_contact_mix_follow_tokens():
    """The outer two are the accent and the band; the four between have tokens of their own."""
    sheet = (STATIC / "charts.css").read_text(encoding="utf-8")
    tones = [LIGHT[name] for name in ("accent", "mix-2", "mix-3", "mix-4", "mix-5", "band")]
    assert tones == list(charts.MIX)
    for place in (2, 3, 4, 5):
        assert f"svg .chart-mix-{place} {{\n  fill: var(--mix-{place});" in sheet


def test_the_tones_of_the_contact_mix_run_one_way():
    for theme in (LIGHT, DARK):
        tones = [theme[t] for t in ("accent", "mix-2", "mix-3", "mix-4", "mix-5", "band")]
        steps = [luminance(tone) for tone in tones]
        assert steps in (sorted(steps), sorted(steps, reverse=True))


def test_only_the_tokens_name_colours():
    """Charts' colours are named once more in charts.css, to be turned into tokens."""
    for name in sorted(
        {f.name for f in STATIC.glob("*.css")} - {"tokens.css", "tokens-contrast.css"}
    ):
        text = (STATIC / name).read_text(encoding="utf-8")
        turned = {c.lower() for c in re.findall(r'="(#[0-9a-f]{6})" i\]', text)}
        assert turned <= set(LIGHT.values())
        rest = re.sub(r'="#[0-9a-f]{6}" i\]', "", text)
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgb\(|hsl\(", rest), name
