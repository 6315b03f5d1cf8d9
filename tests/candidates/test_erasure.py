"""Erasing a person: nothing of them is left anywhere, and everything else is."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import MetaData, select

from assess.accounts.models import RoleName
from assess.app import KEEPERS
from assess.campaigns.models import Mailing
from assess.candidates import erasure, merging, personal_data
from assess.candidates.models import Candidate
from assess.candidates.service import stop_reminders
from assess.db.base import Base
from assess.db.engine import empty_log
from assess.db.scope import Across, across, reading, writing
from assess.errors import NotFound, Refused
from assess.instruments.catalogue import default_catalogue
from assess.rankings import queries as rankings
from assess.rankings import service as ranking
from assess.reports import queries as reports
from assess.reports import service as report_service
from assess.sittings.models import Answer
from tests.candidates.conftest import ADDRESS, NAME, NOW
from tests.rankings.people import drawn, finish, open_ranked

NUMBER = "f" * 32
#: Tables about people that stay: the trail holds numbers alone, receipts nobody's, jobs are
#: purged by the rooms they are about, released rates hold no group of anybody.
STAY = {"audit_event", "erasure_receipt", "job", "demographic_release"}


@pytest.fixture
def erase(sessions, settings, tenant):
    def erase_(candidate_id, number=NUMBER, now=NOW):
        erasure.erase(sessions, settings, tenant.system, candidate_id, number, now=now)

    return erase_


def everything(engine, settings) -> bytes:
    """Give all bytes an installation holds: database, log, files, mails."""
    found = []
    if engine.dialect.name == "sqlite":
        found += [Path(engine.url.database + suffix) for suffix in ("", "-wal", "-shm")]
    for folder in (settings.files_dir, settings.mail_dir):
        found += [path for path in folder.rglob("*") if path.is_file()]
    dump = b"".join(path.read_bytes() for path in found if path.exists())
    tables = MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT set_config('assess.scope', 'all', true)")
        for table in tables.sorted_tables:
            rows = [tuple(row) for row in connection.execute(table.select())]
            dump += json.dumps(rows, default=str, ensure_ascii=False).encode()
    return dump


def traces(dump: bytes) -> set[str]:
    """Give the words of the person that are in ``dump``, in any case and in JSON's escapes."""
    words = {NAME, ADDRESS, "Zuleika", "okonkwo", json.dumps(NAME)[1:-1], "key-of-0", "way-of-0"}
    low = dump.decode("utf-8", "ignore").casefold()
    return {word for word in words if word.casefold() in low}


def test_name_and_address_are_in_no_byte_of_the_installation(
    engine, sessions, settings, held, erase
):
    before = everything(engine, settings)
    assert {NAME, ADDRESS, "key-of-0", "way-of-0"} <= traces(before)
    files = {path for path in settings.files_dir.rglob("*") if path.is_file()}
    assert len(files) == 2
    assert NAME.encode() in b"".join(path.read_bytes() for path in files)
    erase(held.person)
    after = everything(engine, settings)
    assert traces(after) == set()
    assert b"Ada Meyer" in after
    assert b"key-of-1" in after
    assert b"way-of-1" in after
    assert not [path for path in settings.files_dir.rglob("*") if path.is_file()]


def test_the_receipt_says_how_much_and_not_who(sessions, held, erase, engine):
    erase(held.person)
    receipt = erasure.receipt(sessions, NUMBER)
    assert receipt.erased_at == NOW
    assert receipt.removed["scores"] == 2
    assert receipt.removed["answers"] == 1
    assert receipt.removed["own reports"] == 1
    assert receipt.removed["ranked reports withdrawn"] == 1
    assert receipt.removed["files"] == 2
    for what in (
        "choices of display", "clocks", "times needed", "notices shown",
        "questions for another way",
    ):  # fmt: skip
        assert receipt.removed[what] == 1, what
    assert all(isinstance(n, int) for n in receipt.removed.values())
    assert erasure.receipt(sessions, "0" * 32) is None


