"""How reports write numbers and days."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from assess.rankings.readings import Reading

NEARLY_NEVER, NEARLY_ALWAYS = 0.01, 0.99


def filters(language: str) -> Mapping[str, Callable[..., str]]:
    """Give the template filters of one language."""
    day_form = "d 'de' MMMM 'de' y" if language == "es" else "d MMMM y"

    def day(value: date) -> str:
        return format_date(value, day_form, locale=language)

    def moment(value: datetime) -> str:
        return format_datetime(value, f"{day_form}, HH:mm 'UTC'", locale=language)

    space = "" if language == "id" else "\N{NO-BREAK SPACE}"

    def percent(share: float) -> str:
        """Write a fraction as full percent."""
        return f"{100 * share:.0f}{space}%"

    def chance(share: float) -> str:
        """Write a probability as full percent; certainty is never claimed."""
        if share < NEARLY_NEVER:
            return f"<\N{NO-BREAK SPACE}1{space}%"
        return f">\N{NO-BREAK SPACE}99{space}%" if share > NEARLY_ALWAYS else percent(share)

    def figure(value: float) -> str:
        return format_decimal(value, "0.##", locale=language)

    def decimal(value: float, pattern: str = "0.0") -> str:
        return format_decimal(value, pattern, locale=language)

    def signed(value: float) -> str:
        return decimal(value, "+0.0;−0.0") if round(value, 1) else decimal(0)

    return {
        "day": day,
        "moment": moment,
        "decimal": decimal,
        "figure": figure,
        "signed": signed,
        "whole": whole,
        "ends": ends,
        "percent": percent,
        "chance": chance,
    }


def whole(value: float) -> str:
    """Write a figure without decimals."""
    return f"{value:.0f}"


def ends(reading: Reading) -> str:
    """Write the two ends of an interval."""
    return f"{reading.low:.0f}–{reading.high:.0f}"
