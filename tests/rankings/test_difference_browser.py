"""Pages of rankings in a real browser: WCAG 2.2 AA, no sideways scroll, a sheet is a sheet."""

import shutil
import threading
from io import BytesIO

import pikepdf
import pytest
from werkzeug.serving import make_server

from assess.accounts.models import RoleName
from assess.accounts.sign_in import set_password
from assess.db.scope import reading
from assess.rankings import queries
from tests.browser import DESK, PHONE, look
from tests.service import PASSWORD


@pytest.fixture
def database_url(migrated_sqlite, tmp_path):
    """Give one kind of database: what a page looks like does not hang on it."""
    path = tmp_path / "assess.sqlite"
    shutil.copy(migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def served(app, sessions, tenant):
    """Run the service in a thread; a recruiter can sign in."""
    set_password(app, sessions, tenant.user_ids[RoleName.RECRUITER], PASSWORD)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.slow
def test_the_pages_of_a_changed_profile_are_accessible(
    served, open_page, sessions, tenant, campaign_id, change
):
    page = open_page(DESK)
    page.goto(f"{served}/sign-in")
    page.fill("[name=email]", tenant.emails[RoleName.RECRUITER])
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/campaigns/")
    ranking = f"{served}/campaigns/{campaign_id}/ranking"

    def see(address):
        for viewport in (DESK, PHONE):
            page.set_viewport_size(viewport)
            page.goto(address)
            look(page)

    see(f"{ranking}/difference")  # one version
    change(campaign_id, rank=False)
    see(f"{ranking}/difference")  # not ranked again yet
    page.get_by_role("button", name="Rank again").click()
    page.wait_for_url(ranking)
    page.get_by_role("link", name="What the change of profile did").click()
    page.wait_for_url("**/difference")
    with reading(sessions, tenant.organisation_id) as session:
        seen = queries.snapshot(session, queries.needed(session, campaign_id))
    held = next(one.candidate_id for one in seen.entries if one.held_back)
    for address in (
        f"{ranking}/difference", ranking, f"{ranking}?page=2",
        f"{served}/campaigns/{campaign_id}/reports/new",
        f"{served}/campaigns/{campaign_id}/people/{held}",
    ):  # fmt: skip
        see(address)
    # People with three, two and no questions of their own; each has one sheet of any paper.
    chosen = [one.candidate_id for one in seen.entries[:12]]
    see(f"{served}/campaigns/{campaign_id}/interviews?{'&'.join(f'person={n}' for n in chosen)}")
    for paper in ("A4", "Letter"):
        with pikepdf.open(BytesIO(page.pdf(format=paper))) as printed:
            assert len(printed.pages) == len(chosen)
