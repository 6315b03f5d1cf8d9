"""How a person would like the pages: text, contrast, pace. Nobody is asked why.

The sittings room alone reads it. It changes how questions are shown, never which answers count,
and no page, report, file or address for members tells of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final

from assess.errors import Invalid

#: Steps of the text's size, and what the time limit of a campaign is multiplied by.
TEXT_SIZES: Final = ("normal", "large", "largest")
#: "none" takes the limit away.
EXTRA_TIME: Final = ("1", "1.25", "1.5", "2", "none")


@dataclass(frozen=True)
class Comfort:
    """One person's choices; the default is the plain page."""

    text: str = "normal"
    contrast: bool = False
    easy_font: bool = False
    still: bool = False
    aloud: bool = False
    few_items: bool = False
    extra_time: str = "1"

    def __post_init__(self) -> None:
        """Refuse a choice that no field offers."""
        if self.text not in TEXT_SIZES:
            raise Invalid(f"text: {self.text[:20]} is none of {', '.join(TEXT_SIZES)}")
        if self.extra_time not in EXTRA_TIME:
            raise Invalid(f"extra time: {self.extra_time[:20]} is none of {', '.join(EXTRA_TIME)}")

    @property
    def styled(self) -> bool:
        """Whether a page needs the style sheet of these choices."""
        return self.text != "normal" or self.contrast or self.easy_font or self.still

    @property
    def attributes(self) -> Mapping[str, str]:
        """What stands on the page's root element, for the style sheet."""
        told = {
            "data-text": self.text if self.text != "normal" else "",
            "data-contrast": "high" if self.contrast else "",
            "data-font": "easy" if self.easy_font else "",
            "data-motion": "none" if self.still else "",
        }
        return {name: value for name, value in told.items() if value}

    @property
    def slower(self) -> bool:
        """Whether the pages take a person longer than plain ones may."""
        return self.aloud or self.few_items

    @property
    def time_factor(self) -> float | None:
        """What a time limit is multiplied by; None takes it away."""
        return None if self.extra_time == "none" else float(self.extra_time)


PLAIN: Final = Comfort()


def comfort_of_form(form: Mapping[str, str], before: Comfort) -> Comfort:
    """Read the posted page; a box that is not there is not ticked.

    What the page did not ask stays as ``before``. Raises Invalid for a choice that is not offered.
    """
    boxes = {one.name: one.name in form for one in fields(Comfort) if one.type is bool}
    return Comfort(
        text=form.get("text", before.text),
        extra_time=form.get("extra_time", before.extra_time),
        **boxes,
    )
