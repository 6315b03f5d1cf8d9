"""The file for archives, held to the rules of ISO 19005-3 that concern us.

veraPDF has not been run over it: these rules are read from the standard, and tried here.
"""

import csv
import io
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pikepdf
import pytest
from pikepdf import Dictionary, Name, Stream
from PIL import Image

from assess.reports import pdf
from assess.reports.archive import archived
from assess.reports.kept_units import UnitsOfOneRun
from assess.reports.press import OwnPress
from assess.reports.sheets import Look
from tests.reports.conftest import ranked
from tests.reports.material import MADE_AT, snapshot_view

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"
EXTENSION = "{http://www.aiim.org/pdfa/ns/extension/}"
SCHEMA = "{http://www.aiim.org/pdfa/ns/schema#}"
TABLE = b"person,rank\r\nEva,1\r\n"
FORBIDDEN_ACTIONS = {
    "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/SetOCGState",
    "/Rendition", "/Trans", "/GoTo3DView", "/JavaScript",
}  # fmt: skip


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (90, 30), "#7a1f5c").save(made, "PNG")
    return made.getvalue()


@pytest.fixture(scope="module")
def plain() -> bytes:
    content = replace(
        ranked(snapshot_view(6, unranked=1, seats=2), pages=2),
        look=Look("#7a1f5c", picture(), "Read the cut first.", "Mara"),
    )
    return pdf.render(content, OwnPress(), UnitsOfOneRun()).pdf


def made(plain: bytes) -> bytes:
    return archived(plain, TABLE, name="ranking.csv", title="The ranking", made_at=MADE_AT)


@pytest.fixture(scope="module")
def file(plain):
    with pikepdf.open(io.BytesIO(made(plain))) as opened:
        yield opened


def dictionaries(file):
    for one in file.objects:
        if isinstance(one, (Dictionary, Stream)):
            yield one


def metadata(file) -> ET.Element:
    packet = file.Root.Metadata.read_bytes().decode()
    return ET.fromstring(packet.split("?>", 1)[1].rsplit("<?", 1)[0])  # noqa: S314 - our own


def test_the_same_gives_the_same_bytes(plain):
    assert made(plain) == made(plain)


def test_the_metadata_say_the_part_and_describe_the_other_schema(file):
    """6.6.4: the part and conformance; 6.6.2.3: any schema that is not predefined is described."""
    tree = metadata(file)
    assert [one.text for one in tree.iter(PDFAID + "part")] == ["3"]
    assert [one.text for one in tree.iter(PDFAID + "conformance")] == ["U"]
    assert "/Filter" not in file.Root.Metadata
    described = {one.text for one in tree.iter(SCHEMA + "namespaceURI")}
    known = ("purl.org/dc", "ns.adobe.com/", "aiim.org/pdfa/ns", "w3.org/1999", "adobe:ns:meta")
    used = {one.tag[1:].split("}")[0] for one in tree.iter()}
    assert {one for one in used if not any(part in one for part in known)} <= described
    assert "http://www.aiim.org/pdfua/ns/id/" in used


def test_the_metadata_agree_with_the_dictionary_of_the_file(file):
    """6.6.3."""
    with file.open_metadata() as said:
        info = file.docinfo
        assert said["dc:title"] == str(info.Title)
        assert said["dc:creator"] == [str(info.Author)]
        assert said["xmp:CreatorTool"] == str(info.Creator)
        assert said["pdf:Producer"] == str(info.Producer)
        stamp = re.sub(r"[-:T]", "", said["xmp:CreateDate"])
        assert f"D:{stamp}" == str(info.CreationDate)
        assert said["xmp:ModifyDate"] == said["xmp:CreateDate"]


def test_there_is_one_output_intent_with_its_profile(file):
    """6.2.3: a destination profile; 6.2.4.3: device colours are of its kind, RGB or gray."""
    (intent,) = file.Root.OutputIntents
    assert intent.S == Name.GTS_PDFA1
    profile = intent.DestOutputProfile.read_bytes()
    assert int(intent.DestOutputProfile.N) == 3
    assert profile[12:24] == b"mntrRGB XYZ "
    for one in dictionaries(file):
        assert one.get("/ColorSpace") != Name.DeviceCMYK
    for page in file.pages:
        for operands, operator in pikepdf.parse_content_stream(page):
            assert str(operator) not in ("k", "K"), operands


def test_every_face_is_embedded_with_its_letters(file):
    """6.2.11.4: embedded; 6.2.11.3: CID to glyph map; 6.2.11.7: what each glyph stands for."""
    faces = [one for one in dictionaries(file) if one.get("/Type") == Name.Font]
    assert faces
    for one in faces:
        if one.Subtype == Name.Type0:
            assert "/ToUnicode" in one
            assert one.Encoding == Name("/Identity-H")
        else:
            assert {"/FontFile2", "/FontFile3"} & set(one.FontDescriptor.keys())
            if one.Subtype == Name.CIDFontType2:
                assert one.CIDToGIDMap == Name.Identity or isinstance(one.CIDToGIDMap, Stream)


def test_nothing_that_archives_forbid(file):
    """6.1.3, 6.1.7, 6.2.8, 6.3.2, 6.5: no secrets, no actions, no smoothing, all printed."""
    assert "/Encrypt" not in file.trailer
    assert len(file.trailer.ID) == 2
    assert not {"/AA", "/OpenAction", "/AcroForm", "/Perms", "/Requirements"} & set(
        file.Root.keys()
    )
    assert "/JavaScript" not in file.Root.Names
    for one in dictionaries(file):
        assert not one.get("/Interpolate", False)
        assert "/AA" not in one
        assert str(one.get("/S", "")) not in FORBIDDEN_ACTIONS
        if isinstance(one, Stream):
            assert not {"/F", "/FFilter", "/FDecodeParms"} & set(one.keys())
            assert "LZW" not in str(one.get("/Filter", ""))
    notes = [note for page in file.pages for note in page.get("/Annots", [])]
    assert notes
    assert all(int(note.F) == 4 for note in notes)


def test_it_keeps_its_tags_title_and_language(file):
    """What the plain file has, as accessible (PDF/UA-1): nothing of it is lost."""
    assert bool(file.Root.MarkInfo.Marked)
    assert "/StructTreeRoot" in file.Root
    assert str(file.Root.Lang) == "en"
    assert "pdfuaid:part>1<" in file.Root.Metadata.read_bytes().decode()


def test_the_ranking_lies_inside(file):
    """6.8: a file specification with both names, a relationship and the file's kind."""
    (spec,) = file.Root.AF
    assert spec.AFRelationship == Name.Data
    assert str(spec.F) == str(spec.UF) == "ranking.csv"
    assert str(spec.Desc) == "The ranking"
    inside = spec.EF.F
    assert inside.Subtype == Name("/text/csv")
    assert "/ModDate" in inside.Params
    assert int(inside.Params.Size) == len(TABLE)
    assert inside.read_bytes() == TABLE
    assert file.attachments["ranking.csv"].get_file().read_bytes() == TABLE
    assert list(csv.reader(io.StringIO(TABLE.decode())))[1] == ["Eva", "1"]


def test_links_and_bookmarks_still_lead_somewhere(file, plain):
    with pikepdf.open(io.BytesIO(plain)) as before:
        targets = [str(one) for one in before.Root.Names.Dests.Names[::2]]
    assert [str(one) for one in file.Root.Names.Dests.Names[::2]] == targets
    with file.open_outline() as outline:
        assert len(outline.root) > 4
