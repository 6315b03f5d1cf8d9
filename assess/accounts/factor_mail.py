"""Tell people by mail what became of their second factors, whoever did it."""

import logging
import secrets
import smtplib

from flask import url_for

from assess.jobs import mail
from assess.web import pages

log = logging.getLogger(__name__)


def tell(template: str, name: str, email: str, **facts: str) -> bool:
    """Send ``templates/mail/<template>.txt`` at once; False when the server does not take it."""
    settings = pages.settings()
    try:
        message = mail.compose(
            settings, template, email, f"member-{secrets.token_hex(12)}", name=name,
            simulated=settings.simulated, link=settings.public_url + url_for("security.login"),
            again=settings.public_url + url_for("security.forgot_password"), **facts,
        )  # fmt: skip
        mail.send(settings, message)
    except (smtplib.SMTPException, OSError, ValueError) as fault:
        # The server's words may hold the address.
        log.warning("a mail about second factors was not sent: %s", type(fault).__name__)
        return False
    return True
