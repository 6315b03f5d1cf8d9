"""The service is killed while people answer; what it confirmed is there, exactly once.

ASSESS_TEST_KILLS says how often it is killed, ASSESS_TEST_KILL_PEOPLE how many answer,
ASSESS_TEST_KILL_SEED repeats its moments.
"""

import os
import random
import shutil
import threading
import time
from collections import Counter

import pytest
from sqlalchemy import select

from assess.db.engine import make_engine, make_sessions
from assess.db.scope import reading
from assess.settings import Settings
from assess.sittings.models import Answer
from tests.service import make_tenant
from tests.sittings.conftest import invite, open_to_answers
from tests.sittings.people_online import SECRET, Candidate, Server

PEOPLE = int(os.environ.get("ASSESS_TEST_KILL_PEOPLE", "6"))


def _await_answers(people: list[Candidate], more: int) -> None:
    """Wait until so many more answers are confirmed: a busy machine takes its time to start."""
    goal = sum(len(person.confirmed) for person in people) + more
    for _ in range(1_200):
        if sum(len(person.confirmed) for person in people) >= goal:
            return
        time.sleep(0.05)
    raise AssertionError(f"{more} more answers were not confirmed within a minute")


@pytest.mark.slow
def test_a_killed_service_loses_and_doubles_nothing(tmp_path, migrated_sqlite, sitting_bank):
    kills = int(os.environ.get("ASSESS_TEST_KILLS", "3"))
    seed = int(os.environ.get("ASSESS_TEST_KILL_SEED", time.time_ns() % 10**6))
    moments = random.Random(seed)  # noqa: S311
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
    server, stop = Server(tmp_path, f"sqlite:///{path}"), threading.Event()
    server.start()
    people = [Candidate(server.ask, person, items, stop) for person in invited]
    try:
        for person in people:
            person.start()
        for _ in range(kills):
            _await_answers(people, moments.randint(3, 40))
            time.sleep(moments.uniform(0, 0.05))
            server.kill()
            server.start()
        time.sleep(0.5)
        stop.set()
        for person in people:
            person.join(30)
    finally:
        stop.set()
        server.kill()

    with reading(sessions, tenant.organisation_id) as session:
        rows = session.execute(select(Answer.idempotency_key, Answer.item, Answer.value)).all()
    engine.dispose()
    kept = Counter(key for key, _item, _value in rows)
    stored = {key: (item, value) for key, item, value in rows}
    confirmed = {key: what for person in people for key, what in person.confirmed.items()}
    missing = [key for key, what in confirmed.items() if stored.get(key) != what]
    doubled = [key for key, count in kept.items() if count > 1]
    repeats = sum(person.repeats for person in people)
    print(  # noqa: T201 - the figures are the point of a long run
        f"{kills} kills, seed {seed}: {len(confirmed)} confirmed, {len(missing)} missing, "
        f"{len(doubled)} doubled, {repeats} requests repeated"
    )
    assert [person.fault for person in people] == [None] * PEOPLE, server.log.read_text()[-3000:]
    assert not any(person.is_alive() for person in people)
    assert len(confirmed) > PEOPLE
    assert repeats > 0
    assert (missing, doubled) == ([], [])
    # Every candidate waits for each answer, so nothing but the confirmed can be there at the end.
    assert set(stored) == set(confirmed)
