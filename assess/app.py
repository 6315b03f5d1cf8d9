"""The service: wires rooms together and fills the registries, nothing else."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from flask import Flask, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from flask_wtf import CSRFProtect

from assess.accounts import (
    brand_views,
    factor_views,
    guard,
    member_views,
    oidc_account_views,
    oidc_admin_views,
    oidc_views,
    organisation_views,
    second_step_views,
    sign_in,
    sign_in_views,
)
from assess.authoring import views as authoring
from assess.campaigns import (
    another_way,
    bounces,
    import_jobs,
    import_queries,
    import_service,
    import_views,
    mailing,
    outbox,
    people_act_service,
    people_views,
    profile_uses,
    reminders,
    requirement_views,
    stop_views,
    wording_service,
    wording_views,
)
from assess.campaigns import own_data as campaign_data
from assess.campaigns import views as campaigns
from assess.candidates import merge_views, personal_data, pool_views
from assess.candidates import own_data as candidate_data
from assess.db.engine import make_engine, make_sessions
from assess.demographics import own_data as demographic_data
from assess.experts import views as experts
from assess.jobs.worker import Handler, Planned
from assess.monitoring import views as monitoring
from assess.paths import data_dir
from assess.portal import act_views as portal_acts
from assess.portal import codes, job_views
from assess.portal import jobs as portal_jobs
from assess.portal import member_views as portal_members
from assess.portal import own_data as portal_data
from assess.portal import reuse_views as portal_reuse
from assess.portal import views as portal
from assess.portal.service import ERASE_JOB
from assess.profiles import (
    driver_views,
    profile_views,
    rater_mailing,
    rater_pages,
    rater_service,
    rater_views,
    record_queries,
    record_service,
    record_views,
)
from assess.rankings import (
    compare_views,
    consider_views,
    decision_views,
    difference_views,
    drift_effect,
    elsewhere_views,
    export_queries,
    export_service,
    export_views,
    interview_views,
    note_views,
    order_service,
    order_views,
    outcome_views,
    placement_views,
    pool_facts,
    reveal_views,
    tuning_views,
)
from assess.rankings import own_data as ranking_data
from assess.rankings import views as rankings
from assess.reports import own_data as report_data
from assess.reports import service as report_service
from assess.reports import views as reports
from assess.settings import Settings
from assess.sittings import (
    answering,
    display,
    earlier_views,
    entry_views,
    exposure,
    moving_views,
    pauses,
    practice_views,
    preview,
    public,
    retest_views,
    reuse_data,
)
from assess.sittings import own_data as sitting_data
from assess.sittings import requirement_views as job_ask_views
from assess.sittings import views as sittings
from assess.web import address, errors, headers, languages, pages, sign_in_words

#: Who keeps personal data, in the order of erasure: what refers to others goes first.
KEEPERS = (
    portal_data.KEEPER,
    report_data.KEEPER,
    ranking_data.KEEPER,
    reuse_data.KEEPER,
    campaign_data.KEEPER,
    sitting_data.KEEPER,
    demographic_data.KEEPER,
    candidate_data.KEEPER,
)
personal_data.register(KEEPERS)

#: What the worker can do, by the kind of job.
HANDLERS: Mapping[str, Handler] = {
    outbox.MAIL_JOB: mailing.send_mail,
    reminders.PLAN_JOB: reminders.plan_reminders,
    bounces.READ_JOB: bounces.read_mailbox,
    wording_service.TEST_JOB: wording_service.send_test,
    people_act_service.ACT_JOB: people_act_service.do,
    another_way.MAIL_JOB: another_way.send_question,
    import_queries.CHECK_JOB: import_jobs.check_people,
    import_queries.INVITE_JOB: import_jobs.invite_people,
    import_service.FORGET_JOB: import_jobs.forget_file,
    import_service.FORGET_ROWS_JOB: import_jobs.forget_rows,
    order_service.RANK_JOB: order_service.make_ranking,
    export_queries.MAKE_JOB: export_service.make_export,
    export_service.FORGET_JOB: export_service.forget_export,
    "make-report": report_service.make_report,
    codes.JOB: portal_jobs.send_code,
    ERASE_JOB: portal_jobs.erase_person,
    record_queries.READ_JOB: record_service.read_export,
    record_service.FORGET_JOB: record_service.forget_export,
    rater_service.MAIL_JOB: rater_mailing.send_link,
}

#: What comes round by itself.
PLANNED: Sequence[Planned] = (reminders.HOURLY, bounces.EACH_TEN_MINUTES)


#: Pages whose forms carry a token of the reader's own link.
OWN_TOKEN = (
    sittings.bp,
    practice_views.bp,
    answering.bp,
    display.bp,
    earlier_views.bp,
    pauses.bp,
    job_ask_views.bp,
    moving_views.bp,
    portal.door,
    portal.bp,
    portal_acts.bp,
    portal_reuse.bp,
    job_views.bp,
    rater_pages.bp,
)
#: Pages that need no token: their forms change nothing, or their address is the token.
TOKENLESS = (public.bp, stop_views.bp)
#: Pages whose forms carry the token of a member's sign-in or of the browser.
GUARDED = (
    entry_views.bp,
    moving_views.entry,
    portal.mailed,
    rankings.bp,
    order_views.bp,
    elsewhere_views.bp,
    placement_views.bp,
    tuning_views.bp,
    difference_views.bp,
    compare_views.bp,
    consider_views.bp,
    interview_views.bp,
    export_views.bp,
    decision_views.bp,
    note_views.bp,
    outcome_views.bp,
    reveal_views.bp,
    experts.bp,
    reports.bp,
    campaigns.bp,
    pool_views.bp,
    merge_views.bp,
    import_views.bp,
    retest_views.bp,
    requirement_views.bp,
    wording_views.bp,
    people_views.bp,
    preview.bp,
    portal_members.bp,
    record_views.bp,
    driver_views.bp,
    profile_views.bp,
    rater_views.bp,
    rater_pages.door,
    monitoring.bp,
    member_views.bp,
    brand_views.bp,
    oidc_views.bp,
    oidc_account_views.bp,
    oidc_admin_views.bp,
    sign_in_views.bp,
    second_step_views.bp,
    factor_views.bp,
    organisation_views.bp,
)


def create_app(settings: Settings) -> Flask:
    """Build the service for ``settings``; the database must be migrated already."""
    app = Flask("assess", template_folder=str(data_dir("templates")), static_folder=None)
    _configure(app, settings)
    engine = make_engine(settings.database_url)
    sessions = make_sessions(engine)
    app.extensions["assess"] = {"settings": settings, "sessions": sessions, "engine": engine}
    app.jinja_env.add_extension("jinja2.ext.i18n")
    Babel(app, locale_selector=languages.select_locale)
    forgery = CSRFProtect(app)
    for blueprint in (*OWN_TOKEN, *TOKENLESS):
        forgery.exempt(blueprint)
    address.install(app, settings)
    headers.install(app, secure=settings.secure)
    pages.install(app)
    errors.install(app)
    sign_in.install(app, engine, settings)
    guard.install(app)
    authoring.install(app, exposure.uses)
    pool_views.install(app, pool_facts.FACTS)
    profile_views.install(app, profile_uses.uses, drift_effect.seats_moved)
    for blueprint in (*OWN_TOKEN, *TOKENLESS, *GUARDED):
        app.register_blueprint(blueprint)
    _add_own_pages(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
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
        BABEL_DEFAULT_LOCALE=languages.ENGLISH,
        # Our own Referrer-Policy keeps the referrer away that this check would demand.
        WTF_CSRF_SSL_STRICT=False,
    )
    app.config.update(sign_in_words.settings())


def _add_own_pages(app: Flask) -> None:
    @app.get("/")
    def home() -> ResponseReturnValue:
        return redirect(url_for("security.login"))

    @app.get("/healthz")
    def healthz() -> ResponseReturnValue:
        return {"status": "ok"}
