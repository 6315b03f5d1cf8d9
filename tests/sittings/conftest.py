"""People on their way through a campaign's questions."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from assess.app import create_app
from assess.campaigns import queries as campaign_queries
from assess.campaigns import service as campaigns
from assess.campaigns.models import Invitation
from assess.campaigns.service import DriverShare, Opening, Person
from assess.db.engine import make_engine, make_sessions
from assess.db.scope import Sessions, reading, writing
from assess.instruments.catalogue import Catalogue, default_catalogue
from assess.settings import Settings
from assess.sittings import service
from assess.sittings.models import Answer, Attempt
from assess.web.links import LinkClaim
from tests.service import Tenant, csrf, make_tenant

TODAY = datetime.now(UTC)
BATTERY = ("work-style", "service-judgement-a")


@pytest.fixture(scope="session")
def sitting_bank() -> Catalogue:
    """Give the questionnaires that are shipped."""
    return default_catalogue()


@pytest.fixture(autouse=True)
def written_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everybody meet the items in the order in which they are written."""
    monkeypatch.setattr("assess.sittings.service.draw_seed", lambda: 0)


@dataclass(frozen=True)
class Invited:
    """Somebody invited to a campaign that is open today."""

    sessions: Sessions
    tenant: Tenant
    settings: Settings
    campaign_id: int
    invitation_id: int

    @property
    def path(self) -> str:
        """The address of the link, below the service's own."""
        with reading(self.sessions, self.tenant.organisation_id) as session:
            view = campaign_queries.invitation(session, self.invitation_id)
        return campaigns.invitation_link(self.settings, view).removeprefix("http://localhost")

    @property
    def claim(self) -> LinkClaim:
        """What the link says."""
        return LinkClaim("take", self.invitation_id, 1)

    def log(self, *, counting: bool = False) -> list[tuple[str, int | None]]:
        """Every answer ever kept, oldest first; or those alone that count or counted once."""
        with reading(self.sessions, self.tenant.organisation_id) as session:
            rows = session.execute(
                select(Answer.item, Answer.value)
                .join(Attempt, Attempt.id == Answer.attempt_id)
                .join(Invitation, Invitation.sitting_id == Attempt.sitting_id)
                .where(Invitation.id == self.invitation_id, Answer.counts | (not counting))
                .order_by(Answer.id)
            )
            return [(item, value) for item, value in rows]

    def current(self) -> dict[str, int | None]:
        """The answers that count."""
        return dict(self.log(counting=True))

    def invitation(self) -> campaign_queries.InvitedPerson:
        """The recruiter's line about this person."""
        with reading(self.sessions, self.tenant.organisation_id) as session:
            people = campaign_queries.people(session, self.campaign_id)
        return next(p for p in people if p.invitation_id == self.invitation_id)

    def revoke(self) -> None:
        """Take the link back."""
        with writing(self.sessions, self.tenant.organisation_id) as session:
            session.execute(
                update(Invitation)
                .where(Invitation.id == self.invitation_id)
                .values(generation=Invitation.generation + 1)
            )


def open_to_answers(
    sessions: Sessions,
    tenant: Tenant,
    bank: Catalogue,
    *,
    battery: tuple[str, ...] = BATTERY,
    first: int = -1,
    last: int = 14,
    time_limit: int | None = None,
) -> int:
    """Open a campaign from ``first`` to ``last``, in days from today."""
    opening = Opening(
        title="Spring intake",
        brand="Parcel Friend",
        seats=2,
        drivers=(DriverShare("delivery", 0.6, 7), DriverShare("billing", 0.4, 6)),
        n_contacts=None,
        multipliers=None,
        battery=battery,
        opens_on=(TODAY + timedelta(days=first)).date(),
        closes_on=(TODAY + timedelta(days=last)).date(),
        time_limit_minutes=time_limit,
        blind=False,
    )
    return campaigns.open_campaign(sessions, tenant.recruiter, bank, opening, now=TODAY, seed=1)


