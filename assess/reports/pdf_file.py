"""Write a PDF file: objects packed in streams, with a table of where each is.

Source: ISO 32000-1:2008, 7.5.7 (object streams), 7.5.8 (cross-reference streams).
"""

import hashlib
import zlib
from io import BytesIO
from typing import Final

_AT_ONCE: Final = 300
"""As many objects are packed together."""
_PACKED: Final = 4


class PdfFile:
    """A file while it is written; objects can be named by their numbers before they are there."""

    def __init__(self, used: int = 0) -> None:
        """Begin behind the numbers that are ``used`` already."""
        self._last = used
        self._streams: dict[int, bytes] = {}
        self._plain: dict[int, bytes] = {}

    def number(self) -> int:
        """Give the next number."""
        self._last += 1
        return self._last

    def numbers(self, count: int) -> int:
        """Take ``count`` numbers; give the first of them."""
        first = self._last + 1
        self._last += count
        return first

    def put(self, number: int, body: bytes) -> None:
        """Write an object that is no stream."""
        self._plain[number] = body

    def add(self, body: bytes) -> int:
        """Write an object that is no stream; give its number."""
        number = self.number()
        self._plain[number] = body
        return number

    def put_stream(self, number: int, head: bytes, content: bytes) -> None:
        """Write a stream; ``head`` holds what its dictionary says beside the length."""
        self._streams[number] = b"<<%s/Length %d>>stream\n%s\nendstream" % (
            head, len(content), content,
        )  # fmt: skip

    def add_stream(self, content: bytes) -> int:
        """Write a stream that is packed already; give its number."""
        number = self.number()
        self.put_stream(number, b"/Filter/FlateDecode", content)
        return number

    def bytes(self, root: int, info: int) -> bytes:
        """Give the file; the same objects give the same bytes."""
        places: dict[int, tuple[int, int, int]] = {0: (0, 0, 65535)}
        self._pack(places)
        out = BytesIO()
        out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        for number, content in sorted(self._streams.items()):
            places[number] = (1, out.tell(), 0)
            out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
        start, own = out.tell(), self.number()
        places[own] = (1, start, 0)
        mark = hashlib.sha256(out.getvalue()).digest()[:16].hex().encode()
        table = b"".join(
            kind.to_bytes(1, "big") + a.to_bytes(5, "big") + b.to_bytes(2, "big")
            for kind, a, b in (places.get(number, (0, 0, 65535)) for number in range(own + 1))
        )
        packed = zlib.compress(table, _PACKED)
        out.write(
            b"%d 0 obj\n<</Type/XRef/Size %d/W[1 5 2]/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]"
            b"/Filter/FlateDecode/Length %d>>stream\n%s\nendstream\nendobj\n"
            b"startxref\n%d\n%%%%EOF\n"
            % (own, own + 1, root, info, mark, mark, len(packed), packed, start)
        )
        return out.getvalue()

    def _pack(self, places: dict[int, tuple[int, int, int]]) -> None:
        """Put the plain objects into streams, and note where each of them is."""
        waiting = sorted(self._plain.items())
        for start in range(0, len(waiting), _AT_ONCE):
            some, stream = waiting[start : start + _AT_ONCE], self.number()
            at, heads = 0, []
            for place, (number, body) in enumerate(some):
                heads.append(b"%d %d" % (number, at))
                places[number] = (2, stream, place)
                at += len(body) + 1
            head = b" ".join(heads) + b" "
            content = head + b"\n".join(body for _, body in some)
            said = b"/Type/ObjStm/N %d/First %d/Filter/FlateDecode" % (len(some), len(head))
            self.put_stream(stream, said, zlib.compress(content, _PACKED))
