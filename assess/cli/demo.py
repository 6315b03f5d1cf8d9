"""The demonstration: fresh data, simulated candidates, a ranked PDF, the running service."""

import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import click
import numpy as np
from flask import Flask

from assess.accounts import service as accounts
from assess.accounts.actor import Actor
from assess.accounts.models import RoleName
from assess.accounts.sign_in import set_password
from assess.app import create_app
from assess.campaigns import queries
from assess.campaigns import service as campaigns
from assess.campaigns.service import DriverShare, Opening, Person
from assess.cli.faults import faults_to_exit
from assess.cli.progress import progress, share_done
from assess.db.engine import make_engine, make_sessions
from assess.db.migrate import upgrade
from assess.db.scope import Sessions, reading
from assess.errors import Refused
from assess.instruments.catalogue import Catalogue, default_catalogue
from assess.instruments.simulation import simulate_answers
from assess.rankings import queries as rankings
from assess.rankings.service import rank_campaign
from assess.reports.handed_service import candidate_pdf, ranked_pdf
from assess.settings import Settings
from assess.sittings.imports import ImportedPerson, import_people

FOLDER: Final = Path("demo")
_MARK: Final = ".assess-demo"
PEOPLE: Final = 200
PAGES: Final = 20
SEED: Final = 20261122
BATTERY: Final = ("work-style", "service-judgement-a")

#: A brand that delivers parcels and takes them back (shares of contacts, minutes each).
MIX: Final = (
    DriverShare("delivery", 0.35, 7),
    DriverShare("returns", 0.25, 6),
    DriverShare("defect", 0.10, 8),
    DriverShare("status", 0.20, 3),
    DriverShare("cancel", 0.10, 9),
)
_FIRST: Final = (  # noqa: SIM905 - readable as words
    "Ada Alma Amir Anh Arno Beatriz Bela Carmen Chidi Dana Davi Dewi Elif Emre Esra Farah "
    "Femi Gita Hana Hugo Ines Ivo Jana Joao Kai Kamala Lars Leila Linh Lucia Malik Mara Mei "
    "Milan Nadia Nils Noor Olga Omar Paula Pavel Priya Rafael Rosa Sami Sena Sofia Tariq Tova "
    "Uma Vera Wayan Yara Zoe"
).split()
_LAST: Final = (  # noqa: SIM905 - readable as words
    "Abara Alvarez Anders Bakker Baran Bello Berg Castro Chandra Costa Dang Demir Dubois Eze "
    "Farkas Fischer Garcia Gunawan Haddad Hansen Horvat Ibrahim Ivanova Jensen Kaya Keller "
    "Kovacs Kumar Laurent Lindgren Lopez Mahler Marino Mendes Moreau Nair Novak Nguyen Okafor "
    "Osei Pereira Petrov Pham Putri Quist Rahman Rossi Saleh Santoso Silva Sorensen Tran "
    "Unger Varga Weber Yilmaz Zhou"
).split()


@dataclass(frozen=True)
class Stage:
    """The demo's installation and who acts in it."""

    settings: Settings
    sessions: Sessions
    catalogue: Catalogue
    app: Flask
    recruiter: Actor
    passwords: Mapping[str, tuple[str, str]]


@click.command()
@click.option("--no-serve", is_flag=True, help="Stop before serving.")
@click.option("--bind", default="127.0.0.1:8000", show_default=True, metavar="HOST:PORT")
@faults_to_exit
def demo(bind: str, *, no_serve: bool) -> None:
    """Show the main job on fresh embedded data with simulated candidates."""
    _fresh_folder()
    with progress(3, "People") as step:
        stage = _install(f"http://{bind}")
        step(1)
        campaign_id = _campaign(stage)
        _people(stage, campaign_id)
        step(1)
        link = _open_invitation(stage, campaign_id)
        step(1)
    _reports(stage, campaign_id)
    _tell(stage, link)
    stage.app.extensions["assess"]["engine"].dispose()
    if not no_serve:
        from assess.cli.serving import serve  # noqa: PLC0415 - gunicorn is for this alone

        click.echo(f"\nServing on {stage.settings.public_url}, until Ctrl-C.")
        serve(stage.settings, bind)


def _now() -> datetime:
    return datetime.now(UTC)


def _fresh_folder() -> None:
    """Empty the demo's folder; a folder that is not a demo's is left alone."""
    if FOLDER.exists():
        if not (FOLDER / _MARK).is_file():
            raise Refused(f"{FOLDER.resolve()} exists and is no demo; move it away first.")
        shutil.rmtree(FOLDER)
        click.echo(f"The earlier demo in {FOLDER}/ is removed; this one starts afresh.")
    FOLDER.mkdir(mode=0o700)
    (FOLDER / _MARK).touch()


