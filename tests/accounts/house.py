"""A house with a record behind every address, and with one of everybody who may knock."""

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.routing import Rule

from assess.accounts import service as accounts
from assess.accounts import sign_ins
from assess.accounts.models import Member, OidcProvider, Passkey, RoleName, SignIn
from assess.accounts.oidc_discovery import read
from assess.accounts.sign_in import set_password
from assess.authoring.models import InstrumentDraft
from assess.campaigns import (
    import_service,
    people_act_service,
    requirement_service,
    stopping,
)
from assess.campaigns import queries as campaigns
from assess.campaigns.models import Invitation, PeopleActKind, ReviewRequest, WayRequest
from assess.campaigns.people_acts import Chosen, People
from assess.campaigns.portal_link import LINK_PURPOSE
from assess.candidates.models import Candidate
from assess.candidates.requirements import Kind, Requirement
from assess.candidates.service import Person, find_or_make
from assess.db.base import Base
from assess.db.scope import Across, Sessions, across, reading, writing
from assess.experts.service import open_panel
from assess.instruments.catalogue import default_catalogue
from assess.portal import entry
from assess.profiles import rater_access, rater_queries, rater_service
from assess.profiles.models import ContactSummary, OwnDriver, SummaryState
from assess.rankings import export_service
from assess.rankings.service import rank_campaign
from assess.reports.models import ReportKind
from assess.reports.service import ReportOptions, request
from assess.selection.demand import COMPETENCIES
from assess.settings import Settings
from assess.sittings import moving
from assess.sittings import service as sittings
from assess.web import links
from assess.web.links import LinkClaim
from tests.rankings.people import drawn, finish, open_ranked
from tests.service import NOW, PASSWORD, Tenant, csrf
from tests.sittings.conftest import TODAY, Invited, invite, open_to_answers

BANK = default_catalogue()
#: What a request may write about itself.
OWN_TRACES = ("sign_in.seen_at",)


@dataclass(frozen=True)
class House:
    """The service, the records of one organisation by their names in addresses, and clients.

    ``links`` are tokens that hold, by the blueprint whose addresses carry them.
    """

    app: Flask
    engine: Engine
    values: Mapping[str, object]
    links: Mapping[str, str]
    members: Mapping[RoleName, FlaskClient]
    outsiders: Mapping[RoleName, FlaskClient]
    former: FlaskClient
    holder: FlaskClient
    nobody: FlaskClient

    def address(self, rule: Rule, *, link: bool = False) -> str:
        """Give the address of a record of the house; ``link`` fills in a token that holds."""
        given = {name: self.values.get(name, 1) for name in rule.arguments}
        if link and "token" in rule.arguments:
            given["token"] = self.links.get(rule.endpoint.partition(".")[0], "none")
        # Of the few words an address may end in, the first one.
        first = re.sub(r"<any\((\w+)[^<>]*>", r"\1", rule.rule)
        return re.sub(r"<(?:[^<>]*:)?(\w+)>", lambda found: str(given[found[1]]), first)

    def contents(self) -> str:
        """Give a digest of every row of every table, but for the traces a request leaves."""
        with self.engine.connect() as connection:
            rows = [
                sorted(map(repr, connection.execute(select(*kept))))
                for table in Base.metadata.sorted_tables
                if (kept := [one for one in table.columns if str(one) not in OWN_TRACES])
            ]
        return hashlib.sha256(repr(rows).encode()).hexdigest()