def test_erased_twice_is_erased_once(sessions, held, erase):
    erase(held.person)
    first = erasure.receipt(sessions, NUMBER)
    erase(held.person, number="e" * 32)
    assert erasure.receipt(sessions, NUMBER) == first
    assert erasure.receipt(sessions, "e" * 32) is None


def test_the_ranking_stays_whole_with_a_place_of_nobody(sessions, tenant, held, erase):
    with reading(sessions, tenant.organisation_id) as session:
        before = rankings.snapshot(session, held.snapshot_id)
    erase(held.person)
    with reading(sessions, tenant.organisation_id) as session:
        after = rankings.snapshot(session, held.snapshot_id)
        with pytest.raises(NotFound):
            rankings.entry(session, held.snapshot_id, held.person)
        assert rankings.standing(session, held.campaign_id).stale
    [gone] = [entry for entry in after.entries if entry.erased]
    [was] = [entry for entry in before.entries if entry.candidate_id == held.person]
    assert (gone.rank, gone.rank_low, gone.rank_high, gone.band, gone.fit) == (
        was.rank, was.rank_low, was.rank_high, was.band, was.fit,
    )  # fmt: skip
    assert gone.name != was.name
    assert gone.code != was.code
    assert not gone.mean
    assert not gone.scales
    others = [e for e in before.entries if e.candidate_id != held.person]
    assert {e.candidate_id: e for e in after.entries if not e.erased} == {
        e.candidate_id: e for e in others
    }


def test_the_next_ranking_and_its_report_know_nothing_of_the_person(
    sessions, settings, tenant, held, erase
):
    erase(held.person)
    catalogue = default_catalogue()
    snapshot_id = ranking.rank_campaign(
        sessions, tenant.recruiter, catalogue, held.campaign_id, now=NOW
    )
    with reading(sessions, tenant.organisation_id) as session:
        assert rankings.snapshot(session, snapshot_id).people == 3
        assert reports.report(session, held.campaign_id, held.ranked_id).withdrawn
        with pytest.raises(NotFound):
            reports.report(session, held.campaign_id, held.own_id)
    # The withdrawn report can be made again, of the old ranking, without the person.
    report_service.make(
        sessions, settings, catalogue, tenant.organisation_id, held.ranked_id, now=NOW
    )
    with reading(sessions, tenant.organisation_id) as session:
        found = reports.report(session, held.campaign_id, held.ranked_id)
    assert found.ready
    assert not found.withdrawn


def test_a_report_that_is_laid_out_meanwhile_is_not_kept(
    sessions, settings, tenant, held, erase, monkeypatch
):
    erase(held.people[1], number="a" * 32)
    real = report_service._render

    def slow(*args):
        erase(held.person, now=NOW + timedelta(seconds=1))
        return real(*args)

    monkeypatch.setattr(report_service, "_render", slow)
    report_service.make(
        sessions, settings, default_catalogue(), tenant.organisation_id, held.ranked_id, now=NOW
    )
    assert not [path for path in settings.files_dir.rglob("*") if path.is_file()]


def test_every_table_about_people_is_kept_by_a_room(engine):
    about = {"candidate"}
    tables = Base.metadata.tables
    while True:
        found = {
            name
            for name, table in tables.items()
            if any(key.column.table.name in about for key in table.foreign_keys)
        }
        if found <= about:
            break
        about |= found
    known = set().union(*(keeper.tables for keeper in KEEPERS)) | STAY
    assert about <= known, "give each of these tables an owner in app.KEEPERS"
    assert personal_data.keepers() == KEEPERS


