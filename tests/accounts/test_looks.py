"""A brand's colour and logo: what is taken, what is refused, what is left of a file."""

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from sqlalchemy import select

from assess.accounts import brand_picture
from assess.accounts.look_queries import brand_look
from assess.accounts.look_service import Chosen, choose_look
from assess.accounts.models import AuditEvent, BrandLook, RoleName
from assess.accounts.service import brand_named
from assess.db.scope import reading, writing
from assess.errors import Invalid, NotFound, Refused
from tests.service import NOW, csrf
from tests.web.test_contrast import luminance


def a_picture(kind: str = "PNG", size: tuple[int, int] = (60, 20), mode: str = "RGB") -> bytes:
    made, info = io.BytesIO(), PngInfo()
    info.add_text("Comment", "taken at 59.3 N 18.1 E")
    options = {"pnginfo": info} if kind == "PNG" else {"exif": _exif(), "comment": b"taken at 59"}
    Image.new(mode, size, 90).save(made, kind, **(options if kind in ("PNG", "JPEG") else {}))
    return made.getvalue()


def _exif() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = "taken at 59.3 N 18.1 E"
    return exif.tobytes()


def bomb(width: int, height: int) -> bytes:
    """Give a small PNG that says it is large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        end = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + end

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 10_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "P", "CMYK"])
def test_a_picture_is_drawn_anew_without_what_it_told(kind, mode):
    if (kind, mode) in {("PNG", "CMYK"), ("JPEG", "RGBA"), ("JPEG", "P")}:
        pytest.skip("no such file")
    drawn = brand_picture.logo(a_picture(kind, mode=mode))
    assert b"taken" not in drawn
    with Image.open(io.BytesIO(drawn)) as seen:
        assert (seen.format, seen.mode, seen.size) == ("PNG", "RGB", (60, 20))
        assert not seen.info
        assert not seen.getexif()
    assert brand_picture.logo(a_picture(kind, mode=mode)) == drawn


def test_what_shows_through_becomes_white():
    made = io.BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(made, "PNG")
    with Image.open(io.BytesIO(brand_picture.logo(made.getvalue()))) as seen:
        assert seen.getpixel((1, 1)) == (255, 255, 255)


def test_a_large_picture_is_made_smaller_in_its_own_shape():
    with Image.open(io.BytesIO(brand_picture.logo(a_picture(size=(2000, 1000))))) as seen:
        assert seen.size == (720, 360)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (SVG, "no PNG or JPEG"),
        (b"", "no PNG or JPEG"),
        (a_picture("GIF", mode="P"), "no PNG or JPEG"),
        (a_picture("BMP"), "no PNG or JPEG"),
        (a_picture()[:60], "no PNG or JPEG"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "no PNG or JPEG"),
        (bomb(2001, 2000), "4 million pixels"),
        (bomb(60_000, 60_000), "no PNG or JPEG|4 million pixels"),
        (a_picture() + b"\0" * 1_000_000, "larger than 1 MB"),
    ],
)
def test_what_is_no_logo_is_refused(content, words):
    with pytest.raises(Invalid, match=words):
        brand_picture.logo(content)


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(content):
    for given_bytes in (content, b"\x89PNG\r\n\x1a\n" + content, b"\xff\xd8\xff" + content):
        with pytest.raises(Invalid):
            brand_picture.logo(given_bytes)


@given(st.integers(0, 0xFFFFFF))
def test_a_colour_is_taken_when_it_can_be_read_on_white(number):
    colour = f"#{number:06x}"
    ratio = 1.05 / (luminance(colour) + 0.05)
    assert brand_picture.contrast_on_white(colour) == pytest.approx(ratio)
    if ratio >= 4.5:
        assert brand_picture.accent(colour.upper()) == colour
    else:
        with pytest.raises(Invalid, match=rf"contrast on white is {int(ratio * 100) / 100:.2f}"):
            brand_picture.accent(colour)


@pytest.mark.parametrize("colour", ["blue", "#12345", "#1234567", "#12345g", "1f4e8c", "#fff;x:y"])
def test_another_spelling_of_a_colour_is_refused(colour):
    with pytest.raises(Invalid, match="write the colour as #"):
        brand_picture.accent(colour)


@pytest.fixture
def brand_id(sessions, tenant):
    with writing(sessions, tenant.organisation_id) as session:
        return brand_named(session, "Harbour Parcels")


def test_a_look_is_kept_once_and_only_by_administrators(sessions, tenant, other_tenant, brand_id):
    administrator = tenant.members[RoleName.ADMINISTRATOR]
    chosen = Chosen("#7A1F5C", a_picture())
    assert choose_look(sessions, administrator, brand_id, chosen, now=NOW)
    assert not choose_look(sessions, administrator, brand_id, chosen, now=NOW)
    # No new file keeps the one there is.
    assert not choose_look(sessions, administrator, brand_id, Chosen("#7a1f5c"), now=NOW)
    assert choose_look(sessions, administrator, brand_id, Chosen("", remove_logo=True), now=NOW)
    with pytest.raises(Refused):
        choose_look(sessions, tenant.recruiter, brand_id, chosen, now=NOW)
    stranger = other_tenant.members[RoleName.ADMINISTRATOR]
    with pytest.raises(NotFound):
        choose_look(sessions, stranger, brand_id, chosen, now=NOW)
    with reading(sessions, tenant.organisation_id) as session:
        now = brand_look(session, brand_id)
        assert (now.accent, now.logo) == (None, None)
        assert len(session.scalars(select(BrandLook)).all()) == 2
        acts = [event.act for event in session.scalars(select(AuditEvent))]
    assert acts.count("brand look changed") == 2


def test_the_page_keeps_a_look_and_says_what_is_wrong(tenant, brand_id, signed_in):
    client, address = signed_in(tenant, RoleName.ADMINISTRATOR), f"/brands/{brand_id}/look"
    assert f'href="{address}"' in client.get("/members/brands").text
    token = csrf(client.get(address).text)
    pale = client.post(address, data={"csrf_token": token, "accent": "#ffd700"})
    assert pale.status_code == 422
    assert "its contrast on white is 1.40" in pale.text
    assert 'value="#ffd700"' in pale.text
    wrong = client.post(
        address, data={"csrf_token": token, "accent": "", "logo": (io.BytesIO(SVG), "a.svg")}
    )
    assert (wrong.status_code, "no PNG or JPEG" in wrong.text) == (422, True)
    assert client.get(f"{address}/logo.png").status_code == 404
    picture = {"accent": "#7a1f5c", "logo": (io.BytesIO(a_picture("JPEG")), "a.jpg")}
    assert client.post(address, data={"csrf_token": token, **picture}).status_code == 303
    page = client.get(address).text
    assert "New reports of this brand look like this" in page
    assert 'fill="#7a1f5c"' in page
    logo = client.get(f"{address}/logo.png")
    assert (logo.mimetype, logo.data[:4]) == ("image/png", b"\x89PNG")