def build(
    app: Flask, sessions: Sessions, settings: Settings, tenant: Tenant, other: Tenant
) -> House:
    """Fill the house with records, and sign its people in."""
    values = _ranked(sessions, tenant) | _prepared(sessions, tenant)
    values |= _asked(sessions, tenant, values) | _import(sessions, settings, tenant, values)
    values |= _pair(sessions, tenant)
    values["organisation_id"] = tenant.organisation_id
    values["member_id"], user_id = accounts.add_member(
        sessions, tenant.system, "spare@harbour-care.example", "Spare", RoleName.ANALYST, now=NOW
    )
    sign_ins.begin(sessions, user_id, browser="Firefox", address="192.0.2.x", now=TODAY)
    with across(sessions, Across.SIGN_IN, write=True) as session:
        values["sign_in_id"] = session.scalars(select(SignIn.id)).one()
        passkey = Passkey(
            user_id=user_id, user_handle="h", credential="c", public_key=b"k", sign_count=0,
            name="Phone", added_at=NOW,
        )  # fmt: skip
        session.add(passkey)
        session.flush()
        values["passkey_id"] = passkey.id
    campaign_id = open_to_answers(sessions, tenant, BANK, last=90)
    for asking in (campaign_id, int(str(values["campaign_id"]))):
        requirement_service.set_requirements(
            sessions, tenant.recruiter, asking, [Requirement(Kind.SHIFT, name="night")], "",
            after=0, now=TODAY,
        )  # fmt: skip
    ada = invite(sessions, tenant, settings, campaign_id, "Ada")
    tokens, holder = _link_holder(app, sessions, settings, tenant, values, ada)
    clients = [
        {role: _signed_in(app, sessions, one.emails[role], one.user_ids[role]) for role in RoleName}
        for one in (tenant, other)
    ]
    engine = app.extensions["assess"]["engine"]
    former = _former(app, sessions, tenant)
    return House(app, engine, values, tokens, *clients, former, holder, app.test_client())


def _ranked(sessions: Sessions, tenant: Tenant) -> dict[str, object]:
    """Rank a campaign, and ask for its report; a person asked something about it."""
    campaign_id = open_ranked(sessions, tenant, BANK, seats=2)
    people = finish(sessions, tenant, BANK, campaign_id, drawn(BANK, 4))
    snapshot_id = rank_campaign(sessions, tenant.recruiter, BANK, campaign_id, now=NOW)
    export_id = export_service.request(sessions, tenant.recruiter, campaign_id, "csv", now=NOW)
    report_id = request(
        sessions, tenant.recruiter, snapshot_id, ReportKind.RANKED, None, ReportOptions(), now=NOW
    )
    with writing(sessions, tenant.organisation_id) as session:
        profile = campaigns.campaign(session, campaign_id).profile
        invitation_id = session.scalars(
            select(Invitation.id).where(Invitation.candidate_id == people[0])
        ).one()
        asked = {"invitation_id": invitation_id, "asked_at": NOW}
        review = ReviewRequest(**asked, due_on=NOW.date(), reason="Please look again")
        way = WayRequest(**asked, message="On paper, please")
        session.add_all([review, way])
        session.flush()
        return {
            "campaign_id": campaign_id, "candidate_id": people[0], "report_id": report_id,
            "export_id": export_id,
            "profile_id": profile.profile_id, "version_id": profile.id, "review_id": review.id,
            "request_id": way.id, "invitation_id": invitation_id,
        }  # fmt: skip


def _prepared(sessions: Sessions, tenant: Tenant) -> dict[str, object]:
    """Begin what psychologists and managers begin."""
    digest = BANK.instrument("service-judgement-a").digest
    psychologist = tenant.members[RoleName.PSYCHOLOGIST]
    panel_id = open_panel(sessions, psychologist, BANK, digest, now=NOW)
    with writing(sessions, tenant.organisation_id) as session:
        draft = InstrumentDraft(
            title="New words", digest="0" * 64, files={}, findings={"faults": []}, added_at=NOW
        )
        driver = OwnDriver(
            code="lost-keys", title="Lost keys", emotional_load=0.5, changed_at=NOW,
            ratings=dict.fromkeys(COMPETENCIES, 3.0), style_targets=dict.fromkeys("DISC", 50.0),
        )  # fmt: skip
        summary = ContactSummary(
            brand_id=accounts.brand_named(session, "Parcel Friend"), state=SummaryState.FAILED,
            file_size=1, file_digest="0" * 64, columns={}, questions={}, contacts={}, counts={},
            choices={}, made_at=NOW,
        )  # fmt: skip
        told = {"issuer": "https://id.example", "token_endpoint": "https://id.example/t"}
        told |= {
            "authorization_endpoint": "https://id.example/a",
            "jwks_uri": "https://id.example/k",
        }
        provider = OidcProvider(
            label="Harbour account", short_name="harbour", issuer="https://id.example",
            client_id="assess", secret="sealed", on=True, changed_at=NOW,
            endpoints=read("https://id.example", told, private=False).document(),
        )  # fmt: skip
        session.add_all([draft, driver, summary, provider])
        session.flush()
        return {
            "panel_id": panel_id, "draft_id": draft.id, "code": driver.code,
            "summary_id": summary.id, "brand_id": summary.brand_id, "digest": digest,
            "language": "fr", "number": 1, "part": 1, "kind": "rating", "word": "copy",
            "short_name": provider.short_name,
        }  # fmt: skip


