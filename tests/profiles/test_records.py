"""Exports through the service: what is stored, what is deleted, who may see it."""

import io
import logging
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text

from assess.accounts.models import AuditEvent, Brand
from assess.app import HANDLERS
from assess.campaigns import service as campaigns
from assess.db.scope import reading, writing
from assess.errors import Conflict, Invalid, NotFound, Refused
from assess.instruments.catalogue import default_catalogue
from assess.instruments.model import CallDriver
from assess.jobs.models import Job
from assess.jobs.worker import run_one, run_until_idle
from assess.profiles import driver_service, queries, record_queries, record_service
from assess.profiles.models import SummaryState
from assess.profiles.record_columns import Columns
from assess.profiles.record_mix import Choices
from assess.selection.demand import COMPETENCIES
from tests.campaigns.conftest import opening
from tests.profiles.exports import SECRETS, as_csv
from tests.service import NOW

BANK = default_catalogue()
#: The worker asks the real clock, so what it does must not be long due.
TODAY = datetime.now(UTC)


def own(code="meter", **changes) -> CallDriver:
    facts = {
        "title": "Meter reading",
        "emotional_load": 2.5,
        "ratings": dict.fromkeys(COMPETENCIES, 2),
        "style_targets": dict.fromkeys("DISC", 50),
    }
    return CallDriver(code, **{**facts, **changes})


