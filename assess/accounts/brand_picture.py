"""A brand's colour and logo, held to what a page can bear. Pure."""

import re
import warnings
from io import BytesIO
from typing import Final

from PIL import Image

from assess.errors import Invalid

LARGEST_FILE: Final = 1_000_000
MOST_PIXELS: Final = 4_000_000
KEPT_SIZE: Final = (900, 360)
"""A logo is at most 70 by 16 mm on paper: more would not be seen."""
LEAST_CONTRAST: Final = 4.5
"""WCAG 2.2, 1.4.3: of small text; the accent is written on white."""


def accent(text: str) -> str:
    """Give a colour as #rrggbb; Invalid for another form, and when it is too pale on white."""
    found = text.strip().lower()
    if not re.fullmatch(r"#[0-9a-f]{6}", found):
        raise Invalid("accent: write the colour as # and six of 0-9 and a-f, for example #1f4e8c")
    ratio = contrast_on_white(found)
    if ratio < LEAST_CONTRAST:
        # Rounded down: 4.49 must not read as 4.5.
        seen = f"{int(ratio * 100) / 100:.2f}"
        raise Invalid(f"accent: its contrast on white is {seen}; take a darker one, at least 4.5")
    return found


def contrast_on_white(colour: str) -> float:
    """Give the contrast ratio, 1 to 21, of #rrggbb on white (WCAG 2.2, relative luminance)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def logo(content: bytes) -> bytes:
    """Give a PNG or JPEG drawn anew: a PNG on white, of a size for paper, with nothing beside it.

    Raises Invalid for another kind of file, for one that is broken, and above a megabyte or four
    megapixels; the pixels are counted before any is unpacked.
    """
    if len(content) > LARGEST_FILE:
        raise Invalid("logo: the file is larger than 1 MB")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _drawn_anew(content)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as fault:
        raise Invalid("logo: this is no PNG or JPEG that can be read") from fault
    except Image.DecompressionBombWarning as fault:
        raise Invalid(_TOO_MANY) from fault


_TOO_MANY: Final = "logo: it has more than 4 million pixels; make it smaller"


def _drawn_anew(content: bytes) -> bytes:
    # The kinds are named: no other reader of the library sees a stranger's bytes.
    with Image.open(BytesIO(content), formats=["PNG", "JPEG"]) as given:
        if given.width * given.height > MOST_PIXELS:
            raise Invalid(_TOO_MANY)
        seen = given.convert("RGBA")
    seen.thumbnail(KEPT_SIZE, Image.Resampling.LANCZOS)
    paper = Image.new("RGB", seen.size, "white")
    paper.paste(seen, mask=seen.getchannel("A"))
    made = BytesIO()
    paper.save(made, "PNG", optimize=True)
    return made.getvalue()
