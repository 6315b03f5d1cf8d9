"""Where the service is: its own address for links, the client's address for counting."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, abort, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from assess.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LARGEST_ID = 2**63 - 1


class PublicAddress:
    """Answer as the installation's public address, whatever host a request names.

    A full link (in the mail of a forgotten password) is built from the request's host; a
    request that names somebody else's host would send its reader there with the token.
    """

    def __init__(self, application: "WSGIApplication", public_url: str) -> None:
        self._application, parts = application, urlsplit(public_url)
        self._scheme, self._host = parts.scheme, parts.netloc

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Put the public address in the place of the one the request claims."""
        environ["HTTP_HOST"], environ["wsgi.url_scheme"] = self._host, self._scheme
        return self._application(environ, start_response)


class RecordId(IntegerConverter):
    """A record's number in an address; one that no database can hold is not found."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **({"max": LARGEST_ID} | kwargs))  # type: ignore[arg-type]


def refuse_zero_bytes() -> None:
    """Answer that nothing is here when an address holds a byte that no database can look up."""
    if "\0" in request.path:
        abort(404)


def install(app: Flask, settings: Settings) -> None:
    """Wrap the application; call it before any page with a number in its address is added."""
    app.url_map.converters["int"] = RecordId
    app.before_request(refuse_zero_bytes)
    application = PublicAddress(app.wsgi_app, settings.public_url)
    # Only proxies of the installation's own are believed when they say who the client is.
    app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
        application, x_for=settings.proxies, x_proto=0, x_host=0, x_port=0, x_prefix=0
    )
