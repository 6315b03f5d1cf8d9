"""Have a bank rated by experts, and publish the version they key: who, when, on what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from assess import __version__
from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.accounts.models import RoleName
from assess.authoring.models import PublishedInstrument
from assess.authoring.service import Source, freeze, publish_files
from assess.db.scope import Sessions, reading, writing
from assess.errors import Conflict, Invalid, NotFound, Refused
from assess.experts import queries
from assess.experts.models import Expert, ExpertPanel, ExpertRating
from assess.experts.queries import PanelView
from assess.instruments.catalogue import Catalogue
from assess.instruments.expert_key import KeyStudy
from assess.instruments.expert_sheet import ExpertSheet, read_workbook
from assess.instruments.folder import Files
from assess.instruments.model import Instrument
from assess.instruments.rekeying import new_version, next_version

ACTS: Final = (RoleName.PSYCHOLOGIST,)
LOOKS: Final = (*ACTS, RoleName.ADMINISTRATOR)
MOST_FILES: Final = 100


@dataclass(frozen=True)
class Imported:
    """What became of the workbooks of one upload.

    ``added`` and ``replaced`` name experts, ``known`` files that were there already; ``missing``
    maps an expert to how many responses they left blank; ``faults`` of the files not taken.
    """

    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    missing: Mapping[str, int] = field(default_factory=dict)
    faults: tuple[str, ...] = ()


def open_panel(
    sessions: Sessions, actor: Actor, catalogue: Catalogue, digest: str, *, now: datetime
) -> int:
    """Open a panel for the bank of which one form has ``digest``; return its id.

    A panel that is open for the same bank is the one. Raises NotFound for a digest that is
    neither published nor installed, Invalid for an instrument of another kind.
    """
    actor.must_be(*ACTS)
    with writing(sessions, actor.organisation_id) as session:
        _keep_installed(session, actor, catalogue, digest, now)
        published = session.scalar(
            select(PublishedInstrument).where(PublishedInstrument.digest == digest)
        )
        if published is None:
            raise NotFound("There is no such questionnaire.")
        if published.kind != "judgement":
            raise Invalid("Experts rate the responses of a judgement questionnaire only.")
        found = session.scalar(
            select(ExpertPanel.id).where(
                ExpertPanel.content_id == published.content_id, ExpertPanel.closed_at.is_(None)
            )
        )
        return found or _open(session, actor, published, now)


def import_workbooks(
    sessions: Sessions,
    actor: Actor,
    panel_id: int,
    workbooks: Sequence[tuple[str, bytes]],
    *,
    now: datetime,
) -> Imported:
    """Keep the ratings of ``workbooks``, as (file name, content); each stands for itself.

    A file that is faulty is told and the others are kept. An expert of the same name is replaced;
    a file that is there already changes nothing. Raises Invalid with every fault when no file
    could be taken, Refused for a panel that is closed.
    """
    actor.must_be(*ACTS)
    if not workbooks or len(workbooks) > MOST_FILES:
        raise Invalid(f"Choose 1 to {MOST_FILES} workbooks.")
    with reading(sessions, actor.organisation_id) as session:
        bank = queries.panel(session, panel_id).bank
    sheets, faults = _read(workbooks, bank)
    if not sheets:
        raise Invalid(*faults)
    with writing(sessions, actor.organisation_id) as session:
        row = _open_row(session, panel_id)
        added, replaced, known = _keep(session, row, sheets, now)
        taken = [sheet for _, sheet in sheets if sheet.name in (*added, *replaced)]
        if taken:
            audit.record(
                session, actor, "expert ratings imported", "expert_panel", panel_id, now=now,
                added=len(added), replaced=len(replaced), files=[one.digest for one in taken],
            )  # fmt: skip
    return Imported(
        added=tuple(added),
        replaced=tuple(replaced),
        known=tuple(known),
        missing={one.name: len(one.missing) for one in taken if one.missing},
        faults=tuple(faults),
    )


def close_panel(sessions: Sessions, actor: Actor, panel_id: int, *, now: datetime) -> None:
    """Close a panel without a key; its ratings stay. Raises Refused when it is closed."""
    actor.must_be(*ACTS)
    with writing(sessions, actor.organisation_id) as session:
        _close(session, actor, _open_row(session, panel_id), None, now)


def proposed_files(session: Session, panel: PanelView, study: KeyStudy, *, date: str) -> Files:
    """Give the files of the version that a panel's ratings make; Invalid when they make none.

    No wording changes, so translations added or signed since go with it.
    """
    version = next_version(panel.version, queries.versions(session, panel.folder))
    files = {**panel.files, **queries.later_translations(session, panel)}
    return new_version(files, study, version=version, date=date, engine=__version__)


def publish_key(
    sessions: Sessions, actor: Actor, panel_id: int, *, seal: str, now: datetime
) -> tuple[str, list[str]]:
    """Publish the version a panel keys and close the panel; return version and digests.

    ``seal`` names the ratings that were looked at. Raises Conflict when others came since,
    Refused when the panel is closed, Invalid when its ratings make no key.
    """
    actor.must_be(*ACTS)
    with reading(sessions, actor.organisation_id) as session:
        panel = queries.panel(session, panel_id)
        study = panel.study()
        if not panel.is_open:
            raise Refused("This panel is closed.")
        if study is None:
            raise Invalid("At least two experts must have rated.")
        files = proposed_files(session, panel, study, date=now.date().isoformat())
    version = queries.bank_of(files).version
    with writing(sessions, actor.organisation_id) as session:
        row = _open_row(session, panel_id)
        if queries.panel(session, panel_id).seal != seal or panel.seal != seal:
            raise Conflict("Ratings came in after you looked. Look at the agreement again.")
        note = _note(panel, study)
        digests = publish_files(
            session, actor, files, source=Source.EXPERTS.value, note=note, now=now
        )
        audit.record(
            session, actor, "expert key published", "expert_panel", panel_id, now=now,
            version=version, digests=digests, experts=study.experts,
            icc=round(study.agreement.mean, 4), dropped=list(study.dropped),
            provisional=not study.settled, seal=seal,
        )  # fmt: skip
        _close(session, actor, row, version, now)
    return version, digests


def _read(
    workbooks: Sequence[tuple[str, bytes]], bank: Instrument
) -> tuple[list[tuple[str, ExpertSheet]], list[str]]:
    """Read each workbook; give those that could be, by file name, and the faults of the rest."""
    sheets: list[tuple[str, ExpertSheet]] = []
    faults: list[str] = []
    for file, content in workbooks:
        try:
            sheets.append((file, read_workbook(content, file, bank)))
        except Invalid as error:
            faults += error.faults
    return sheets, faults


def _keep_installed(
    session: Session, actor: Actor, catalogue: Catalogue, digest: str, now: datetime
) -> None:
    """Store the installed bank that ``digest`` is a form of: its folder may change later."""
    installed = [catalogue.instrument(key) for key in catalogue.keys()]  # noqa: SIM118 - no dict
    for one in installed:
        if one.digest == digest:
            forms = [each for each in installed if each.folder_key == one.folder_key]
            freeze(session, actor, catalogue, forms, now)


def _open(session: Session, actor: Actor, published: PublishedInstrument, now: datetime) -> int:
    row = ExpertPanel(
        content_id=published.content_id,
        folder=published.folder,
        version=published.version,
        digest="",
        title=published.title,
        opened_at=now,
        opened_by_id=_member(actor),
    )
    session.add(row)
    session.flush()
    row.digest = queries.panel(session, row.id).bank.digest
    audit.record(
        session, actor, "expert panel opened", "expert_panel", row.id, now=now,
        key=row.folder, version=row.version, digest=row.digest,
    )  # fmt: skip
    return row.id


def _open_row(session: Session, panel_id: int) -> ExpertPanel:
    """Give the panel, locked; Refused when it is closed."""
    row = session.scalar(select(ExpertPanel).where(ExpertPanel.id == panel_id).with_for_update())
    if row is None:
        raise NotFound("This panel does not exist.")
    if row.closed_at is not None:
        raise Refused("This panel is closed; open another for new ratings.")
    return row


def _close(
    session: Session, actor: Actor, row: ExpertPanel, version: str | None, now: datetime
) -> None:
    row.closed_at, row.closed_by_id, row.published_version = now, _member(actor), version
    audit.record(
        session, actor, "expert panel closed", "expert_panel", row.id, now=now, version=version
    )


def _keep(
    session: Session, panel: ExpertPanel, sheets: Sequence[tuple[str, ExpertSheet]], now: datetime
) -> tuple[list[str], list[str], list[str]]:
    """Write each sheet; give the names added and replaced, and the files that were known."""
    rows = session.scalars(select(Expert).where(Expert.panel_id == panel.id))
    experts = {row.person: row for row in rows}
    added: list[str] = []
    replaced: list[str] = []
    known: list[str] = []
    for file, sheet in sheets:
        there = experts.get(sheet.person)
        if there is not None and there.file_digest == sheet.digest:
            known.append(file)
            continue
        (added if there is None else replaced).append(sheet.name)
        experts[sheet.person] = _write(session, panel, there, sheet, now)
    return added, replaced, known


def _write(
    session: Session, panel: ExpertPanel, there: Expert | None, sheet: ExpertSheet, now: datetime
) -> Expert:
    row = there or Expert(panel_id=panel.id, person=sheet.person)
    row.name, row.role, row.years = sheet.name, sheet.role, sheet.years
    row.file_digest, row.imported_at = sheet.digest, now
    if there is None:
        session.add(row)
    else:
        session.execute(delete(ExpertRating).where(ExpertRating.expert_id == row.id))
    session.flush()
    said: dict[str, dict[str, Any]] = {
        item: {"value": sheet.ratings.get(item), "comment": sheet.comments.get(item)}
        for item in (*sheet.ratings, *sheet.comments)
    }
    owner = {"organisation_id": panel.organisation_id, "expert_id": row.id}
    session.execute(
        insert(ExpertRating), [owner | {"option": item} | one for item, one in said.items()]
    )
    return row


def _note(panel: PanelView, study: KeyStudy) -> str:
    found = study.agreement
    return (
        f"Panel {panel.id} on version {panel.version}: {study.experts} experts, ICC(2,k) "
        f"{found.mean:.2f} ({found.mean_low:.2f} to {found.mean_high:.2f}), "
        f"{len(study.dropped)} responses dropped"
    )


def _member(actor: Actor) -> int | None:
    return actor.id if actor.kind == "member" else None
