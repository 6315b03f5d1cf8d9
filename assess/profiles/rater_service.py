"""Ask people to rate a job, have them talk, adopt their mean, forget who they were."""

import random
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.accounts.models import RoleName
from assess.candidates.service import Person, person_faults
from assess.db.scope import Sessions, writing
from assess.errors import Conflict, Invalid, NotFound, Refused
from assess.instruments.catalogue import Catalogue
from assess.jobs import mail, queue
from assess.profiles import queries, rater_queries, service
from assess.profiles.models import Rater, RatingRound
from assess.profiles.rater_access import LINK_LASTS
from assess.profiles.rater_study import MOST_RATERS, RatingStudy
from assess.settings import Settings

INVITES: Final = (RoleName.HIRING_MANAGER, RoleName.PSYCHOLOGIST, RoleName.ADMINISTRATOR)
MAIL_JOB: Final = "mail-rater"
_NAMED: Final = re.compile(r"(?P<name>[^<>]*)<(?P<email>[^<>]+)>")


def people_of(text: str) -> list[Person]:
    """Read people, one a line: an address, or ``Name <address>``.

    Raises Invalid with one line for each fault, for an address that comes twice, and for nobody.
    """
    people: dict[str, Person] = {}
    faults: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip(" \t,;"):
            continue
        named = _NAMED.fullmatch(line.strip(" \t,;")) if len(line) <= 2_000 else None
        person = (
            Person(named["name"].strip("\"' "), named["email"].strip())
            if named
            else Person("", line.strip(" \t,;"))
        )
        faults += [f"line {number}: {fault}" for fault in person_faults(person)]
        if person.address in people:
            faults.append(f"line {number}: {person.address[:60]} is there already")
        people[person.address] = person
        if len(faults) > MOST_RATERS:
            break  # it is no list of people
    if not people and not faults:
        faults.append("Name at least one person, one a line.")
    if faults:
        raise Invalid(*faults)
    return list(people.values())


def invite(
    sessions: Sessions,
    actor: Actor,
    profile_id: int,
    people: Sequence[Person],
    *,
    now: datetime,
    rng: random.Random,
) -> int:
    """Ask people to rate a profile's job; return how many are new in its open round.

    Opens a round when none is open. Somebody who was asked already is not asked twice. ``rng``
    draws their letters. Raises NotFound without such a profile, Invalid for more than thirty.
    """
    actor.must_be(*INVITES)
    with writing(sessions, actor.organisation_id) as session:
        row = _open_round(session, actor, profile_id, now)
        there = session.scalars(select(Rater).where(Rater.round_id == row.id)).all()
        known = {one.email for one in there}
        new = [person for person in people if person.address not in known]
        if len(there) + len(new) > MOST_RATERS:
            raise Invalid(
                f"{len(there)} people were asked and {len(new)} are new; "
                f"at most {MOST_RATERS} can rate one job"
            )
        free = [p for p in range(1, MOST_RATERS + 1) if p not in {one.place for one in there}]
        # The first so many places, mixed: letters stay early ones and tell no order.
        places = rng.sample(free[: max(len(new), 8)], len(new))
        for person, place in zip(new, places, strict=True):
            _ask(session, actor, row, person, place, now)
        return len(new)


def ask_again(sessions: Sessions, actor: Actor, rater_id: int, *, now: datetime) -> None:
    """Send a rater's link once more; a mail that waits to be sent is the one.

    Where the link was taken back the mail has a new one. Raises NotFound, and Refused for a closed
    round or a rater who was forgotten.
    """
    actor.must_be(*INVITES)
    with writing(sessions, actor.organisation_id) as session:
        row = _rater_row(session, rater_id)
        _locked(session, row.round_id)
        if row.forgotten_at is not None:
            raise Refused("This person was forgotten; there is no address to write to.")
        if row.revoked_at is None and row.mailed_at is None and row.mail_fault is None:
            return
        row.link_ends, row.revoked_at = now + LINK_LASTS, None
        _mail(session, row, now)
        audit.record(session, actor, "rater asked again", "rater", row.id, now=now)


