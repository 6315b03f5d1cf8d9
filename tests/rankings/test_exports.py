"""Files of large rankings: made by a job, as the asker may see, kept a day, gone with a person."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from assess.accounts.models import RoleName
from assess.app import HANDLERS
from assess.candidates import erasure, personal_data
from assess.db.scope import reading, writing
from assess.errors import Invalid, NotFound, Refused
from assess.files.models import StoredFile
from assess.jobs.models import Job, JobState
from assess.jobs.worker import run_until_idle
from assess.rankings import export_queries, export_service, labels
from assess.rankings.models import RankingExport
from tests.rankings.ranked import Ranked
from tests.service import NOW, csrf


@pytest.fixture
def ranked(sessions, tenant, shipped, monkeypatch):
    """Give a ranking of eight that counts as large."""
    monkeypatch.setattr(export_queries, "LARGE", 7)
    return Ranked(sessions, tenant, shipped)


def ask(ranked, form="csv", actor=None):
    who = actor or ranked.tenant.recruiter
    return export_service.request(ranked.sessions, who, ranked.id, form, now=NOW)


def work(ranked, settings):
    return run_until_idle(ranked.sessions, settings, HANDLERS)


def rows(ranked, model):
    with reading(ranked.sessions, ranked.tenant.organisation_id) as session:
        return list(session.scalars(select(model)))


def stored(settings):
    return [path for path in settings.files_dir.rglob("*") if path.is_file()]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_large_ranking_is_made_beside_and_is_the_very_file_a_small_one_gives(
    ranked, tenant, signed_in, settings, monkeypatch, form
):
    client = signed_in(tenant, RoleName.RECRUITER)
    ranking = f"/campaigns/{ranked.id}/ranking"
    page = client.get(ranking).text
    assert f"{ranking}.csv" not in page
    sent = client.get(f"{ranking}.{form}")
    assert sent.headers["Location"].endswith(ranking)
    answer = client.post(f"{ranking}/exports", data={"form": form, "csrf_token": csrf(page)})
    assert answer.status_code == 303
    waiting = client.get(answer.location)
    assert waiting.headers["Refresh"] == "2"
    assert "waiting for its turn" in waiting.text
    assert client.get(f"{answer.location}/file").status_code == 404
    assert work(ranked, settings) == 1
    ready = client.get(answer.location)
    assert "Refresh" not in ready.headers
    assert "The file is ready" in ready.text
    made = client.get(f"{answer.location}/file")
    assert made.headers["Content-Disposition"].endswith(f"ranking-{ranked.id}-2026-01-05.{form}")
    [event] = ranked.audit("ranking downloaded")
    assert event.detail["snapshot"] == ranked.snapshot_id
    monkeypatch.setattr(export_queries, "LARGE", 8)
    direct = client.get(f"{ranking}.{form}")
    assert direct.mimetype == made.mimetype
    if form == "csv":
        assert direct.data == made.data


def test_the_same_question_is_one_file_and_what_was_given_up_is_tried_again(
    ranked, tenant, signed_in, settings, monkeypatch
):
    first = ask(ranked)
    assert ask(ranked) == first != ask(ranked, "xlsx")
    with pytest.raises(Invalid, match="form: must be one of csv, xlsx"):
        ask(ranked, "pdf")
    with pytest.raises(Refused):
        ask(ranked, actor=tenant.members[RoleName.ANALYST])
    with writing(ranked.sessions, tenant.organisation_id) as session:
        session.execute(
            update(Job).where(Job.kind == export_queries.MAKE_JOB).values(state=JobState.DEAD)
        )
    client = signed_in(tenant, RoleName.PSYCHOLOGIST)
    page = client.get(f"/campaigns/{ranked.id}/ranking/exports/{first}").text
    assert "could not be made" in page
    client.post(
        f"/campaigns/{ranked.id}/ranking/exports",
        data={"form": "csv", "csrf_token": csrf(page)},
    )
    assert work(ranked, settings) == 1
    assert [row.made_at is not None for row in rows(ranked, RankingExport)] == [True, False]


def test_progress_is_told(ranked, settings, monkeypatch):
    monkeypatch.setattr("assess.rankings.export_rows.TOLD_EACH", 3)
    ask(ranked, "xlsx")
    work(ranked, settings)
    done = {row.kind: (row.done, row.total) for row in rows(ranked, Job)}
    assert done[export_queries.MAKE_JOB] == (6, 8)


def test_a_file_goes_after_a_day(ranked, settings, tenant):
    export_id = ask(ranked)
    work(ranked, settings)
    assert len(stored(settings)) == 1
    [forget] = [row for row in rows(ranked, Job) if row.kind == export_service.FORGET_JOB]
    [made] = rows(ranked, RankingExport)
    assert forget.run_after == made.made_at + timedelta(days=1)
    with writing(ranked.sessions, tenant.organisation_id) as session:
        session.execute(update(Job).where(Job.id == forget.id).values(run_after=NOW))
    assert work(ranked, settings) == 1
    assert stored(settings) == rows(ranked, StoredFile) == rows(ranked, RankingExport) == []
    with (
        reading(ranked.sessions, tenant.organisation_id) as session,
        pytest.raises(NotFound, match="kept a day"),
    ):
        export_queries.export(session, ranked.id, export_id, labels.Sight())


def test_a_file_goes_with_a_person_in_it_and_one_being_made_is_not_kept(
    ranked, settings, tenant, monkeypatch
):
    ask(ranked)
    work(ranked, settings)
    ask(ranked, "xlsx")
    with reading(ranked.sessions, tenant.organisation_id) as session:
        held = personal_data.export(session, ranked.who[0])["rankings"]["files"]
    assert [(one["form"], one["made_at"] is not None) for one in held] == [
        ("csv", True), ("xlsx", False)
    ]  # fmt: skip
    real = export_service.export_file

    def slow(*args, **how):
        made = real(*args, **how)
        erasure.erase(ranked.sessions, settings, tenant.system, ranked.who[0], "receipt", now=NOW)
        return made

    monkeypatch.setattr(export_service, "export_file", slow)
    work(ranked, settings)
    assert stored(settings) == rows(ranked, StoredFile) == rows(ranked, RankingExport) == []
    receipt = erasure.receipt(ranked.sessions, "receipt")
    assert receipt.removed["files of rankings"] == 2
    assert receipt.removed["files"] == 1
    # Asked for again, it is made without the person.
    monkeypatch.undo()
    ask(ranked)
    work(ranked, settings)
    assert "Ada" not in stored(settings)[0].read_text()


def test_a_blind_file_is_for_whoever_sees_the_names_in_it(
    sessions, tenant, shipped, settings, signed_in
):
    ranked = Ranked(sessions, tenant, shipped, blind=True)
    ranked.look_at(tenant.recruiter, ranked.who[0])
    ranked.decide("hired", ranked.who[0])
    export_id = ask(ranked)
    work(ranked, settings)
    text = stored(settings)[0].read_text()
    assert "Ada Okafor" in text
    assert "Bo Meyer" not in text
    client = signed_in(tenant, RoleName.RECRUITER)
    address = f"/campaigns/{ranked.id}/ranking/exports/{export_id}"
    assert client.get(f"{address}/file").status_code == 200
    ranked.decide("hold", ranked.who[0])
    for hidden in (address, f"{address}/file"):
        assert client.get(hidden).status_code == 403
    assert ask(ranked) != export_id


def test_another_organisation_finds_nothing(ranked, other_tenant, settings):
    export_id = ask(ranked)
    work(ranked, settings)
    with (
        reading(ranked.sessions, other_tenant.organisation_id) as session,
        pytest.raises(NotFound),
    ):
        export_queries.export(session, ranked.id, export_id, labels.Sight())
    with pytest.raises(NotFound):
        ask(ranked, actor=other_tenant.recruiter)