def _install(url: str) -> Stage:
    here = FOLDER.resolve()
    settings = Settings(
        secret_key=secrets.token_urlsafe(48),
        public_url=url,
        database_url=f"sqlite:///{here / 'assess.sqlite'}",
        files_dir=here / "files",
        mail_dir=here / "mail",
        simulated=True,
    )
    engine = make_engine(settings.database_url)
    upgrade(engine)
    engine.dispose()
    app = create_app(settings)
    sessions = make_sessions(app.extensions["assess"]["engine"])
    organisation_id, admin_id = accounts.found_organisation(
        sessions, "Demo Contact Centre", "admin@demo.example", "Alex Admin", now=_now()
    )
    acting = Actor(organisation_id, "system")
    users = {"admin@demo.example": ("administrator", admin_id)}
    members = {}
    for role, name in ((RoleName.RECRUITER, "Robin"), (RoleName.HIRING_MANAGER, "Hilary")):
        email = f"{role.value.replace('_', '.')}@demo.example"
        label = role.value.replace("_", " ")
        members[role], user_id = accounts.add_member(
            sessions, acting, email, f"{name} {label.title()}", role, now=_now()
        )
        users[email] = (label, user_id)
    passwords = {}
    for email, (label, user_id) in users.items():
        passwords[email] = (label, secrets.token_urlsafe(12))
        set_password(app, sessions, user_id, passwords[email][1])
    recruiter = Actor(organisation_id, "member", members[RoleName.RECRUITER], RoleName.RECRUITER)
    return Stage(settings, sessions, default_catalogue(), app, recruiter, passwords)


def _campaign(stage: Stage) -> int:
    today = _now().date()
    opening = Opening(
        title="Delivery and returns support",
        brand="Parcel & Home (demo)",
        seats=40,
        drivers=MIX,
        n_contacts=None,
        multipliers=None,
        battery=BATTERY,
        opens_on=today,
        closes_on=today + timedelta(days=60),
        simulated=True,
    )
    return campaigns.open_campaign(
        stage.sessions, stage.recruiter, stage.catalogue, opening, now=_now(), seed=SEED
    )


def _people(stage: Stage, campaign_id: int) -> None:
    rng = np.random.default_rng(SEED)
    pairs = rng.permutation(len(_FIRST) * len(_LAST))[:PEOPLE]
    people = [
        ImportedPerson(
            code=f"SIM-{number:03d}",
            name=f"{_FIRST[pair // len(_LAST)]} {_LAST[pair % len(_LAST)]}",
            email=None,
        )
        for number, pair in enumerate(pairs.tolist(), 1)
    ]
    import_people(
        stage.sessions,
        stage.recruiter,
        stage.catalogue,
        campaign_id,
        people,
        simulate_answers(stage.catalogue, BATTERY, PEOPLE, rng),
        now=_now(),
        source="simulated from the calibrated model",
        simulated=True,
    )


def _open_invitation(stage: Stage, campaign_id: int) -> str:
    """Invite one candidate who has not answered: the reader of the demo."""
    invited = campaigns.invite(
        stage.sessions,
        stage.recruiter,
        campaign_id,
        [Person("Visitor", "you@demo.example")],
        now=_now(),
        send=False,
    )
    with reading(stage.sessions, stage.recruiter.organisation_id) as session:
        invitation = queries.invitation(session, invited.invitation_ids[0])
    return campaigns.invitation_link(stage.settings, invitation)


def _reports(stage: Stage, campaign_id: int) -> None:
    """Rank everybody, and write the ranked report and the first person's."""
    now = _now()
    who = (stage.sessions, stage.recruiter, stage.catalogue, campaign_id)
    snapshot_id = rank_campaign(*who, now=now)
    with share_done("Report") as told:
        ranked = ranked_pdf(*who, people_pages=PAGES, now=now, progress=told)
    (FOLDER / "ranked.pdf").write_bytes(ranked)
    person = candidate_pdf(*who, _first_person(stage, snapshot_id), now=now)
    (FOLDER / "candidate.pdf").write_bytes(person)


def _first_person(stage: Stage, snapshot_id: int) -> int:
    with reading(stage.sessions, stage.recruiter.organisation_id) as session:
        return rankings.snapshot(session, snapshot_id).entries[0].candidate_id


def _tell(stage: Stage, link: str) -> None:
    click.echo(f"{PEOPLE} simulated candidates are ranked; no one in this demo is real.")
    click.echo(f"  Ranked report     {FOLDER / 'ranked.pdf'}")
    click.echo(f"  One candidate     {FOLDER / 'candidate.pdf'}")
    click.echo(f"  Sign in at        {stage.settings.public_url}/sign-in")
    for email, (label, password) in stage.passwords.items():
        click.echo(f"    {label:<15} {email:<28} {password}")
    click.echo(f"  Answer as a candidate (best on a phone's width)\n    {link}")
