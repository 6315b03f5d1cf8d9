"""Zips from anywhere: an honest folder is taken, every trick is refused with its reason."""

import contextlib
import io
import stat
import struct
import warnings
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as some

from assess.authoring.archive import LARGEST_ZIP, read_zip
from assess.errors import Invalid
from assess.instruments.catalogue import default_catalogue

FILES = dict(default_catalogue().files("service-judgement-a"))


def zipped(files, *, top="", method=zipfile.ZIP_DEFLATED):
    """Give a zip of ``files``: names, or entries with more said of them, and contents."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names given twice
        for name, content in files:
            archive.writestr(top + name if isinstance(name, str) else name, content)
    return made.getvalue()


def entry(name, mode=0, *, method=zipfile.ZIP_DEFLATED):
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    info.compress_type = method
    return info


def renamed(content, old, new):
    """Put another name of the same length into both directories of a zip."""
    assert len(old) == len(new)
    assert content.count(old) == 2
    return content.replace(old, new)


@pytest.mark.parametrize("top", ["", "service-judgement/", "my folder/"])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_folder_or_what_is_in_it_is_read_byte_for_byte(top, method):
    files = [*FILES.items(), ("norms/", "")]
    assert read_zip(zipped(files, top=top, method=method)) == FILES


LINK = stat.S_IFLNK | 0o777
GOOD = ("instrument.yaml", "key: x\n")
HOSTILE = {
    "not a zip": (b"key: x\n", "no zip"),
    "nothing": (b"", "no zip"),
    "half a zip": (zipped([GOOD])[:60], "no zip"),
    "50 MB": (b"PK\3\4" + bytes(50 * 1024 * 1024), r"50\.0 MB; at most 5 MB"),
    "one byte too many": (bytes(LARGEST_ZIP + 1), "at most 5 MB"),
    "parent": (zipped([GOOD, ("../evil.yaml", "")]), "plain letters"),
    "parent inside": (zipped([GOOD, ("a/../../evil.yaml", "")]), "plain letters"),
    "parent folder": (zipped([GOOD, ("../", "")]), "only files named"),
    "parent of the top": (zipped([("x/instrument.yaml", ""), ("x/../evil.yaml", "")]), "plain"),
    "top is the parent": (zipped([("../instrument.yaml", "")]), "plain letters"),
    "absolute": (zipped([GOOD, ("/etc/evil.yaml", "")]), "plain letters"),
    "drive": (zipped([GOOD, ("C:/evil.yaml", "")]), "plain letters"),
    "backslash": (zipped([GOOD, ("..\\evil.yaml", "")]), "plain letters"),
    "too deep": (zipped([GOOD, ("a/b/c.yaml", "")]), "one folder below"),
    "hidden": (zipped([GOOD, (".evil.yaml", "")]), "plain letters"),
    "a program": (zipped([GOOD, ("evil.py", "")]), "only files named"),
    "a zip inside": (zipped([GOOD, ("more.zip", zipped([GOOD]))]), "only files named"),
    "the Mac's own": (zipped([GOOD, ("__MACOSX/._instrument.yaml", "")]), "plain letters"),
    "full-width letters": (zipped([GOOD, ("ｎotes.md", "")]), "plain letters"),
    "full-width dots": (zipped([GOOD, ("．．/evil.yaml", "")]), "plain letters"),
    "right to left": (zipped([GOOD, ("a\u202elmay.yaml", "")]), "plain letters"),
    "zero byte": (renamed(zipped([GOOD, ("e.pyX.yaml", "")]), b"e.pyX", b"e.py\0"), "plain"),
    "line break": (zipped([GOOD, ("a\n.yaml", "")]), "plain letters"),
    "long name": (zipped([GOOD, ("a" * 200 + ".yaml", "")]), "plain letters"),
    "link": (zipped([GOOD, (entry("a.yaml", LINK), "/etc/passwd")]), "link or a device"),
    "link to a folder": (zipped([GOOD, (entry("norms/", LINK), "/etc")]), "only files named"),
    "pipe": (zipped([GOOD, (entry("a.yaml", stat.S_IFIFO), "")]), "link or a device"),
    "twice": (zipped([GOOD, GOOD]), "is there twice"),
    "twice but for case": (zipped([GOOD, ("Instrument.yaml", "")]), "is there twice"),
    "bomb": (zipped([GOOD, ("a.yaml", "a" * 900_000)]), "far more than any text"),
    "large file": (zipped([GOOD, ("a.yaml", "a" * 1_100_000)]), "more than 1 MB"),
    "many": (zipped([(f"{n}.md", "") for n in range(201)]), "201 entries; at most 200"),
    "lzma": (zipped([(entry("a.yaml", method=zipfile.ZIP_LZMA), "x")]), "unusual way"),
    "bzip2": (zipped([(entry("a.yaml", method=zipfile.ZIP_BZIP2), "x")]), "unusual way"),
    "not text": (zipped([GOOD, ("a.md", b"\xff\xfe")]), "a.md: byte 1: the file is not UTF-8"),
    "zero in the text": (zipped([GOOD, ("a.md", "a\0b")]), "zero byte"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_trick_is_refused_with_its_reason(name):
    content, reason = HOSTILE[name]
    with pytest.raises(Invalid, match=reason):
        read_zip(content)


def test_many_files_are_no_way_round_the_limits():
    noise = "".join(chr(33 + n * n % 89) for n in range(900_000))
    with pytest.raises(Invalid, match="unpacked it has more than 10 MB"):
        read_zip(zipped([(f"{n}.md", noise) for n in range(13)], method=zipfile.ZIP_DEFLATED))


@pytest.mark.parametrize("said", [10, 0])
def test_an_entry_that_lies_about_its_size_is_refused(said):
    """The zip says it unpacks to a few bytes; what is in it goes on for 900 000."""
    content = bytearray(zipped([("a.yaml", "a" * 900_000)]))
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.index(mark) + place
        content[at : at + 4] = struct.pack("<I", said)
    with pytest.raises(Invalid):
        read_zip(bytes(content))


def test_an_encrypted_entry_is_refused():
    content = bytearray(zipped([GOOD]))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + place] |= 1
    with pytest.raises(Invalid, match="encrypted"):
        read_zip(bytes(content))


@given(some.binary(max_size=200), some.integers(0, 250), some.integers(0, 255))
def test_whatever_comes_is_read_or_refused(tail, place, value):
    content = bytearray(zipped(list(FILES.items())[:1]) if place % 2 else zipped([GOOD]))
    content[place % len(content)] = value
    for given_ in (bytes(content), bytes(content) + tail, tail):
        with contextlib.suppress(Invalid):
            read_zip(given_)
