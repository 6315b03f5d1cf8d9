"""The security headers of every answer."""

from flask import Flask, Response

#: What a page could learn of a person, the room or the device beyond what is typed and chosen:
#: forbidden to every page, ours too. Only names that browsers know, for others are a warning.
FORBIDDEN = (
    "accelerometer",
    "browsing-topics",
    "camera",
    "clipboard-read",
    "compute-pressure",
    "display-capture",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "keyboard-map",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "on-device-speech-recognition",
    "payment",
    "serial",
    "speaker-selection",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)

POLICY = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    # Nothing about a person but the answers is looked at.
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in FORBIDDEN),
}


def install(app: Flask, *, secure: bool) -> None:
    """Set the headers on every answer; pages about people are not cached anywhere."""

    @app.after_request
    def headers(response: Response) -> Response:
        for name, value in POLICY.items():
            response.headers.setdefault(name, value)
        if secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        response.headers.setdefault("Cache-Control", "no-store")
        return response