def everything_stored(engine, folder: Path) -> str:
    """Give every value of the database and every byte of the files, as text."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT set_config('assess.scope', 'all', true)"))
        tables = inspect(engine).get_table_names()
        rows = [connection.execute(text(f'SELECT * FROM "{t}"')).fetchall() for t in tables]  # noqa: S608
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return repr(rows) + repr(files)


def test_an_export_leaves_counts_and_nothing_that_names_anybody(
    take, map_reasons, view, export, engine, settings, caplog, monkeypatch, tmp_path
):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    caplog.set_level(logging.DEBUG)
    content = export.read_bytes()
    export.unlink()
    summary_id = take(content)
    seen = view(summary_id)
    assert (seen.state, seen.here) == (SummaryState.READY, False)
    assert seen.counts["contacts"] == 401
    map_reasons(summary_id)
    stored = everything_stored(engine, tmp_path)
    for secret in (
        *SECRETS,
        "Customer name",
        "C-000",
        "second line",
        "HYPERLINK",
        "perhaps",
    ):
        assert secret not in stored, secret
        assert secret not in caplog.text
    # A word of the export, and a part of "pages", which is a column of ours.
    assert not re.search(r"\bages\b", stored)
    assert "Livraison en retard" in stored
    assert not list(settings.files_dir.rglob("*/*"))
    assert not list(scratch.iterdir())


def test_what_was_decided_is_remembered_for_the_brand_alone(
    take, map_reasons, sessions, tenant, export, view
):
    first = take(export.read_bytes())
    digest = map_reasons(first)
    with reading(sessions, tenant.organisation_id) as session:
        known = record_queries.remembered_reasons(session, view(first).brand_id)
        found = record_queries.records_mix(session, BANK, first)
    assert known["livraison en retard"] == "delivery"
    assert "zz 917 internal" not in known or known["zz 917 internal"] == "-"
    assert found.mix.n_contacts == found.n
    assert found.not_live > 0
    assert view(first).profile_digest == digest
    other = take(export.read_bytes(), brand="Other")
    with reading(sessions, tenant.organisation_id) as session:
        assert record_queries.remembered_reasons(session, view(other).brand_id) == {}
    again = take(export.read_bytes())
    record_service.decide(
        sessions, tenant.recruiter, BANK, again,
        Choices({"Refund request": "returns"}), now=TODAY,
    )  # fmt: skip
    with reading(sessions, tenant.organisation_id) as session:
        assert record_queries.remembered_reasons(session, view(again).brand_id) == {
            "refund request": "returns"
        }


def test_a_file_that_leaves_days_and_months_open_asks_and_goes_on(
    take, view, sessions, settings, tenant
):
    text_ = as_csv([["03/04/2026", "Refund", "5"]], header=("Date", "Reason", "Duration"))
    summary_id = take(text_.encode())
    seen = view(summary_id)
    assert (seen.state, seen.here) == (SummaryState.QUESTION, True)
    assert {question.about for question in seen.questions} == {"order", "unit"}
    record_service.answer(
        sessions, tenant.recruiter, summary_id, order="mdy", unit="min", now=TODAY
    )
    run_until_idle(sessions, settings, HANDLERS)
    seen = view(summary_id)
    assert (seen.state, seen.here, seen.months) == (SummaryState.READY, False, [202603])
    with pytest.raises(Conflict, match="ask nothing"):
        record_service.answer(sessions, tenant.recruiter, summary_id, order="", unit="", now=TODAY)
    with pytest.raises(Conflict, match="read and is deleted"):
        record_service.layout_of(sessions, settings, tenant.recruiter, summary_id)


def test_a_column_that_is_no_reason_fails_with_words_and_can_be_mapped_anew(
    take, view, sessions, settings, tenant
):
    rows = [[f"P{i}", "Refund", "90"] for i in range(1200)]
    content = as_csv(rows, header=("Person", "Why", "Seconds")).encode()
    summary_id = take(content, Columns({"reason": 0, "duration": 2}))
    seen = view(summary_id)
    assert (seen.state, seen.here) == (SummaryState.FAILED, True)
    assert "1,200 different values" in seen.failed[0]
    columns = Columns({"reason": 1, "duration": 2})
    record_service.choose_columns(
        sessions, settings, tenant.recruiter, summary_id, columns, now=TODAY
    )
    run_until_idle(sessions, settings, HANDLERS)
    assert view(summary_id).state is SummaryState.READY


def test_a_file_nobody_maps_is_deleted_after_a_day(sessions, settings, tenant, view, export):
    stream = io.BytesIO(export.read_bytes())
    summary_id = record_service.take_export(
        sessions, settings, tenant.recruiter, "B", stream, now=NOW
    )
    with reading(sessions, tenant.organisation_id) as session:
        job = session.scalars(select(Job)).one()
        assert job.run_after == NOW + timedelta(days=1)
    assert run_one(sessions, settings, HANDLERS)
    seen = view(summary_id)
    assert (seen.state, seen.here) == (SummaryState.FAILED, False)
    assert not list(settings.files_dir.rglob("*/*"))


def test_reading_again_after_a_worker_died_counts_once(
    take, view, sessions, settings, tenant, export
):
    summary_id = take(export.read_bytes())
    with writing(sessions, tenant.organisation_id) as session:
        job = session.scalars(select(Job).where(Job.kind == "read-contacts")).one()
        job.state = "waiting"
    run_until_idle(sessions, settings, HANDLERS)
    assert view(summary_id).counts["contacts"] == 401


@pytest.mark.parametrize(
    ("content", "what"),
    [(b"", "empty"), (b"x" * 2_000_001, "larger than 2 MB"), (b"only\nwords\n", "one column")],
)
def test_a_refused_file_leaves_nothing(sessions, settings, tenant, content, what):
    small = replace(settings, largest_export=2)
    with pytest.raises(Invalid, match=what):
        record_service.take_export(
            sessions, small, tenant.recruiter, "B", io.BytesIO(content), now=TODAY
        )
    assert not list(settings.files_dir.rglob("*/*"))
    with reading(sessions, tenant.organisation_id) as session:
        assert session.scalars(select(Brand)).all() == []


def test_another_organisation_and_other_roles_see_nothing(
    take, sessions, settings, tenant, other_tenant, export
):
    summary_id = take(export.read_bytes())
    for act in (
        lambda: record_service.discard(
            sessions, settings, other_tenant.recruiter, summary_id, now=TODAY
        ),
        lambda: record_service.layout_of(sessions, settings, other_tenant.recruiter, summary_id),
    ):
        with pytest.raises(NotFound):
            act()
    with reading(sessions, other_tenant.organisation_id) as session:
        assert record_queries.summaries(session) == []
    for role, member in tenant.members.items():
        if role not in record_service.MAPS:
            with pytest.raises(Refused):
                record_service.discard(sessions, settings, member, summary_id, now=TODAY)
    record_service.discard(sessions, settings, tenant.recruiter, summary_id, now=TODAY)
    with reading(sessions, tenant.organisation_id) as session:
        assert record_queries.summaries(session) == []
        acts = [event.act for event in session.scalars(select(AuditEvent))]
    assert {"contact export taken", "contact export read", "contact records deleted"} <= set(acts)


def test_new_records_are_held_against_the_brands_profiles(
    take, map_reasons, sessions, tenant, export, view
):
    campaigns.open_campaign(
        sessions, tenant.recruiter, BANK, opening(brand="Parcel Friend"), now=TODAY
    )
    summary_id = take(export.read_bytes())
    map_reasons(summary_id)
    with reading(sessions, tenant.organisation_id) as session:
        found = record_queries.records_mix(session, BANK, summary_id)
        (line,) = record_queries.drifts(session, BANK, view(summary_id).brand_id, found)
        asked = record_queries.new_demand(session, BANK, summary_id)
    assert line.drift.enough
    assert line.drift.p < 0.01
    assert sum(line.weights) == pytest.approx(1)
    assert line.new == pytest.approx(asked.weights.tolist())


def test_own_drivers_stand_beside_the_catalogues(sessions, tenant, other_tenant, take, view):
    administrator = tenant.members[next(r for r in tenant.members if r.value == "administrator")]
    driver_service.save_driver(sessions, administrator, BANK, own(), now=TODAY)
    driver_service.save_driver(
        sessions, administrator, BANK, own("solar", title="Solar panels"), now=TODAY, brand="Sun"
    )
    with reading(sessions, tenant.organisation_id) as session:
        brand_id = session.scalar(select(Brand.id).where(Brand.name == "Sun"))
        found = queries.drivers(session, BANK)
        assert list(found) == [*BANK.call_drivers, "meter", "solar"]
        assert found["meter"] == own()
        assert list(queries.drivers(session, BANK, brand_id + 1))[-1] == "meter"
    with reading(sessions, other_tenant.organisation_id) as session:
        assert queries.drivers(session, BANK) == BANK.call_drivers
    content = as_csv([["Meter reading", "90"], ["Refund", "120"]], header=("Reason", "Seconds"))
    summary_id = take(content.encode())
    choices = Choices({"Meter reading": "meter", "Refund": "returns"})
    record_service.decide(sessions, tenant.recruiter, BANK, summary_id, choices, now=TODAY)
    with reading(sessions, tenant.organisation_id) as session:
        whole = queries.with_own_drivers(session, BANK)
        mix = record_queries.records_mix(session, whole, summary_id).mix
    assert {driver.code for driver in mix.drivers} == {"meter", "returns"}
    driver_service.retire_driver(sessions, administrator, "meter", now=TODAY)
    with reading(sessions, tenant.organisation_id) as session:
        assert "meter" not in queries.drivers(session, BANK)
        assert "meter" in queries.with_own_drivers(session, BANK, retired=True).call_drivers


@pytest.mark.parametrize(
    ("driver", "what"),
    [
        (own("Meter"), "small letters"), (own("delivery"), "catalogue has"),
        (own(title=" "), "title"), (own(emotional_load=6), "emotional load"),
        (own(ratings={**dict.fromkeys(COMPETENCIES, 2), "EMP": -1}), "EMP"),
        (own(ratings={"EMP": 2}), "REG"), (own(ratings=dict.fromkeys(COMPETENCIES, 0)), "above 0"),
        (own(style_targets={**dict.fromkeys("DISC", 50), "S": float("nan")}), "S: must be"),
    ],
)  # fmt: skip
def test_a_driver_that_is_not_rated_rightly_is_refused(sessions, tenant, driver, what):
    administrator = tenant.members[next(r for r in tenant.members if r.value == "administrator")]
    with pytest.raises(Invalid, match=what):
        driver_service.save_driver(sessions, administrator, BANK, driver, now=TODAY)
    with pytest.raises(Refused):
        driver_service.save_driver(sessions, tenant.recruiter, BANK, own(), now=TODAY)