def revoke(sessions: Sessions, actor: Actor, rater_id: int, *, now: datetime) -> None:
    """Take a link back; ratings that were given stay, so that nobody is left out for theirs."""
    actor.must_be(*INVITES)
    with writing(sessions, actor.organisation_id) as session:
        row = _rater_row(session, rater_id)
        if row.revoked_at is not None:
            return
        row.generation, row.revoked_at = row.generation + 1, now
        audit.record(session, actor, "rater's link taken back", "rater", row.id, now=now)


def forget(
    sessions: Sessions, settings: Settings, actor: Actor, rater_id: int, *, now: datetime
) -> None:
    """Erase a rater's name and address, here and in mails not sent; the ratings stay, nameless."""
    actor.must_be(*INVITES)
    with writing(sessions, actor.organisation_id) as session:
        row = _rater_row(session, rater_id)
        if row.forgotten_at is None:
            row.name = row.email = row.mail_fault = None
            row.generation, row.forgotten_at = row.generation + 1, now
            audit.record(session, actor, "rater forgotten", "rater", row.id, now=now)
        jobs = queue.forget(session, MAIL_JOB, "rater_id", [row.id])
    mail.forget(settings, [mail_reference(job_id) for job_id in jobs])


def note_named(sessions: Sessions, actor: Actor, round_id: int, *, now: datetime) -> None:
    """Leave in the trail that a member looked whose letter is whose."""
    actor.must_be(*INVITES)
    with writing(sessions, actor.organisation_id) as session:
        rater_queries.round_of(session, round_id)
        audit.record(session, actor, "raters' letters named", "rating_round", round_id, now=now)


def ask_to_talk(
    sessions: Sessions, actor: Actor, catalogue: Catalogue, round_id: int, *, now: datetime
) -> None:
    """Ask all raters to talk about what they differ on most and to look at theirs again.

    The same ratings are asked about once. Raises Refused for a closed round, Invalid when there
    is nothing they differ on.
    """
    actor.must_be(*INVITES)
    with writing(sessions, actor.organisation_id) as session:
        row = _locked(session, round_id)
        found = rater_queries.round_of(session, round_id)
        study = _study(session, catalogue, row)
        if study is None or not study.talk:
            raise Invalid("The ratings do not differ enough to be talked about.")
        held = list(row.talks["held"])
        if held and held[-1]["digest"] == found.seal:
            return
        icc = study.agreement.mean
        held.append(
            {
                "at": now.isoformat(),
                "raters": len(study.letters),
                "icc": round(icc, 4) if np.isfinite(icc) else None,
                "items": list(study.talk),
                "digest": found.seal,
            }
        )
        row.talks = {"held": held}
        raters = session.scalars(select(Rater).where(Rater.round_id == round_id)).all()
        for one in raters:
            if one.revoked_at is None and one.forgotten_at is None:
                one.link_ends = now + LINK_LASTS
                _mail(session, one, now, talk=True)
        audit.record(
            session, actor, "raters asked to talk", "rating_round", round_id, now=now,
            items=list(study.talk), digest=found.seal,
        )  # fmt: skip


def close_round(sessions: Sessions, actor: Actor, round_id: int, *, now: datetime) -> None:
    """Close a round without adopting its mean. Raises Refused when it is closed."""
    actor.must_be(*INVITES)
    with writing(sessions, actor.organisation_id) as session:
        _locked(session, round_id).closed_at = now
        audit.record(session, actor, "ratings closed", "rating_round", round_id, now=now)