def _import(
    sessions: Sessions, settings: Settings, tenant: Tenant, values: Mapping[str, object]
) -> dict[str, object]:
    """Begin to invite people from a file, and an act on many."""
    import_id = import_service.take_file(
        sessions, settings, tenant.recruiter, int(str(values["campaign_id"])),
        BytesIO(b"name,email\nIda,ida@example.org\n"), now=NOW,
    )  # fmt: skip
    act_id = people_act_service.begin(
        sessions, tenant.recruiter, int(str(values["campaign_id"])), PeopleActKind.TAKE_BACK,
        Chosen(People.STALLED), act="of the house", now=NOW,
    )  # fmt: skip
    return {"import_id": import_id, "act_id": act_id}


def _pair(sessions: Sessions, tenant: Tenant) -> dict[str, object]:
    """Put somebody into the pool twice."""
    twice = [
        Person("Io Berg", f"io.{n}@example.org", phone="+33123456789", birth_year=1990)
        for n in range(2)
    ]
    with writing(sessions, tenant.organisation_id) as session:
        ids = find_or_make(session, twice, now=NOW, source="test")
        one, other = (session.get_one(Candidate, id_).handle for id_ in ids)
        return {"handle": one, "other": other}


def _asked(sessions: Sessions, tenant: Tenant, values: Mapping[str, object]) -> dict[str, object]:
    """Ask somebody to rate the job."""
    rater_service.invite(
        sessions, tenant.members[RoleName.HIRING_MANAGER], int(str(values["profile_id"])),
        rater_service.people_of("Rae <rae@example.org>"), now=TODAY, rng=secrets.SystemRandom(),
    )  # fmt: skip
    with reading(sessions, tenant.organisation_id) as session:
        found = rater_queries.rounds(session, int(str(values["profile_id"])))
    return {"rater_id": found[0].raters[0].id}


def _link_holder(
    app: Flask,
    sessions: Sessions,
    settings: Settings,
    tenant: Tenant,
    values: Mapping[str, object],
    ada: Invited,
) -> tuple[dict[str, str], FlaskClient]:
    """Give links that hold, and a browser with the cookies that they are traded for."""
    link = ada.path.removeprefix("/i/")
    opened = sittings.open_link(sessions, settings, BANK, link, now=TODAY)
    sittings.agree(sessions, ada.claim, now=TODAY)
    with reading(sessions, tenant.organisation_id) as session:
        done = campaigns.invitation(session, int(str(values["invitation_id"])))
        rater = rater_queries.rounds(session, int(str(values["profile_id"])))[0].raters[0]
    code = moving.make_code(sessions, settings, ada.claim, now=TODAY)
    tomorrow = TODAY + timedelta(days=1)
    tokens = {"invitation": link, "moving_entry": code}
    tokens["stop_mail"] = stopping.stop_token(settings, done)
    tokens["portal_link"] = links.token(settings, LINK_PURPOSE, done.id, 1, tomorrow)
    tokens["rater_link"] = rater_access.rater_link(settings, rater).rpartition("/")[2]
    holder = app.test_client()
    holder.set_cookie("take", opened.cookie(settings), path="/take")
    for name, kind, id_ in (("my", entry, done.id), ("rate", rater_access, rater.id)):
        claim = LinkClaim(name, id_, 1)
        holder.set_cookie(name, kind.cookie(settings, claim, now=TODAY), path=f"/{name}")
    return tokens, holder


def _former(app: Flask, sessions: Sessions, tenant: Tenant) -> FlaskClient:
    """Give the browser of an administrator whose membership has ended since the sign-in."""
    email = "former@harbour-care.example"
    member_id, user_id = accounts.add_member(
        sessions, tenant.system, email, "Former", RoleName.ADMINISTRATOR, now=NOW
    )
    client = _signed_in(app, sessions, email, user_id)
    with writing(sessions, tenant.organisation_id) as session:
        session.get_one(Member, member_id).active = False
    return client


def _signed_in(app: Flask, sessions: Sessions, email: str, user_id: int) -> FlaskClient:
    set_password(app, sessions, user_id, PASSWORD)
    client = app.test_client()
    form = {"email": email, "password": PASSWORD, "csrf_token": csrf(client.get("/sign-in").text)}
    answer = client.post("/sign-in", data=form)
    assert answer.status_code == 302, answer.text
    return client
