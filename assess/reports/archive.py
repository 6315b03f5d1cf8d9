"""Make a report's file one for archives: PDF/A-3, with the ranking as a file inside it.

Source of the rules: ISO 19005-3:2012, 6.2.4.3 (output intent), 6.3.2 (annotations), 6.6.2 (XMP),
6.8 (embedded files), annex E of the associated files. Colours are device RGB, which the sRGB
profile of the output intent defines; it is the ICC's own, as the layout engine ships it.
"""

import hashlib
from datetime import UTC, datetime
from importlib.resources import files
from io import BytesIO
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, String

PRINTED: Final = 4
"""The flag of an annotation that is printed, ISO 32000-1, table 165."""
_PART: Final = b"""<pdfaid:part>3</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 the file keeps to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description></rdf:RDF>"""
_END: Final = b"</rdf:Description></rdf:RDF>"
_NAMESPACE: Final = b' xmlns:pdfuaid="'


def archived(pdf: bytes, table: bytes, *, name: str, title: str, made_at: datetime) -> bytes:
    """Give the file as PDF/A-3u with the CSV ``table`` inside; the same gives the same bytes."""
    with pikepdf.open(BytesIO(pdf)) as file:
        _embed(file, table, name, title, made_at)
        _intend_srgb(file)
        _identify(file)
        for page in file.pages:
            for note in page.get("/Annots", []):
                note.F = PRINTED
        for one in file.objects:
            if isinstance(one, pikepdf.Stream) and "/Interpolate" in one:
                one.Interpolate = False
        made = BytesIO()
        file.save(
            made,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
            min_version="1.7",
        )
        return made.getvalue()


def _embed(file: pikepdf.Pdf, table: bytes, name: str, title: str, made_at: datetime) -> None:
    made = f"D:{made_at.astimezone(UTC):%Y%m%d%H%M%S}Z"
    digest = hashlib.md5(table, usedforsecurity=False).digest()
    stream = pikepdf.Stream(file, table, Type=Name.EmbeddedFile, Subtype=Name("/text/csv"))
    stream.Params = Dictionary(
        Size=len(table), ModDate=String(made), CheckSum=String(digest.decode("latin-1"))
    )
    kept: Any = file.make_indirect(stream)
    spec = file.make_indirect(
        Dictionary(
            Type=Name.Filespec, F=String(name), UF=String(name), Desc=String(title),
            AFRelationship=Name.Data, EF=Dictionary(F=kept, UF=kept),
        )
    )  # fmt: skip
    names = file.Root.get("/Names", Dictionary())
    names.EmbeddedFiles = Dictionary(Names=Array([String(name), spec]))
    file.Root.Names = names
    file.Root.AF = Array([spec])


def _intend_srgb(file: pikepdf.Pdf) -> None:
    profile = files("weasyprint").joinpath("pdf", "sRGB2014.icc").read_bytes()
    said = String("sRGB IEC61966-2.1")
    intent = Dictionary(
        Type=Name.OutputIntent, S=Name.GTS_PDFA1, OutputConditionIdentifier=said, Info=said,
        DestOutputProfile=file.make_indirect(pikepdf.Stream(file, profile, N=3)),
    )  # fmt: skip
    file.Root.OutputIntents = Array([file.make_indirect(intent)])


def _identify(file: pikepdf.Pdf) -> None:
    """Say in the metadata which standard the file keeps to, and what its other names mean."""
    said = file.Root.Metadata.read_bytes()
    space = b' xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"' + _NAMESPACE
    said = said.replace(_NAMESPACE, space, 1).replace(_END, _PART, 1)
    file.Root.Metadata = file.make_indirect(
        pikepdf.Stream(file, said, Type=Name.Metadata, Subtype=Name.XML)
    )
