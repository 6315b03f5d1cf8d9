"""Pictures of a report's pages as they should look; ``python -m tests.reports.reference_pages``.

Run as a program it draws them anew: look at each of them before you keep it.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pikepdf
from PIL import Image, ImageChops, ImageFilter, ImageStat

from tests.reports.conftest import PEOPLE, ranked, run
from tests.reports.every_kind import print_one
from tests.reports.material import snapshot_view

FOLDER: Final = Path(__file__).parent / "reference"
PAGES: Final = {
    "a4": ("cover", "summary", "ranking", "cut", "person-5", "appendix"), "letter": ("person-5",),
}  # fmt: skip
"""By paper, the names that lead to the pages."""
DOTS_AN_INCH: Final = 60
_LEVELS: Final = 16
_SEEN: Final = 40
"""So far apart, of 255, are two dots that an eye tells apart when both pages are a little blurred:
faces are smoothed a little differently by every version of the drawing program."""


def drawn(folder: Path) -> Iterator[tuple[str, Image.Image]]:
    """Draw the pages, each with its name."""
    made = ranked(snapshot_view(PEOPLE, unranked=1, seats=4, simulated=True))
    for paper, names in PAGES.items():
        path = folder / f"{paper}.pdf"
        path.write_bytes(print_one(made, paper))
        numbers = _targets(path)
        for name in names:
            yield f"{name.split('-')[0]}-{paper}", picture(path, numbers[name])


def picture(path: Path, number: int) -> Image.Image:
    """Draw one page, the first is 1, in greys."""
    target = path.with_suffix(f".{number}")
    page = ("-f", str(number), "-l", str(number), "-singlefile")
    run("pdftoppm", "-r", str(DOTS_AN_INCH), *page, "-gray", str(path), str(target))
    with Image.open(f"{target}.pgm") as found:
        return found.convert("L")


def apart(one: Image.Image, other: Image.Image) -> tuple[float, float]:
    """Give how far two pages are apart: the mean, and the share of dots an eye tells apart."""
    if one.size != other.size:
        return 255.0, 1.0
    soft = [page.filter(ImageFilter.GaussianBlur(1)) for page in (one, other)]
    between = ImageChops.difference(*soft)
    seen = between.point(lambda value: 255 * (value > _SEEN))
    return ImageStat.Stat(between).mean[0], ImageStat.Stat(seen).mean[0] / 255


def kept(name: str) -> Image.Image:
    """Give a page as it should look."""
    with Image.open(FOLDER / f"{name}.png") as found:
        return found.convert("L")


def keep(name: str, page: Image.Image) -> None:
    """Write a page as it should look, in few greys."""
    FOLDER.mkdir(exist_ok=True)
    few = page.quantize(_LEVELS, dither=Image.Dither.NONE)
    few.save(FOLDER / f"{name}.png", optimize=True, bits=4)


def _targets(path: Path) -> dict[str, int]:
    with pikepdf.open(path) as file:
        pages = {page.obj.objgen: number for number, page in enumerate(file.pages, 1)}
        names = list(file.Root.Names.Dests.Names)
        return {
            str(name): pages[to[0].objgen] for name, to in zip(names[::2], names[1::2], strict=True)
        }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        for title, found in drawn(Path(place)):
            keep(title, found)
            sys.stdout.write(f"{FOLDER / title}.png\n")
