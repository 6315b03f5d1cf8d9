"""A check of what a tagged file says of itself, and of its faces.

Source: ISO 14289-1:2014, 5, 6, 7.1, 7.2, 7.10, 7.11, 7.16 and 7.21; ISO 32000-1:2008, 9.6 to 9.10.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final
from xml.etree import ElementTree as ET

import pikepdf
from fontTools.ttLib import TTFont
from pikepdf import Dictionary

from tests.reports.pdf_content import Letters

_DC: Final = "{http://purl.org/dc/elements/1.1/}"
_UA: Final = "{http://www.aiim.org/pdfua/ns/id/}"
_PLAIN: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*")


def faults(file: pikepdf.Pdf, language: str) -> list[str]:
    """Give what is wrong with a file that should be in ``language``."""
    found = [
        *_catalog(file, language),
        *_surprises(file),
        *_metadata(file),
        *_outline(file),
        *_pages(file),
    ]
    return [*found, *faces(file), *(str(one) for one in file.check_pdf_syntax())]


def faces(file: pikepdf.Pdf) -> list[str]:
    """Give what is wrong with a file's faces: each is there once, whole for what it shows."""
    fonts = {
        one.objgen: one
        for one in file.objects
        if isinstance(one, Dictionary) and one.get("/Type") == "/Font" and "/BaseFont" in one
        and one.get("/Subtype") == "/Type0"
    }  # fmt: skip
    others = [
        one
        for one in file.objects
        if isinstance(one, Dictionary)
        and one.get("/Type") == "/Font"
        and one.get("/Subtype") not in ("/Type0", "/CIDFontType2", "/CIDFontType0")
    ]
    told = [f"a simple face: {one.get('/BaseFont')}" for one in others]
    files = Counter[str]()
    for font in fonts.values():
        told += _face(font)
        embedded = _embedded(font)
        if embedded is not None:
            files[hashlib.sha256(embedded).hexdigest()] += 1
    told += ["a face is embedded more than once" for times in files.values() if times > 1]
    return told


def _face(font: Any) -> Iterator[str]:
    name = str(font.BaseFont)
    if "/ToUnicode" not in font:
        yield f"{name} does not tell its text"
    if font.get("/Encoding") != "/Identity-H":
        yield f"{name} is not numbered by its glyphs"
    below = font.DescendantFonts[0]
    if below.get("/Subtype") == "/CIDFontType2" and "/CIDToGIDMap" not in below:
        yield f"{name} does not tell its glyphs"
    embedded = _embedded(font)
    if embedded is None:
        yield f"{name} is not embedded"
        return
    if not re.match(r"/[A-Z]{6}\+", name):
        yield f"{name} is not named as a part of a face"
    letters = Letters(font)
    inside = TTFont(BytesIO(embedded), lazy=True)
    order, metrics = inside.getGlyphOrder(), inside["hmtx"].metrics
    for code in letters.text:
        if code >= len(order):
            yield f"{name} tells of a glyph that it lacks"
        else:
            width = metrics[order[code]][0] * 1000 / inside["head"].unitsPerEm
            if abs(width - letters.width(code)) > 1:
                yield f"{name} gives a glyph another width than it has"


def _embedded(font: Any) -> bytes | None:
    held = font.DescendantFonts[0].FontDescriptor
    for name in ("/FontFile2", "/FontFile3"):
        if name in held:
            return bytes(held[name].read_bytes())
    return None


def _catalog(file: pikepdf.Pdf, language: str) -> Iterator[str]:
    root = file.Root
    said = str(root.get("/Lang", ""))
    if not _PLAIN.fullmatch(said) or said != language.replace("_", "-"):
        yield f"the language is {said!r}, not {language}"
    if not bool(root.get("/MarkInfo", {}).get("/Marked", False)):
        yield "the file does not say that it is tagged"
    if bool(root.get("/MarkInfo", {}).get("/Suspects", False)):
        yield "the file's tags are suspects"
    if not bool(root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False)):
        yield "readers show the name of the file, not its title"
    if file.is_encrypted:
        yield "the file is encrypted"


def _surprises(file: pikepdf.Pdf) -> Iterator[str]:
    """Nothing in the file acts, hides or asks; a file inside has its name."""
    for name in ("/OCProperties", "/OpenAction", "/AA", "/AcroForm"):
        if name in file.Root:
            yield f"the file has {name}"
    for one in (one for one in file.objects if isinstance(one, Dictionary)):
        if one.get("/S") in ("/JavaScript", "/Launch", "/URI"):
            yield f"the file has an action: {one.S}"
        if one.get("/Type") == "/Filespec" and ("/F" not in one or "/UF" not in one):
            yield "a file inside has no name"


def _metadata(file: pikepdf.Pdf) -> Iterator[str]:
    if "/Metadata" not in file.Root:
        yield "the file has no metadata"
        return
    written = file.Root.Metadata.read_bytes().decode()
    tree = ET.fromstring(re.sub(r"<\?xpacket.*?\?>", "", written).strip())  # noqa: S314 - our own file
    title = "".join(one.text or "" for one in tree.findall(f".//{_DC}title//*"))
    if not title.strip() or title.strip() != str(file.docinfo.get("/Title", "")).strip():
        yield f"the title is {title.strip()!r} and {file.docinfo.get('/Title', '')!s}"
    if [one.text for one in tree.findall(f".//{_UA}part")] != ["1"]:
        yield "the metadata do not name PDF/UA-1"


def _outline(file: pikepdf.Pdf) -> Iterator[str]:
    with file.open_outline() as outline:
        if len(file.pages) > 1 and not outline.root:
            yield "there are no bookmarks"
        for one in outline.root:
            for item in [one, *one.children]:
                if not str(item.title).strip():
                    yield "a bookmark without words"
                if item.destination is None:
                    yield f"a bookmark leads nowhere: {item.title}"


def _pages(file: pikepdf.Pdf) -> Iterator[str]:
    for number, page in enumerate(file.pages, 1):
        if page.obj.get("/Tabs") != "/S":
            yield f"page {number}: the order of its notes is not that of the structure"
        if "/StructParents" not in page.obj:
            yield f"page {number}: no way from its content to the structure"
