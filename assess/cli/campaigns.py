"""Campaigns from the command line: create, import answers, report."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from assess.accounts.actor import Actor, system
from assess.accounts.models import Organisation
from assess.authoring.queries import present, public_examples
from assess.campaigns import queries, service
from assess.campaigns.service import SHORTEST_LIMIT, DriverShare, Opening
from assess.cli.faults import faults_to_exit
from assess.cli.progress import progress, share_done
from assess.cli.tables import Table, whole_number
from assess.db.engine import make_engine, make_sessions
from assess.db.scope import Across, Sessions, across, reading
from assess.errors import Conflict, Invalid, NotFound
from assess.instruments.catalogue import Catalogue, open_catalogue
from assess.instruments.document import Node, read_document, refuse
from assess.instruments.model import Instrument
from assess.settings import Settings
from assess.sittings.battery import same_instruments
from assess.sittings.imports import ImportedPerson, import_people

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Installation:
    """What every command here needs: the data, the questionnaires and who acts."""

    settings: Settings
    sessions: Sessions
    catalogue: Catalogue
    actor: Actor


@contextmanager
def installation(organisation: str | None) -> Iterator[Installation]:
    """Open the installation of the environment, acting for ``organisation`` by name.

    Without a name the only organisation is meant; Invalid when there are several.
    """
    settings = Settings.from_env()
    engine = make_engine(settings.database_url)
    try:
        sessions = make_sessions(engine)
        catalogue = open_catalogue(settings.questionnaires_dir)
        yield Installation(settings, sessions, catalogue, _acting(sessions, organisation))
    finally:
        engine.dispose()


def _acting(sessions: Sessions, organisation: str | None) -> Actor:
    with across(sessions, Across.OPERATOR) as session:
        known = {row.name: row.id for row in session.scalars(select(Organisation))}
    if organisation is None and len(known) == 1:
        organisation = next(iter(known))
    if organisation is None:
        raise Invalid(f"--organisation: name one of {', '.join(sorted(known)) or 'none yet'}")
    if organisation not in known:
        raise NotFound(f"--organisation: there is no organisation named {organisation!r}")
    return system(known[organisation])


def campaign_number(ours: Installation, named: str) -> int:
    """Find a campaign by its number or its exact title."""
    with reading(ours.sessions, ours.actor.organisation_id) as session:
        found = [c for c in queries.campaigns(session) if named in (str(c.id), c.title)]
    if not found:
        raise NotFound(f"CAMPAIGN: there is no campaign {named!r}")
    if len(found) > 1:
        raise Invalid(f"CAMPAIGN: {len(found)} campaigns are titled {named!r}; give the number")
    return found[0].id


of_organisation = click.option(
    "--organisation", help="Whose campaign; needed when there are several."
)
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.group()
def campaign() -> None:
    """Open campaigns."""


@campaign.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@of_organisation
@_json
@faults_to_exit
def create(file: Path, organisation: str | None, *, as_json: bool) -> None:
    """Open a campaign as FILE.yaml describes it; print its number."""
    with installation(organisation) as ours:
        opening = _opening(file, ours.catalogue)
        campaign_id = service.open_campaign(
            ours.sessions, ours.actor, ours.catalogue, opening, now=datetime.now(UTC)
        )
        _warn_of_public_keys(ours, campaign_id)
    _tell({"campaign": campaign_id}, f"Campaign {campaign_id} is open.", as_json=as_json)


def _warn_of_public_keys(ours: Installation, campaign_id: int) -> None:
    """Say on standard error which questionnaires anybody can read the key of."""
    with reading(ours.sessions, ours.actor.organisation_id) as session:
        parts = queries.campaign(session, campaign_id).parts
        public = public_examples(session, present(session, ours.catalogue, parts))
    if public:
        keys = ", ".join(one.key for one in public)
        click.echo(f"Published example questions, whose key anybody can read: {keys}", err=True)


def _opening(file: Path, catalogue: Catalogue) -> Opening:
    faults: list[str] = []
    root = read_document(file, faults)
    refuse(faults)
    root.expect(
        ("title", "brand", "seats", "opens_on", "closes_on", "contact_mix"),
        ("battery", "n_contacts", "multipliers", "time_limit_minutes"),
    )
    opening = Opening(
        title=root.text("title"),
        brand=root.text("brand"),
        seats=root.whole("seats", 1),
        drivers=tuple(_driver(node, catalogue) for node in root.child("contact_mix").entries()),
        n_contacts=root.whole("n_contacts", 0) if root.has("n_contacts") else None,
        multipliers={code: node.as_number() for code, node in root.child("multipliers").pairs()}
        or None,
        battery=_battery(root, catalogue),
        opens_on=_day(root, "opens_on"),
        closes_on=_day(root, "closes_on"),
        time_limit_minutes=root.whole("time_limit_minutes", SHORTEST_LIMIT)
        if root.has("time_limit_minutes")
        else None,
    )
    refuse(faults)
    return opening


def _driver(node: Node, catalogue: Catalogue) -> DriverShare:
    node.expect(("driver", "share", "minutes"))
    return DriverShare(
        node.choice("driver", tuple(catalogue.call_drivers)),
        node.number("share", 0, 1),
        node.number("minutes", 0.01),
    )


def _battery(root: Node, catalogue: Catalogue) -> tuple[str, ...]:
    if not root.has("battery"):
        return catalogue.default_battery
    return tuple(node.as_text() for node in root.child("battery").entries())


def _day(root: Node, key: str) -> date:
    word = root.day(key)
    try:
        return date.fromisoformat(word)
    except ValueError:
        return date.min  # the fault is noted already, or the key is missing


@click.command("import-answers")
@click.argument("campaign_named", metavar="CAMPAIGN")
@click.argument("answers", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@of_organisation
@_json
@faults_to_exit
def import_answers(
    campaign_named: str, answers: Path, organisation: str | None, *, as_json: bool
) -> None:
    """Take ANSWERS.csv (person, then item columns) into CAMPAIGN and score everybody.

    Item columns the campaign's instruments do not use are named once and ignored. All rows are
    taken, or none.
    """
    with installation(organisation) as ours:
        count = _import(ours, campaign_number(ours, campaign_named), answers)
    _tell({"imported": count}, f"{count} people imported and scored.", as_json=as_json)


def _import(ours: Installation, campaign_id: int, answers: Path) -> int:
    with reading(ours.sessions, ours.actor.organisation_id) as session:
        parts = queries.campaign(session, campaign_id).parts
        battery = same_instruments(session, ours.catalogue, parts)
    people, tables = _read(answers, battery)
    try:
        return import_people(
            ours.sessions,
            ours.actor,
            ours.catalogue,
            campaign_id,
            [ImportedPerson(code=person, name=person, email=None) for person in people],
            tables,
            now=datetime.now(UTC),
            source=f"imported from {answers.name}",
            simulated=False,
        )
    except Conflict as error:
        raise Invalid(f"{answers}: person {error} Nothing was imported.") from error


def _read(path: Path, battery: Sequence[Instrument]) -> tuple[list[str], dict[str, FloatArray]]:
    """Read the answers to those instruments of the battery the file has columns of."""
    table = Table(path)
    used = [inst for inst in battery if set(inst.item_ids) & set(table.columns)]
    if not used:
        keys = ", ".join(instrument.key for instrument in battery)
        raise Invalid(f"{path}: row 1: no column is an item of {keys}")
    known = {item for instrument in used for item in instrument.item_ids}
    ignored = [name for name in table.columns if name not in known]
    if ignored:
        shown = ", ".join(ignored)
        click.echo(f"{path}: columns that are no items and are ignored: {shown}", err=True)
    people: list[str] = []
    answers: dict[str, FloatArray] = {}
    with progress(len(used) * path.stat().st_size, "Reading") as step:
        for instrument in used:
            parse = whole_number(instrument.low, instrument.high)
            chunks = list(table.chunks(instrument.item_ids, parse, progress=step))
            people = [person for chunk in chunks for person in chunk.people]
            answers[instrument.key] = np.vstack([chunk.values for chunk in chunks])
    return people, answers


@click.command()
@click.argument("campaign_named", metavar="CAMPAIGN")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--people-pages", default=40, show_default=True, help="Pages for the first so many.")
@of_organisation
@_json
@faults_to_exit
def report(
    campaign_named: str,
    output: Path,
    people_pages: int,
    organisation: str | None,
    *,
    as_json: bool,
) -> None:
    """Rank CAMPAIGN's finished people and write the ranked PDF."""
    from assess.reports.handed_service import ranked_pdf  # noqa: PLC0415 - WeasyPrint is for this alone

    if not output.parent.is_dir():
        raise Invalid(f"{output}: the folder does not exist")
    with installation(organisation) as ours, share_done("Making the report") as told:
        content = ranked_pdf(
            ours.sessions,
            ours.actor,
            ours.catalogue,
            campaign_number(ours, campaign_named),
            people_pages=people_pages,
            now=datetime.now(UTC),
            progress=told,
        )
    output.write_bytes(content)
    _tell({"report": str(output)}, f"{output} ({len(content) // 1024} KB)", as_json=as_json)


def _tell(document: dict[str, object], line: str, *, as_json: bool) -> None:
    click.echo(json.dumps(document) if as_json else line)
