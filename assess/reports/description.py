"""What a report's file says of itself: title, language, dates, and the standards it keeps."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Dictionary, Name, String

from assess import __version__
from assess.reports.wording import legible

PRODUCER: Final = f"Assess {__version__}"
_XMP: Final = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>{made}</xmp:CreateDate><xmp:ModifyDate>{made}</xmp:ModifyDate>
<xmp:CreatorTool>{producer}</xmp:CreatorTool><pdf:Producer>{producer}</pdf:Producer>
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


@dataclass(frozen=True)
class About:
    """What a file says of itself. ``page_word`` stands before each page's number."""

    title: str
    author: str
    language: str
    made_at: datetime
    page_word: str


def describe(out: pikepdf.Pdf, about: About) -> None:
    """Write it into the file: for readers, and for programs that check PDF/UA-1 (ISO 14289-1)."""
    made = about.made_at.astimezone(UTC)
    root, info = out.Root, out.docinfo
    root.Lang = String(about.language)
    root.MarkInfo = Dictionary(Marked=True)
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    stamped = String(f"D:{made:%Y%m%d%H%M%S}Z")
    title, author = legible(about.title), legible(about.author)
    info.Title, info.Author = String(title), String(author)
    info.Creator = info.Producer = String(PRODUCER)
    info.CreationDate = info.ModDate = stamped
    words = {
        "title": title, "author": author, "language": about.language,
        "producer": PRODUCER, "made": f"{made:%Y-%m-%dT%H:%M:%SZ}",
    }  # fmt: skip
    xmp = _XMP.format(**{name: escape(word) for name, word in words.items()})
    root.Metadata = out.make_indirect(
        pikepdf.Stream(out, xmp.encode(), Type=Name.Metadata, Subtype=Name.XML)
    )
