"""Speak with an organisation's provider, whose address is what somebody typed.

Nothing inside the installation's own network is reached, unless the operator allows it: the
address that is connected to is the one that was checked, so a name cannot change in between.
"""

import io
import ipaddress
import socket
import ssl
import time
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.util.connection import create_connection

from assess.errors import Refused

#: Seconds to connect, and to wait for the next piece; seconds for a whole answer.
TIMEOUT: Final = (3.05, 5.0)
WHOLE: Final = 10.0
LARGEST: Final = 256 * 1024
LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
#: Addresses that mean this very machine, or lead to IPv4 ones past a look at the IPv6 one.
_NEVER: Final = tuple(
    map(ipaddress.ip_network, ("0.0.0.0/8", "64:ff9b::/96", "2002::/16", "2001::/32"))
)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def check_url(url: str, *, private: bool) -> None:
    """Raise Refused unless ``url`` is a plain https address.

    With ``private`` http will do on this very machine.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise Refused("This is not a complete address.") from None
    near = private and parts.scheme == "http" and host in LOOPBACK
    if not host or not (parts.scheme == "https" or near):
        raise Refused("The address must begin with https://")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise Refused("The address must hold no user, no password and no #.")


def may_connect(address: Address, *, private: bool) -> bool:
    """Say whether an address may be connected to; ``private`` allows those of one's own network.

    Link-local addresses never may: the metadata of clouds lie there.
    """
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return may_connect(address.ipv4_mapped, private=private)
    if any(address in network for network in _NEVER):
        return False
    if address.is_multicast or address.is_link_local or address.is_unspecified:
        return False
    return private or address.is_global


def get_json(url: str, *, private: bool) -> dict[str, Any]:
    """Return the JSON object at ``url``; Refused with words for a person when there is none."""
    check_url(url, private=private)
    with requests.Session() as session:
        guard(session, private=private)
        try:
            answer = session.get(url)
            found = answer.json() if answer.status_code == requests.codes.ok else None
        except (requests.RequestException, HTTPError, ValueError):
            raise Refused(f"{urlsplit(url).hostname} does not answer as it should.") from None
    if not isinstance(found, dict):
        raise Refused(f"{urlsplit(url).hostname} does not answer as it should.")
    return found


def guard(session: requests.Session, *, private: bool) -> None:
    """Let ``session`` reach only what may be reached, with no redirect and no endless answer."""
    session.trust_env = False
    session.adapters.clear()
    session.headers["Accept-Encoding"] = "identity"
    for scheme in ("https://", "http://") if private else ("https://",):
        session.mount(scheme, _Guard(private=private))


@cache
def _certificates() -> ssl.SSLContext:
    return ssl.create_default_context()


class _Guard(HTTPAdapter):
    def __init__(self, *, private: bool) -> None:
        self._private = private
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        # The system's certificates beside those that come with the library.
        super().init_poolmanager(*args, ssl_context=_certificates(), **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(private=self._private)

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        check_url(request.url or "", private=self._private)
        until = time.monotonic() + WHOLE
        answer = super().send(request, **(kwargs | {"timeout": TIMEOUT, "stream": True}))
        try:
            if 300 <= answer.status_code < 400:
                raise Refused("The provider leads on to another address, which is not followed.")
            body = _read(answer, until)
        finally:
            answer.close()
        answer.raw = io.BytesIO(body)
        return answer


def _read(answer: requests.Response, until: float) -> bytes:
    body = b""
    while piece := answer.raw.read1(16_384):
        body += piece
        if len(body) > LARGEST or time.monotonic() > until:
            raise Refused("The provider's answer is too long, or takes too long.")
    return body


def _pools(*, private: bool) -> dict[str, type[HTTPConnectionPool]]:
    def connect(self: HTTPConnection) -> socket.socket:
        return _connect(self, private=private)

    plain = type("Guarded", (HTTPConnection,), {"_new_conn": connect})
    secure = type("GuardedSecure", (HTTPSConnection,), {"_new_conn": connect})
    return {
        "http": type("Pool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
    }


def _connect(connection: HTTPConnection, *, private: bool) -> socket.socket:
    """Connect to the first address of the host that answers; each of them must be allowed."""
    host = connection.host.strip("[]")
    try:
        found = socket.getaddrinfo(host, connection.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise NewConnectionError(connection, "no such host") from error
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not all(may_connect(ipaddress.ip_address(one), private=private) for one in addresses):
        raise Refused(f"{host} is not an address on the public internet.")
    fault: OSError | None = None
    for address in addresses:
        try:
            return create_connection(
                (address, connection.port or 443),
                timeout=TIMEOUT[0],
                socket_options=connection.socket_options,
            )
        except OSError as error:
            fault = error
    raise NewConnectionError(connection, "no connection") from fault
