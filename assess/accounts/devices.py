"""Where somebody signed in, in words that people know their own browsers by."""

import ipaddress
from typing import Final

#: Words in what a browser says of itself; the first that is found names it.
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_DEVICES: Final = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "a Mac"),
    ("Linux", "Linux"),
)


def browser_words(user_agent: str) -> str:
    """Name browser and device, as "Firefox on Windows"; what is not known is not guessed."""
    browser = _first(user_agent, _BROWSERS)
    device = _first(user_agent, _DEVICES)
    if browser is None:
        return "An unknown browser" if device is None else f"An unknown browser on {device}"
    return browser if device is None else f"{browser} on {device}"


def masked(address: str | None) -> str:
    """Give an address without the part that names one line: IPv4 /24, IPv6 /48."""
    try:
        known = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped is None:
            return ":".join(known.exploded.split(":")[:3]) + ":x"
        known = known.ipv4_mapped
    return ".".join(str(known).split(".")[:3]) + ".x"


def _first(text: str, words: tuple[tuple[str, str], ...]) -> str | None:
    return next((name for word, name in words if word in text), None)