def invite(
    sessions: Sessions,
    tenant: Tenant,
    settings: Settings,
    campaign_id: int,
    name: str,
    language: str = "en",
) -> Invited:
    """Invite one person by name."""
    person = Person(name, f"{name.lower()}@example.org", language)
    done = campaigns.invite(
        sessions, tenant.recruiter, campaign_id, [person], now=TODAY, send=False
    )
    return Invited(sessions, tenant, settings, campaign_id, done.invitation_ids[0])


@contextmanager
def served_to_ada(
    folder: Path,
    empty_database: Path,
    bank: Catalogue,
    battery: tuple[str, ...] = BATTERY,
    *,
    language: str = "en",
    time_limit: int | None = None,
    has_agreed: bool = True,
) -> Iterator[tuple[str, Invited]]:
    """Run the service for somebody who has agreed, or not; give its address and the person."""
    database = folder / "assess.sqlite"
    shutil.copy(empty_database, database)
    ours = Settings(
        "s" * 40,
        "http://localhost",
        f"sqlite:///{database}",
        folder / "files",
        questionnaires_dir=bank.folder,
    )
    engine = make_engine(ours.database_url)
    sessions = make_sessions(engine)
    tenant = make_tenant(sessions, "Harbour Care")
    campaign_id = open_to_answers(sessions, tenant, bank, battery=battery, time_limit=time_limit)
    person = invite(sessions, tenant, ours, campaign_id, "Ada", language=language)
    if has_agreed:
        service.open_link(sessions, ours, bank, person.path.removeprefix("/i/"), now=TODAY)
        service.agree(sessions, person.claim, now=TODAY)
    made = create_app(ours)
    server = make_server("127.0.0.1", 0, made, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}", person
    server.shutdown()
    thread.join()
    server.server_close()
    made.extensions["assess"]["engine"].dispose()
    engine.dispose()


@pytest.fixture
def invited(sessions, tenant, settings, sitting_bank) -> Invited:
    """Give somebody invited to both questionnaires."""
    campaign_id = open_to_answers(sessions, tenant, sitting_bank)
    return invite(sessions, tenant, settings, campaign_id, "Ada")


@pytest.fixture
def agreed(invited, sessions, settings, sitting_bank) -> Invited:
    """Give somebody who has opened the link and agreed to the notice."""
    token = invited.path.removeprefix("/i/")
    service.open_link(sessions, settings, sitting_bank, token, now=TODAY)
    service.agree(sessions, invited.claim, now=TODAY)
    return invited


@dataclass(frozen=True)
class Browser:
    """A browser without a script: it reads pages, presses buttons, sends forms."""

    client: FlaskClient

    def get(self, address: str) -> TestResponse:
        """Open a page."""
        return self.client.get(address)

    def press(self, page: str, address: str, **fields: str) -> TestResponse:
        """Send the form of ``page`` and follow where it leads."""
        data = {"csrf_token": csrf(page), **fields}
        return self.client.post(address, data=data, follow_redirects=True)

    def enter(self, invited: Invited) -> TestResponse:
        """Open a link and press its button."""
        return self.press(self.get(invited.path).text, invited.path)

    def begin(self, invited: Invited) -> TestResponse:
        """Go from the link to the first screen."""
        notice = self.enter(invited)
        practice = self.press(notice.text, "/take/")
        self.press(practice.text, "/take/practice")
        return self.get("/take/1")

    def send(self, page: str, *answers: dict[str, object]) -> TestResponse:
        """Send answers as the page's script does."""
        headers = {"X-Form-Token": csrf(page)}
        return self.client.post("/take/answers", json={"answers": list(answers)}, headers=headers)


@pytest.fixture
def browser(app: Flask) -> Callable[[], Browser]:
    """Give a function that opens a browser of its own."""
    return lambda: Browser(app.test_client())
