"""Sign-in by Flask-Security-Too: passwords (argon2), reset, tokens; roles are ours."""

import logging
import secrets
import smtplib
import threading
from datetime import timedelta
from email.message import EmailMessage
from email.utils import formataddr, formatdate
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, abort, g, request, session
from flask_babel import gettext as _
from flask_login import user_logged_out  # type: ignore[import-untyped]
from flask_security import (
    ForgotPasswordForm,
    LoginForm,
    MailUtil,
    RoleMixin,
    Security,
    SQLAlchemySessionUserDatastore,
    UserMixin,
    VerifyForm,
    hash_password,
    password_reset,
    url_for_security,
    user_authenticated,
)
from flask_security.proxies import _security
from flask_security.recoverable import generate_reset_password_token
from flask_security.utils import hash_data
from sqlalchemy import Engine, update
from sqlalchemy.orm import scoped_session

from assess.accounts import oidc_queries, sign_ins, tries
from assess.accounts.devices import browser_words, masked
from assess.accounts.models import GlobalRole, User
from assess.accounts.second_step import SecondStep, passkeys_here
from assess.db.engine import single_statements
from assess.db.scope import Across, Sessions, across
from assess.jobs import mail
from assess.settings import Settings
from assess.web import pages

#: Where the cookie keeps the key to its sign-in.
KEY = "sign_in"
#: Where a request notes whose provider says who signs in; None: it was a password.
BY_PROVIDER_OF = "by_provider_of"
log = logging.getLogger(__name__)


class SignInUser(UserMixin, User):
    """The user as the sign-in library sees them: the same table, its own methods."""


class SignInRole(RoleMixin, GlobalRole):
    """The library demands a role class; roles of organisations stand in `member`."""


class SecurityMail(MailUtil):
    """Send the library's mails (password reset) through the installation's mail road.

    They carry a one-time token, so they are sent at once and never stored in the outbox.
    """

    def send_mail(  # noqa: D102
        self,
        template: str,  # noqa: ARG002
        subject: str,
        recipient: str | tuple[str, str],
        sender: str | tuple[str, str],  # noqa: ARG002
        body: str | None,
        html: str | None,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> None:
        settings = pages.settings()
        message = EmailMessage()
        message["Subject"] = subject
        message["From"] = settings.mail_from
        message["To"] = recipient if isinstance(recipient, str) else formataddr(recipient)
        message["Date"] = formatdate()
        host = urlsplit(settings.public_url).hostname or "localhost"
        message["Message-ID"] = f"<{secrets.token_hex(12)}@{host}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(body or "")
        # The page must not tell by its time, or by a fault, that there is such an account.
        threading.Thread(target=_send, args=(settings, message)).start()


class SignInForm(LoginForm):
    """The library's form; too many wrong passwords end it for a while."""

    def validate(self, **kwargs: Any) -> bool:
        """Count the try, then look at the password; 429 when there were too many."""
        email = _account(self.email.data)
        kept = pages.sessions(), pages.settings(), email
        if not tries.may_try(*kept, request.remote_addr, now=pages.now()):
            abort(429)
        right = bool(super().validate(**kwargs))
        if right:
            tries.forget(*kept)
        return right and self._may_use_passwords()

    def _may_use_passwords(self) -> bool:
        """Say whether the password opens anything; told only to who has it right."""
        user_id = self.user.id if self.user else 0
        with across(pages.sessions(), Across.SIGN_IN) as database:
            barred = oidc_queries.barred(database, user_id)
        if barred:
            label, short_name = barred
            words = _(
                "Your organisation wants you to sign in with %(label)s. Choose “Sign in with your "
                "organisation” below and enter: %(short_name)s",
                label=label, short_name=short_name,
            )  # fmt: skip
            self.form_errors.append(words)
        return barred is None


class PasswordLinkForm(ForgotPasswordForm):
    """The library's form; nobody's mailbox is filled with links."""

    def validate(self, **kwargs: Any) -> bool:
        """Count the mail, known or not; 429 when there were too many to one address."""
        email = _account(self.email.data)
        if not tries.may_send_link(pages.sessions(), pages.settings(), email, now=pages.now()):
            abort(429)
        known = bool(super().validate(**kwargs))
        if not known:
            hash_data("nobody")  # takes as long as making a link does
        return known


class PasswordAgainForm(VerifyForm):
    """The library's form; a browser left open is no place to try passwords without end."""

    def validate(self, **kwargs: Any) -> bool:
        """Count the try with those of sign-in, then look; 429 when there were too many."""
        kept = pages.sessions(), pages.settings(), self.user.email
        if not tries.may_try(*kept, request.remote_addr, now=pages.now()):
            abort(429)
        right = bool(super().validate(**kwargs))
        if right:
            tries.forget(*kept)
        return right


def install(app: Flask, engine: Engine, settings: Settings) -> None:
    """Wire the sign-in library to our table, our templates and our mail."""
    app.config.update(
        SECURITY_PASSWORD_SALT=settings.secret_key,
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106
        # Argon2 alone: mixing our key into it would void every password when the key changes.
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],
        SECURITY_PASSWORD_LENGTH_MIN=12,
        SECURITY_PASSWORD_COMPLEXITY_CHECKER=None,
        SECURITY_RECOVERABLE=True,
        SECURITY_RESET_PASSWORD_WITHIN=timedelta(days=1),
        SECURITY_AUTO_LOGIN_AFTER_RESET=False,
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_LOGIN_URL="/sign-in",
        SECURITY_LOGOUT_URL="/sign-out",
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_RESET_URL="/password",
        SECURITY_POST_LOGIN_VIEW="/campaigns/",
        SECURITY_POST_LOGOUT_VIEW="/sign-in",
        SECURITY_POST_RESET_VIEW="/sign-in",
        SECURITY_LOGIN_USER_TEMPLATE="accounts/sign_in.html",
        SECURITY_VERIFY_TEMPLATE="accounts/password_again.html",
        SECURITY_FORGOT_PASSWORD_TEMPLATE="accounts/forgot_password.html",  # noqa: S106
        SECURITY_RESET_PASSWORD_TEMPLATE="accounts/reset_password.html",  # noqa: S106
        SECURITY_EMAIL_SENDER=settings.mail_from,
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        SECURITY_API_ENABLED_METHODS=["session"],
        SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS=False,
        SECURITY_DEFAULT_REMEMBER_ME=False,
        SECURITY_STATIC_FOLDER=None,
        # Our own header on every answer says the same, and says it well-formed.
        SECURITY_CACHE_CONTROL=None,
    )
    if settings.weak_passwords_hash:
        app.config["SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS"] = {
            "argon2__time_cost": 1,
            "argon2__memory_cost": 8,
            "argon2__parallelism": 1,
        }
    own = scoped_session(single_statements(engine))
    app.teardown_appcontext(lambda _error: own.remove())
    datastore = SQLAlchemySessionUserDatastore(own, SignInUser, SignInRole)
    security = Security(
        app,
        datastore,
        mail_util_cls=SecurityMail,
        login_form=SignInForm,
        forgot_password_form=PasswordLinkForm,
        verify_form=PasswordAgainForm,
        register_blueprint=True,
    )
    security.two_factor_plugins = SecondStep()
    security.verify_context_processor(passkeys_here)
    # Browsers only: the library's own tokens would outlive a sign-out and stand in addresses.
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]
    _keep_sign_ins(app)


