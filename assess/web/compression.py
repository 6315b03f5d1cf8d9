"""Compress what candidates load: static files once, their pages as they are sent.

Static files are compressed once for each content, and kept. Of pages only those of the
candidates' blueprints are compressed. A secret in a compressed page can be guessed (BREACH) when
somebody else can have their own words put into the same page and measure its length. A
candidate's page puts nothing of a request's address or cookie into itself but what the person
chose among offered values, and its cookie is not sent along with another site's requests
(SameSite); so no padding is needed. Members' pages repeat what is searched for and stay as they
are.
"""

import gzip
import mimetypes
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, request

#: Below it the wrapping costs more than it saves.
SMALLEST = 1024
TEXT = (".css", ".js", ".svg")


def compress_pages(bp: Blueprint) -> None:
    """Compress the HTML pages of ``bp`` for browsers that can read it."""

    @bp.after_request
    def compress(response: Response) -> Response:
        if response.mimetype != "text/html" or response.direct_passthrough:
            return response
        response.vary.add("Accept-Encoding")
        body = response.get_data()
        if len(body) < SMALLEST or not _reads_gzip():
            return response
        response.set_data(gzip.compress(body, 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        return response


def packed(path: Path) -> Response | None:
    """Give a text file compressed; None for other files, and for browsers that cannot read it."""
    if path.suffix not in TEXT or not _reads_gzip() or not path.is_file():
        return None
    kind, _encoding = mimetypes.guess_type(path.name)
    response = Response(_compressed(path, path.stat().st_mtime_ns), mimetype=kind)
    response.headers["Content-Encoding"] = "gzip"
    return response


def _reads_gzip() -> bool:
    return request.accept_encodings["gzip"] > 0


@cache
def _compressed(path: Path, _modified: int) -> bytes:
    return gzip.compress(path.read_bytes(), 9, mtime=0)
