"""A connection that drops, delays and doubles: nothing is lost, nothing is kept twice.

ASSESS_TEST_LOSSY_PEOPLE says how many answer (200 by hand), ASSESS_TEST_LOSSY_ANSWERS how many
answers each gives, ASSESS_TEST_LOSSY_DELAY how many seconds a request may come late.
"""

import os
import random
import shutil
import threading
import time
from collections import Counter
from functools import partial

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from assess.db.engine import make_engine, make_sessions
from assess.db.scope import reading
from assess.settings import Settings
from assess.sittings.models import Answer
from tests.browser import PHONE
from tests.service import make_tenant
from tests.sittings.conftest import invite, open_to_answers, served_to_ada
from tests.sittings.lossy import FAULTS, LossyProxy
from tests.sittings.people_online import SECRET, Candidate, Server, ask_at
from tests.sittings.test_script import SAVED, choose, state

PEOPLE = int(os.environ.get("ASSESS_TEST_LOSSY_PEOPLE", "12"))
ANSWERS = int(os.environ.get("ASSESS_TEST_LOSSY_ANSWERS", "20"))
DELAY = float(os.environ.get("ASSESS_TEST_LOSSY_DELAY", "0.5"))
SHARE = 0.3


@pytest.mark.slow
def test_a_bad_connection_loses_and_doubles_nothing(tmp_path, migrated_sqlite, sitting_bank):
    seed = time.time_ns() % 10**6
    path = tmp_path / "assess.sqlite"
    shutil.copy(migrated_sqlite, path)
    engine = make_engine(f"sqlite:///{path}")
    sessions = make_sessions(engine)
    tenant = make_tenant(sessions, "Harbour Care")
    settings = Settings(SECRET, "http://localhost", f"sqlite:///{path}", tmp_path / "files")
    campaign_id = open_to_answers(sessions, tenant, sitting_bank)
    items = [*sitting_bank.instrument("work-style").item_ids]
    items += sitting_bank.instrument("service-judgement-a").item_ids
    invited = [invite(sessions, tenant, settings, campaign_id, f"P{n}") for n in range(PEOPLE)]
    server = Server(tmp_path, f"sqlite:///{path}")
    server.start()
    try:
        with LossyProxy(server.port, share=SHARE, delay=DELAY, seed=seed) as proxy:
            stop = threading.Event()
            ask = partial(ask_at, proxy.port)
            people = [Candidate(ask, one, items, stop, answers=ANSWERS) for one in invited]
            for person in people:
                person.start()
            for person in people:
                person.join(1_800)
            alive = sum(person.is_alive() for person in people)
            stop.set()
    finally:
        server.kill()

    with reading(sessions, tenant.organisation_id) as session:
        rows = session.execute(select(Answer.idempotency_key, Answer.item, Answer.value)).all()
    engine.dispose()
    stored = {key: (item, value) for key, item, value in rows}
    confirmed = {key: what for person in people for key, what in person.confirmed.items()}
    lost = [key for key, what in confirmed.items() if stored.get(key) != what]
    doubled = [k for k, count in Counter(key for key, _, _ in rows).items() if count > 1]
    print(  # noqa: T201 - the figures are the point of a long run
        f"{PEOPLE} people, {len(confirmed)} answers confirmed, {len(lost)} lost, "
        f"{len(doubled)} doubled; requests {dict(proxy.counts)}, "
        f"{sum(person.repeats for person in people)} repeated, seed {seed}"
    )
    assert [person.fault for person in people] == [None] * PEOPLE, server.log.read_text()[-3000:]
    assert alive == 0
    assert len(confirmed) == PEOPLE * ANSWERS
    assert (lost, doubled) == ([], [])
    assert set(stored) == set(confirmed)
    assert all(proxy.counts[kind] for kind in FAULTS)


@pytest.mark.journey
def test_a_browser_on_a_bad_connection_loses_nothing(
    open_page, tmp_path, migrated_sqlite, sitting_bank
):
    dice = random.Random(4)  # noqa: S311
    with served_to_ada(tmp_path, migrated_sqlite, sitting_bank) as (url, person):
        page = open_page(PHONE)
        page.goto(url + person.path)
        page.get_by_role("button", name="Go on").click()
        page.goto(f"{url}/take/1")
        port = int(url.rpartition(":")[2])
        with LossyProxy(port, share=0.5, delay=0.3, seed=4) as proxy:
            there = f"http://127.0.0.1:{proxy.port}/take/answers"
            page.route("**/take/answers", lambda route: route.continue_(url=there))
            chosen = []
            for _ in range(12):
                item, value = dice.choice(["Q10", "Q173", "Q48"]), str(dice.randint(1, 7))
                if chosen and chosen[-1][0] == item and chosen[-1][1] == int(value):
                    continue
                shown = page.locator(f'input[name="answer-{item}"][value="{value}"]').is_checked()
                choose(page, item, value)
                if not shown:
                    chosen.append((item, int(value)))
                page.wait_for_timeout(60)
            expect(state(page)).to_have_text(SAVED)
            assert sum(proxy.counts[kind] for kind in FAULTS) > 0
        assert person.log() == chosen