def _keep_sign_ins(app: Flask) -> None:
    """Let a cookie hold only as long as its sign-in does, which the server knows."""
    user_authenticated.connect(_begin, app)
    user_logged_out.connect(_end, app)
    password_reset.connect(_end_all, app)
    load = app.login_manager._user_callback  # type: ignore[attr-defined]  # noqa: SLF001

    @app.login_manager.user_loader  # type: ignore[attr-defined,untyped-decorator]
    def load_live(cookie_name: str) -> UserMixin | None:
        user = load(cookie_name)
        if user is None:
            return None
        holds = sign_ins.holds(pages.sessions(), user.id, session.get(KEY, ""), now=pages.now())
        return user if holds else None


def set_password(app: Flask, sessions: Sessions, user_id: int, password: str) -> None:
    """Give a user a password (the demo's random ones; people set their own by link)."""
    with app.test_request_context():
        hashed = hash_password(password)
    with across(sessions, Across.SIGN_IN, write=True) as database:
        database.execute(update(User).where(User.id == user_id).values(password=hashed))


def password_link(app: Flask, sessions: Sessions, user_id: int) -> str:
    """Give a one-time address at which a user sets a password; it ends after a day."""
    with across(sessions, Across.SIGN_IN) as database:
        user = database.get_one(SignInUser, user_id)
    with app.test_request_context():
        token = generate_reset_password_token(user)  # type: ignore[no-untyped-call]
        return pages.settings().public_url + str(url_for_security("reset_password", token=token))


def link_here(user_id: int) -> str:
    """Give the address that lets a user in for the first time, inside a request.

    It sets a password once, within a day; who has one already is led to sign-in.
    """
    with across(pages.sessions(), Across.SIGN_IN) as database:
        user = database.get_one(SignInUser, user_id)
    if user.password is not None:
        return pages.settings().public_url + str(url_for_security("login"))
    token = generate_reset_password_token(user)  # type: ignore[no-untyped-call]
    return pages.settings().public_url + str(url_for_security("reset_password", token=token))


def _send(settings: Settings, message: EmailMessage) -> None:
    try:
        mail.send(settings, message)
    except (smtplib.SMTPException, OSError) as error:
        # The server's words may hold the address.
        log.warning("a mail about a password was not sent: %s", type(error).__name__)


def _account(typed: str | None) -> str:
    """Give an address as the library looks it up, so that its spellings are one account."""
    text = (typed or "").strip()
    try:
        return str(_security.mail_util.normalize(text))
    except ValueError:
        return text


def _begin(_app: Flask, user: UserMixin, **_told: Any) -> None:
    """Note the sign-in; the cookie holds the key to its row from now on."""
    session[KEY] = sign_ins.begin(
        pages.sessions(),
        user.id,
        browser=browser_words(request.user_agent.string),
        address=masked(request.remote_addr),
        now=pages.now(),
        only=g.get(BY_PROVIDER_OF),
    )


def _end(_app: Flask, user: UserMixin) -> None:
    """End this sign-in: a cookie copied before opens nothing any more."""
    sign_ins.sign_out(pages.sessions(), user.id, session.pop(KEY, ""), now=pages.now())


def _end_all(_app: Flask, user: UserMixin, **_told: Any) -> None:
    """End every sign-in of who has set a new password."""
    with across(pages.sessions(), Across.SIGN_IN, write=True) as database:
        sign_ins.end_all(database, user.id, now=pages.now())
