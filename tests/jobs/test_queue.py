"""At least once, never lost, never twice by two owners."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from assess.db.scope import writing
from assess.jobs import queue
from assess.jobs.models import Job, JobState
from assess.jobs.worker import run_one, run_until_idle
from tests.service import NOW


@pytest.fixture
def add(sessions, tenant):
    def enqueue(key: str, **options) -> int:
        with writing(sessions, tenant.organisation_id) as session:
            return queue.enqueue(session, "count", {"n": key}, dedupe_key=key, now=NOW, **options)

    return enqueue


def test_the_same_work_twice_is_one_job(add):
    assert add("a") == add("a") != add("b")


def test_a_job_is_claimed_once_until_its_lease_ends(sessions, add):
    add("a")
    first = queue.claim(sessions, "one", now=NOW)
    assert first is not None
    assert queue.claim(sessions, "two", now=NOW) is None
    late = NOW + queue.LEASE + timedelta(seconds=1)
    second = queue.claim(sessions, "two", now=late)
    assert second is not None
    assert second.id == first.id
    assert not queue.finish(sessions, first, now=late), "the silent worker may not finish it"
    assert queue.finish(sessions, second, now=late)


def test_urgent_work_goes_first(sessions, add):
    add("slow", priority=queue.BULK)
    urgent = add("quick", priority=queue.URGENT)
    claimed = queue.claim(sessions, "one", now=NOW)
    assert claimed is not None
    assert claimed.id == urgent


def test_each_question_of_a_claim_is_one_step_into_the_index(sessions, tenant, add):
    add("a")
    asked = []
    engine = sessions.kw["bind"]

    @event.listens_for(engine, "before_cursor_execute")
    def note(connection, cursor, statement, parameters, *_rest):
        if statement.startswith("SELECT job."):
            asked.append((statement, parameters))

    queue.claim(sessions, "one", now=NOW)
    if engine.dialect.name != "sqlite":
        return
    with engine.connect() as connection:
        for statement, parameters in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            told = " ".join(row[3] for row in plan)
            assert "ix_job_state_priority_run_after_id" in told
            assert "TEMP B-TREE" not in told
    assert asked


def test_a_failing_job_waits_longer_each_time_and_is_dead_at_last(sessions, tenant, add):
    job_id, now = add("a"), NOW
    for _ in range(queue.MAX_ATTEMPTS):
        now += timedelta(hours=1)
        claimed = queue.claim(sessions, "one", now=now)
        assert claimed is not None
        queue.fail(sessions, claimed, "no", now=now)
        assert queue.claim(sessions, "one", now=now) is None
    with writing(sessions, tenant.organisation_id) as session:
        assert session.get_one(Job, job_id).state == JobState.DEAD


def test_the_worker_runs_the_handler_and_survives_its_faults(sessions, settings, tenant, add):
    seen = []

    def handler(work):
        seen.append(work.job.payload["n"])
        if work.job.payload["n"] == "bad":
            raise RuntimeError("as expected")

    add("bad", priority=0)
    good = add("good")
    assert run_one(sessions, settings, {"count": handler})
    assert run_until_idle(sessions, settings, {"count": handler}) == 1
    assert seen == ["bad", "good"]
    with writing(sessions, tenant.organisation_id) as session:
        assert session.get_one(Job, good).state == JobState.DONE


def test_the_words_of_a_fault_are_not_kept(sessions, settings, tenant, add, caplog):
    def handler(work):
        raise ValueError("ada@example.org is not to be read here")

    job_id = add("bad")
    run_one(sessions, settings, {"count": handler})
    with writing(sessions, tenant.organisation_id) as session:
        fault = session.get_one(Job, job_id).fault
    assert fault.startswith("ValueError in handler, test_queue.py:")
    assert "ada@" not in caplog.text
