"""Write an organisation's own texts of mails: each save is a version, and none is changed."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.accounts.models import Member, User
from assess.accounts.queries import organisation_name
from assess.authoring.queries import held
from assess.campaigns import letters, mailing, queries, wording_queries
from assess.campaigns.letters import Letter
from assess.campaigns.models import MailKind, MailWording
from assess.campaigns.queries import BatteryPart, InvitationView
from assess.campaigns.service import INVITES
from assess.campaigns.wording import Wording, check
from assess.campaigns.wording_queries import Scope
from assess.db.scope import Sessions, reading, writing
from assess.errors import Invalid, Refused
from assess.instruments.catalogue import open_catalogue
from assess.jobs import queue
from assess.jobs.worker import Work
from assess.settings import Settings
from assess.web.languages import LANGUAGES

TEST_JOB: Final = "test-mail"
LONGEST_ACT: Final = 40
MADE_UP_NAME: Final = "Alex Example"
MADE_UP_ADDRESS: Final = "alex@example.org"
MADE_UP_JOB: Final = "Customer support"
MADE_UP_DAYS: Final = timedelta(days=14)
TEST_MARK: Final = "[Test] "


def write(
    sessions: Sessions,
    actor: Actor,
    scope: Scope,
    kind: MailKind,
    language: str,
    wording: Wording | None,
    *,
    act: str,
    now: datetime,
) -> None:
    """Keep a text as the newest version of its scope; None takes the earlier ones back.

    The same ``act`` twice is one version, and so is a text that is the newest already. Mails not
    sent yet get it, too. Raises Invalid with every fault of the text, NotFound for a brand or
    campaign of another organisation, Refused for a role that may not.
    """
    member_id = _member(actor)
    if wording is not None:
        check(kind, wording)
    if language not in LANGUAGES or not 0 < len(act) <= LONGEST_ACT:
        raise Invalid("form: load the page again")
    with writing(sessions, actor.organisation_id) as session:
        wording_queries.scope_name(session, scope)
        before = wording_queries.versions(session, scope, kind, language)
        if _same(before, wording) or _kept_before(session, act):
            return
        row = MailWording(
            brand_id=scope.brand_id,
            campaign_id=scope.campaign_id,
            kind=kind,
            language=language,
            subject=wording.subject if wording else None,
            body=wording.body if wording else None,
            written_by=member_id,
            written_at=now,
            act=act,
        )
        session.add(row)
        session.flush()
        audit.record(
            session, actor, "mail text written" if wording else "mail text taken back",
            "mail_wording", row.id, now=now, kind=kind.value, language=language,
            brand=scope.brand_id, campaign=scope.campaign_id,
        )  # fmt: skip


def sample(
    session: Session,
    settings: Settings,
    scope: Scope,
    kind: MailKind,
    language: str,
    wording: Wording | None,
    now: datetime,
) -> Letter:
    """Give the mail to a made-up person, with a real campaign's facts where the scope is one."""
    if scope.campaign_id is not None:
        campaign = queries.campaign(session, scope.campaign_id)
        title, brand, battery = campaign.title, campaign.brand, campaign.battery
        opens_on, closes_on = campaign.opens_on, campaign.closes_on
        limit, owner = campaign.time_limit_minutes, campaign.owner_name
    else:
        brands = dict(wording_queries.scopes(session))
        brand = brands.get(scope) or next(iter(brands.values()), "Your brand")
        title, limit, owner = MADE_UP_JOB, None, None
        opens_on, closes_on = now.date(), now.date() + MADE_UP_DAYS
        battery = _usual(settings)
    organisation_id: int = session.info["organisation_id"]
    person = InvitationView(
        id=0, organisation_id=organisation_id, campaign_id=scope.campaign_id or 0, candidate_id=0,
        sitting_id=None, generation=0, title=title, brand=brand, battery=battery,
        opens_on=opens_on, closes_on=closes_on, simulated=False, name=MADE_UP_NAME,
        email=MADE_UP_ADDRESS, language=language, owner_name=owner, owner_email=None,
        sent_at=None, started_at=None, submitted_at=None, time_limit_minutes=limit,
    )  # fmt: skip
    content = held(session, open_catalogue(settings.questionnaires_dir), person.parts)
    return Letter(
        mailing_id=0,
        kind=kind,
        message_id="preview",
        invitation=person,
        organisation=organisation_name(session, organisation_id),
        battery=tuple(content.instrument(part.key) for part in battery),
        wording=wording,
    )


def ask_for_test(
    sessions: Sessions,
    actor: Actor,
    scope: Scope,
    kind: MailKind,
    language: str,
    *,
    act: str,
    now: datetime,
) -> str:
    """Queue the mail as it is kept, to the member who asks; give the address it goes to.

    The same ``act`` twice is one mail. Raises NotFound as `write`, Refused for no member.
    """
    member_id = _member(actor)
    if not 0 < len(act) <= LONGEST_ACT:
        raise Invalid("form: load the page again")
    payload = {
        "member_id": member_id, "kind": kind.value, "language": language,
        "brand_id": scope.brand_id, "campaign_id": scope.campaign_id,
    }  # fmt: skip
    with writing(sessions, actor.organisation_id) as session:
        wording_queries.scope_name(session, scope)
        queue.enqueue(session, TEST_JOB, payload, dedupe_key=act, now=now, priority=queue.URGENT)
        return _address(session, member_id) or ""


def send_test(work: Work) -> None:
    """Do the job of a test mail; a try that is repeated carries the same Message-ID."""
    told = work.job.payload
    kind, scope = MailKind(told["kind"]), Scope(told["brand_id"], told["campaign_id"])
    with reading(work.sessions, work.job.organisation_id) as session:
        address = _address(session, told["member_id"])
        if address is None:
            return
        own = wording_queries.versions(session, scope, kind, told["language"])
        wording = own[0].wording if own else None
        if wording is None:
            wording = wording_queries.inherited(session, scope, kind, told["language"])
        letter = sample(session, work.settings, scope, kind, told["language"], wording, work.now)
    message = letters.compose(work.settings, letter, address, link=mailing.LINK_IN_PREVIEW)
    subject = f"{TEST_MARK}{message['Subject']}"
    host = message["Message-ID"].partition("@")[2]
    for header, value in (("Subject", subject), ("Message-ID", f"<test-{work.job.id}@{host}")):
        message.replace_header(header, value)
    mailing.deliver(work.settings, message)


def _usual(settings: Settings) -> tuple[BatteryPart, ...]:
    catalogue = open_catalogue(settings.questionnaires_dir)
    found = [catalogue.instrument(key) for key in catalogue.default_battery]
    return tuple(BatteryPart(one.key, one.version, one.digest) for one in found)


def _member(actor: Actor) -> int:
    actor.must_be(*INVITES)
    if actor.kind != "member" or actor.id is None:
        raise Refused("Only a member writes the text of a mail.")
    return actor.id


def _address(session: Session, member_id: int) -> str | None:
    return session.scalar(
        select(User.email)
        .join(Member, Member.user_id == User.id)
        .where(Member.id == member_id, Member.active)
    )


def _same(before: tuple[wording_queries.Version, ...], wording: Wording | None) -> bool:
    """Say whether the newest version says this already; without one, it is ours that counts."""
    newest = before[0].wording if before else None
    if newest is None or wording is None:
        return newest is wording
    return (newest.subject, newest.body) == (wording.subject, wording.body)


def _kept_before(session: Session, act: str) -> bool:
    return session.scalar(select(MailWording.id).where(MailWording.act == act)) is not None