def adopt(
    sessions: Sessions,
    actor: Actor,
    catalogue: Catalogue,
    round_id: int,
    *,
    seal: str,
    reason: str,
    now: datetime,
) -> int:
    """Make the raters' mean the demand of a new version of the profile; return its id.

    ``seal`` names the ratings that were looked at. The round is closed by it. Raises Conflict when
    ratings came in since, Refused for a closed round, raters who agree too little or a mean
    that changes nothing, Invalid without a reason.
    """
    actor.must_be(*INVITES)
    with writing(sessions, actor.organisation_id) as session:
        row = _locked(session, round_id)
        found = rater_queries.round_of(session, round_id)
        if found.seal != seal:
            raise Conflict("Ratings came in after you looked. Look at the result again.")
        study = _study(session, catalogue, row)
        if study is None or not study.may_be_used:
            raise Refused("The raters do not agree enough yet; their mean cannot be adopted.")
        version = rater_queries.newest_version(session, row.profile_id)
        version_id = service.new_version(
            session,
            actor,
            queries.with_own_drivers(session, catalogue, retired=True),
            row.profile_id,
            rater_queries.mix_rated(version, study.demand),
            reason=reason,
            now=now,
        )
        row.closed_at, row.digest, row.adopted_version_id = now, found.seal, version_id
        audit.record(
            session, actor, "ratings adopted", "rating_round", round_id, now=now,
            version=version_id, digest=found.seal, raters=len(study.letters),
            icc=round(study.agreement.mean, 4),
        )  # fmt: skip
        return version_id


def mail_reference(job_id: int) -> str:
    """Name the mail that a job sends."""
    return f"rater-{job_id}"


def _study(session: Session, catalogue: Catalogue, row: RatingRound) -> RatingStudy | None:
    version = rater_queries.newest_version(session, row.profile_id)
    found = rater_queries.round_of(session, row.id)
    return rater_queries.study_of(session, catalogue, found, version)


def _open_round(session: Session, actor: Actor, profile_id: int, now: datetime) -> RatingRound:
    """Give the profile's open round, or open one."""
    version = rater_queries.newest_version(session, profile_id)
    row = session.scalar(
        select(RatingRound)
        .where(RatingRound.profile_id == profile_id, RatingRound.closed_at.is_(None))
        .order_by(RatingRound.id.desc())
        .limit(1)
        .with_for_update()
    )
    if row is not None:
        return row
    row = RatingRound(
        profile_id=profile_id,
        version_id=version.id,
        opened_at=now,
        opened_by=actor.id if actor.kind == "member" else None,
        talks={"held": []},
    )
    session.add(row)
    session.flush()
    audit.record(
        session, actor, "ratings opened", "rating_round", row.id, now=now, version=version.id
    )
    return row


def _ask(
    session: Session, actor: Actor, row: RatingRound, person: Person, place: int, now: datetime
) -> None:
    rater = Rater(
        round_id=row.id,
        place=place,
        name=person.name or person.address,
        email=person.address,
        generation=1,
        link_ends=now + LINK_LASTS,
        turn=0,
        asked_at=now,
        ratings={},
    )
    session.add(rater)
    session.flush()
    _mail(session, rater, now)
    audit.record(session, actor, "rater asked", "rater", rater.id, now=now, round=row.id)


def _mail(session: Session, row: Rater, now: datetime, *, talk: bool = False) -> None:
    """Put a mail into the table; it holds ids only and is written when it is sent."""
    row.turn, row.mailed_at, row.mail_fault = row.turn + 1, None, None
    queue.enqueue(
        session, MAIL_JOB, {"rater_id": row.id, "talk": talk}, dedupe_key=f"{row.id}:{row.turn}",
        now=now,
    )  # fmt: skip


def _rater_row(session: Session, rater_id: int) -> Rater:
    row = session.scalar(select(Rater).where(Rater.id == rater_id).with_for_update())
    if row is None:
        raise NotFound("Nobody like this was asked to rate.")
    return row


def _locked(session: Session, round_id: int) -> RatingRound:
    """Give a round, locked; Refused when it is closed."""
    row = session.scalar(select(RatingRound).where(RatingRound.id == round_id).with_for_update())
    if row is None:
        raise NotFound("This round of ratings does not exist.")
    if row.closed_at is not None:
        raise Refused("These ratings are closed.")
    return row
