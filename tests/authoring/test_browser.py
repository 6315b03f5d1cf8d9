"""The pages of instruments in a real browser: WCAG 2.2 AA, no sideways scroll, by keyboard."""

import threading
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from assess.accounts.models import RoleName
from assess.accounts.sign_in import set_password
from assess.authoring import drafts
from tests.authoring.conftest import RECOVERY, changed
from tests.authoring.test_archive import zipped
from tests.authoring.test_drafts import french
from tests.browser import DESK, PHONE, look
from tests.service import NOW, PASSWORD


@pytest.fixture
def database_url(migrated_sqlite, tmp_path):
    """Give one kind of database: what a page looks like does not hang on it."""
    path = tmp_path / "assess.sqlite"
    path.write_bytes(Path(migrated_sqlite).read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture
def served(app, sessions, tenant):
    set_password(app, sessions, tenant.user_ids[RoleName.PSYCHOLOGIST], PASSWORD)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.slow
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_every_page_is_accessible(
    served, open_page, publish, sessions, tenant, psychologist, bank, viewport
):
    files = changed(bank.files(RECOVERY))
    publish(files)
    publish({**files, "translations/fr.yaml": french(bank.instrument(RECOVERY))})
    bad = changed(files, version="10", **{"title: Between": "title: DiSC between"})
    good = changed(files, version="11")
    ids = [
        drafts.upload(sessions, psychologist, bank, zipped(one.items()), now=NOW)
        for one in (bad, good)
    ]
    page = open_page(viewport)
    page.goto(f"{served}/sign-in")
    page.fill("[name=email]", tenant.emails[RoleName.PSYCHOLOGIST])
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/campaigns/")
    recovery = [f"/instruments/{d}/" for d in publish(files)]
    judged = f"/instruments/{bank.instrument('service-judgement-a').digest}/"
    tetrads = f"/instruments/{bank.instrument('disc-tetrads').digest}/"
    places = [
        "/instruments/", "/instruments/upload", *recovery, judged,
        *(f"/instruments/drafts/{id_}" for id_ in ids),
        f"{judged}preview/1?key=1", f"{recovery[0]}preview/0", f"{tetrads}preview/1",
        f"{recovery[0]}preview/2?language=fr&key=1",
    ]  # fmt: skip
    for place in places:
        page.goto(f"{served}{place}")
        look(page)