def test_an_export_holds_all_of_the_person_and_nothing_of_others(sessions, tenant, held):
    with reading(sessions, tenant.organisation_id) as session:
        found = personal_data.export(session, held.person)
    text = json.dumps(found, ensure_ascii=False)
    assert {NAME, ADDRESS, "key-of-0", "way-of-0"} <= traces(text.encode())
    for other in ("Ada Meyer", "ada.meyer", "Bo Silva", "Chidi", "key-of-1", "way-of-1"):
        assert other not in text
    [sitting] = found["sittings"]["sittings"]
    assert sitting["display"][0]["extra_time"] == "1.5"
    assert [sitting[what][0][of] for what, of in (
        ("clock", "used_milliseconds"), ("time_needed", "seconds"), ("notices", "language"),
    )] == [1000, 700, "fr"]  # fmt: skip
    assert [a["questionnaire"] for a in sitting["attempts"]] == [
        "work-style", "service-judgement-a",
    ]  # fmt: skip
    assert len(sitting["attempts"][0]["scores"][0]["scales"]["mean"]) > 5
    assert found["rankings"]["places"][0]["people"] == 4
    assert len(found["reports"]["reports"]) == 2
    [invitation] = found["campaigns"]["invitations"]
    assert invitation["campaign"] == "Winter team"
    [letter] = invitation["mails"]
    assert (letter["kind"], letter["state"]) == ("invitation", "sent")


def test_another_organisation_can_neither_erase_nor_merge(
    sessions, settings, held, other_tenant, engine
):
    with pytest.raises(NotFound):
        erasure.erase(sessions, settings, other_tenant.system, held.person, NUMBER, now=NOW)
    with pytest.raises(NotFound):
        merging.merge(sessions, other_tenant.system, held.people[1], held.person, now=NOW)
    assert traces(everything(engine, settings))


def test_two_records_of_one_person_become_one(sessions, tenant, held):
    catalogue = default_catalogue()
    other = open_ranked(sessions, tenant, catalogue, seed=8)
    [again] = finish(sessions, tenant, catalogue, other, drawn(catalogue, 1, names=["Z. O."]))
    merging.merge(sessions, tenant.recruiter, held.person, again, now=NOW)
    with reading(sessions, tenant.organisation_id) as session:
        found = personal_data.export(session, held.person)
        gone = session.get_one(Candidate, again)
        assert (gone.name, gone.email, gone.erased_at) == ("Merged record", None, NOW)
    assert len(found["campaigns"]["invitations"]) == 2
    assert len(found["sittings"]["sittings"]) == 2
    assert sum(len(one["display"]) for one in found["sittings"]["sittings"]) == 1
    assert sum(len(one["other_ways_asked_for"]) for one in found["campaigns"]["invitations"]) == 1
    assert found["candidates"]["name"] == NAME


def test_a_wish_for_no_reminders_outlives_a_merge_and_goes_with_the_person(
    sessions, tenant, held, erase
):
    catalogue = default_catalogue()
    other = open_ranked(sessions, tenant, catalogue, seed=8)
    [again] = finish(sessions, tenant, catalogue, other, drawn(catalogue, 1, names=["Z. O."]))
    with writing(sessions, tenant.organisation_id) as session:
        stop_reminders(session, again, NOW)
        session.get_one(Candidate, again).time_zone = "Europe/Paris"
    merging.merge(sessions, tenant.recruiter, held.person, again, now=NOW)
    with reading(sessions, tenant.organisation_id) as session:
        found = personal_data.export(session, held.person)["candidates"]
    assert (found["reminders_stopped_at"], found["time_zone"]) == (NOW.isoformat(), "Europe/Paris")
    erase(held.person)
    with reading(sessions, tenant.organisation_id) as session:
        row = session.get_one(Candidate, held.person)
        assert (row.reminders_stopped_at, row.time_zone) == (None, None)
        left = session.scalars(select(Mailing).where(Mailing.kind == "invitation")).all()
        assert len(left) == len(held.people) - 1


def test_only_who_may_merges(sessions, tenant, held):
    with pytest.raises(Refused):
        merging.merge(
            sessions, tenant.members[RoleName.ANALYST], held.person, held.people[1], now=NOW
        )


def test_the_log_is_not_emptied_under_a_reader(engine, sessions, tenant, held, tmp_path):
    if engine.dialect.name != "sqlite":
        empty_log(sessions)
        return
    with across(sessions, Across.OPERATOR) as session:
        session.scalars(select(Answer.id)).all()
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE organisation SET name = name || '.'")
        with pytest.raises(TimeoutError):
            empty_log(sessions, seconds=0)
    empty_log(sessions)
    assert Path(engine.url.database + "-wal").stat().st_size == 0
    shutil.copy(engine.url.database, tmp_path / "copy")
