"""What every page may use: settings, sessions, the moment, assets by fingerprint."""

import hashlib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import cast

from flask import Flask, Response, current_app, request, send_from_directory, url_for
from flask_babel import get_locale
from werkzeug.security import safe_join

from assess import __version__
from assess.db.scope import Sessions
from assess.instruments.catalogue import Catalogue, open_catalogue
from assess.settings import Settings
from assess.web import compression, languages

STATIC = Path(__file__).resolve().parent / "static"
YEAR = 31_536_000


def settings() -> Settings:
    """Give the settings of the running service."""
    return cast(Settings, current_app.extensions["assess"]["settings"])


def sessions() -> Sessions:
    """Give the session factory of the running service."""
    return cast(Sessions, current_app.extensions["assess"]["sessions"])


def catalogue() -> Catalogue:
    """Give the questionnaires of the running service."""
    return open_catalogue(settings().questionnaires_dir)


def now() -> datetime:
    """Give this moment; views pass it to services, which never ask the clock."""
    return datetime.now(UTC)


@cache
def _fingerprint(name: str, _modified: int) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """Give the address of a static file; it changes with the content, so it is cached for ever."""
    stamp = _fingerprint(name, (STATIC / name).stat().st_mtime_ns)
    return url_for("asset_file", fingerprint=stamp, name=name)


def static_file(name: str, *, max_age: int) -> Response:
    """Serve a static file, compressed where the browser can read that; NotFound for others."""
    path = safe_join(str(STATIC), name)
    packed = None if path is None else compression.packed(Path(path))
    response = packed or send_from_directory(STATIC, name, max_age=max_age)
    response.vary.add("Accept-Encoding")
    return response


def install(app: Flask) -> None:
    """Serve static files and give templates what `templates/web` expects."""

    @app.get("/assets/<fingerprint>/<path:name>")
    def asset_file(fingerprint: str, name: str) -> Response:  # noqa: ARG001 - only makes it new
        response = static_file(name, max_age=YEAR)
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        return response

    @app.context_processor
    def page() -> dict[str, object]:
        locale = get_locale()
        return {
            "asset": asset,
            "lang": str(locale or "en").replace("_", "-"),
            "dir": locale.text_direction if locale else "ltr",
            "language": languages.spoken(),
            "lang_of": languages.lang_of,
            "app_version": __version__,
            "simulated": settings().simulated,
            "path": request.path,
        }
