"""Import people into a campaign from the command line."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from assess.campaigns import inviting
from assess.campaigns.import_jobs import PIECE, SOURCE, pieces
from assess.campaigns.people_columns import NEEDED, PeopleColumns, suggest
from assess.campaigns.people_reading import PersonRow, read_people
from assess.candidates.service import Person
from assess.cli.campaigns import Installation, campaign_number, installation, of_organisation
from assess.cli.faults import faults_to_exit
from assess.cli.progress import progress
from assess.db.scope import reading, writing
from assess.errors import Invalid
from assess.jobs.queue import BULK
from assess.profiles.record_layout import Layout, find_layout
from assess.web.languages import DEFAULT, LANGUAGES


@dataclass(frozen=True)
class _Read:
    """Everybody in order, and a line for each faulty row."""

    people: list[Person]
    faults: list[str]


@click.command("import")
@click.argument("campaign_named", metavar="CAMPAIGN")
@click.argument("candidates", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--dry-run", is_flag=True, help="Say what would happen and write nothing.")
@click.option("--skip-faulty", is_flag=True, help="Name faulty rows, and invite the others.")
@click.option(
    "--language",
    type=click.Choice(list(LANGUAGES)),
    default=DEFAULT,
    show_default=True,
    help="Of people whose row names none.",
)
@of_organisation
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@faults_to_exit
def import_(
    campaign_named: str,
    candidates: Path,
    language: str,
    organisation: str | None,
    *,
    dry_run: bool,
    skip_faulty: bool,
    as_json: bool,
) -> None:
    """Invite the people of CANDIDATES (CSV or XLSX) to CAMPAIGN; mails are queued.

    The first row names the columns: e-mail, name (or first and family name), language, time
    zone, in English, French, Spanish or Indonesian. Each faulty row is named; nobody is invited
    then, unless --skip-faulty is given. Run again, it invites nobody twice.
    """
    with installation(organisation) as ours:
        campaign_id = campaign_number(ours, campaign_named)
        read = _read(candidates, language)
        if read.faults and not skip_faulty:
            raise Invalid(*read.faults)
        for fault in read.faults:
            click.echo(fault, err=True)
        counts = _standings(ours, campaign_id, read) if dry_run else _place(ours, campaign_id, read)
    told = {"people": len(read.people) + len(read.faults), **counts, "faulty": len(read.faults)}
    click.echo(json.dumps(told) if as_json else _words(told, dry_run=dry_run))


def _read(path: Path, language: str) -> _Read:
    """Read the whole file; Invalid for a file that is no list of people."""
    try:
        layout = find_layout(path, narrowest=1)
        columns = PeopleColumns(_places(layout), language)
        rows = list(read_people(path, layout, columns))
    except Invalid as invalid:
        raise Invalid(
            *(f"{path}: {fault.removeprefix('file: ')}" for fault in invalid.faults)
        ) from None
    people = [row.person for row in rows if row.person is not None]
    return _Read(people, [_fault(path, row) for row in rows if row.person is None])


def _places(layout: Layout) -> dict[str, int]:
    places = suggest(layout)
    if NEEDED not in places:
        raise Invalid(f"row {layout.skip + 1}: no column is named like an e-mail address")
    return places


def _fault(path: Path, row: PersonRow) -> str:
    return f"{path}: row {row.number}: {row.fault}"


def _standings(ours: Installation, campaign_id: int, read: _Read) -> dict[str, int]:
    """Count what inviting would come to."""
    counts = Counter(new=0, known=0, already=0)
    for piece in pieces(iter(read.people), PIECE):
        with reading(ours.sessions, ours.actor.organisation_id) as session:
            known = inviting.standings(session, campaign_id, [one.address for one in piece])
        already = sum(one.invited for one in known.values())
        counts.update(new=len(piece) - len(known), known=len(known) - already, already=already)
    return dict(counts)


def _place(ours: Installation, campaign_id: int, read: _Read) -> dict[str, int]:
    """Invite everybody, a piece to a transaction: what is stopped can be run again."""
    counts = Counter(invited=0, already=0)
    now = datetime.now(UTC)
    with progress(len(read.people), "Inviting") as step:
        for piece in pieces(iter(read.people), PIECE):
            with writing(ours.sessions, ours.actor.organisation_id) as session:
                campaign = inviting.open_for_update(session, campaign_id, now)
                placed = inviting.place(
                    session, ours.actor, campaign, piece, now=now, source=SOURCE, priority=BULK
                )
            made = len(placed.made)
            counts.update(invited=made, already=len(piece) - made)
            step(len(piece))
    return dict(counts)


def _words(told: dict[str, int], *, dry_run: bool) -> str:
    if dry_run:
        return (
            f"{told['people']} people in the file: {told['new']} new, {told['known']} known, "
            f"{told['already']} in the campaign already, {told['faulty']} faulty. "
            "Nothing is written."
        )
    return (
        f"{told['invited']} people invited, {told['already']} in the campaign already, "
        f"{told['faulty']} faulty."
    )
