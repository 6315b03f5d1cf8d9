"""The service: wires rooms together and fills the registries, nothing else."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from flask import Flask, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from flask_wtf import CSRFProtect

from assess.accounts import guard, sign_in
from assess.campaigns import bounces, mailing, outbox, reminders, stop_views
from assess.campaigns import views as campaigns
from assess.db.engine import make_engine, make_sessions
from assess.jobs.worker import Handler, Planned
from assess.paths import data_dir
from assess.rankings import views as rankings
from assess.reports import service as report_service
from assess.reports import views as reports
from assess.settings import Settings
from assess.sittings import views as sittings
from assess.web import address, errors, headers, pages, sign_in_words

#: What the worker can do, by the kind of job.
HANDLERS: Mapping[str, Handler] = {
    outbox.MAIL_JOB: mailing.send_mail,
    reminders.PLAN_JOB: reminders.plan_reminders,
    bounces.READ_JOB: bounces.read_mailbox,
    "make-report": report_service.make_report,
}

#: What comes round by itself.
PLANNED: Sequence[Planned] = (reminders.HOURLY, bounces.EACH_TEN_MINUTES)


def create_app(settings: Settings) -> Flask:
    """Build the service for ``settings``; the database must be migrated already."""
    app = Flask("assess", template_folder=str(data_dir("templates")), static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="__Host-assess" if settings.secure else "assess",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # A copied cookie ends, too; every page that notes something begins the time anew.
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        MAX_CONTENT_LENGTH=16 * 1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,
        # Day before month, as in the reports; the product's own words are international English.
        BABEL_DEFAULT_LOCALE="en_GB",
        # Our own Referrer-Policy keeps the referrer away that this check would demand.
        WTF_CSRF_SSL_STRICT=False,
    )
    engine = make_engine(settings.database_url)
    sessions = make_sessions(engine)
    app.extensions["assess"] = {"settings": settings, "sessions": sessions, "engine": engine}
    app.jinja_env.add_extension("jinja2.ext.i18n")
    Babel(app)
    csrf = CSRFProtect(app)
    csrf.exempt(sittings.bp)  # its forms carry a token of the candidate's own link
    csrf.exempt(stop_views.bp)  # a mail program posts to it; its address is the token
    address.install(app, settings)
    headers.install(app, secure=settings.secure)
    pages.install(app)
    errors.install(app)
    app.config.update(sign_in_words.settings())
    sign_in.install(app, engine, settings)
    guard.install(app)
    app.register_blueprint(sittings.entry)
    app.register_blueprint(sittings.bp)
    app.register_blueprint(rankings.bp)
    app.register_blueprint(reports.bp)
    app.register_blueprint(campaigns.bp)
    app.register_blueprint(stop_views.bp)

    @app.get("/")
    def home() -> ResponseReturnValue:
        return redirect(url_for("security.login"))

    @app.get("/healthz")
    def healthz() -> ResponseReturnValue:
        return {"status": "ok"}

    return app
