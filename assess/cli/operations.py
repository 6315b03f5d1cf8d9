"""Run an installation: init, serve, worker, db."""

import logging
from datetime import UTC, datetime

import click

from assess.accounts import factors
from assess.accounts import service as accounts
from assess.accounts.sign_in import password_link
from assess.app import HANDLERS, PLANNED, create_app
from assess.cli.faults import faults_to_exit
from assess.db.engine import make_engine, make_sessions
from assess.db.migrate import upgrade
from assess.db.row_security import is_passed_by
from assess.jobs.worker import run_forever, run_until_idle
from assess.settings import Settings


@click.command()
@click.option("--organisation", required=True, help="Name of the first organisation.")
@click.option("--admin", required=True, metavar="EMAIL", help="Its first administrator.")
@faults_to_exit
def init(organisation: str, admin: str) -> None:
    """Make the database and a first organisation; print a one-time link to set a password."""
    settings = Settings.from_env()
    _bring_up(settings)
    app = create_app(settings)
    sessions = app.extensions["assess"]["sessions"]
    name = admin.partition("@")[0]
    _organisation, user_id = accounts.found_organisation(
        sessions, organisation, admin, name, now=datetime.now(UTC)
    )
    click.echo("Set your password within a day (the link works once):")
    click.echo(password_link(app, sessions, user_id))
    app.extensions["assess"]["engine"].dispose()


@click.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, metavar="HOST:PORT")
@faults_to_exit
def serve(bind: str) -> None:
    """Run the service: web workers and, beside them, one worker for jobs."""
    from assess.cli.serving import serve as run  # noqa: PLC0415 - gunicorn is for this alone

    settings = Settings.from_env()
    _bring_up(settings)
    run(settings, bind)


@click.command()
@click.option("--once", is_flag=True, help="Do what is due, then stop.")
@click.option("--with-parent", is_flag=True, help="Stop when the starting process is gone.")
@faults_to_exit
def worker(*, once: bool, with_parent: bool) -> None:
    """Do the jobs: mails, reminders, reports. Several workers may run at once."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    settings = Settings.from_env()
    sessions = make_sessions(make_engine(settings.database_url))
    if once:
        count = run_until_idle(sessions, settings, HANDLERS, planned=PLANNED)
        click.echo(f"{count} jobs done")
    else:
        run_forever(sessions, settings, HANDLERS, planned=PLANNED, with_parent=with_parent)


@click.command(name="reset-second-factor")
@click.argument("email")
@faults_to_exit
def reset_second_factor(email: str) -> None:
    """Remove the second factors of somebody who has lost them; ends their sign-ins.

    For the last administrator, and for members of several organisations; everybody else's
    administrator does it on the page of members. Make sure first who asks.
    """
    engine = make_engine(Settings.from_env().database_url)
    try:
        had = factors.reset(make_sessions(engine), email, now=datetime.now(UTC))
    finally:
        engine.dispose()
    click.echo("Removed: the password alone signs in." if had else "There was no second factor.")


@click.group()
def db() -> None:
    """Look after the database."""


@db.command(name="upgrade")
@faults_to_exit
def upgrade_command() -> None:
    """Bring the schema to this version; doing it again changes nothing."""
    _bring_up(Settings.from_env())
    click.echo("The database is at the newest schema.")


def _bring_up(settings: Settings) -> None:
    engine = make_engine(settings.database_url)
    upgrade(engine)
    if is_passed_by(engine):
        click.echo(
            "Warning: the database role is a superuser or has BYPASSRLS, so row-level security "
            "does not guard the organisations. Give the service a role of its own.",
            err=True,
        )
    engine.dispose()
