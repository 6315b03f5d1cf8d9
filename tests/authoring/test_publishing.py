"""Publishing: kept under a digest for ever, once, by those who may."""

import shutil
from dataclasses import replace

import pytest
from sqlalchemy import select

from assess.accounts.models import AuditEvent, RoleName
from assess.authoring import service
from assess.authoring.models import InstrumentContent, InstrumentWording, PublishedInstrument
from assess.db.scope import reading, writing
from assess.errors import Conflict, Invalid, Refused
from assess.instruments.catalogue import Catalogue
from tests.authoring.conftest import RECOVERY, changed
from tests.service import NOW


def rows(sessions, tenant, model):
    with reading(sessions, tenant.organisation_id) as session:
        return session.scalars(select(model).order_by(model.id)).all()


def test_each_form_is_published_and_they_share_their_files(publish, sessions, tenant, bank):
    digests = publish(bank.files("service-judgement-a"))
    found = rows(sessions, tenant, PublishedInstrument)
    assert [one.digest for one in found] == digests
    assert [one.key for one in found] == ["service-judgement-a", "service-judgement-b"]
    assert {one.folder for one in found} == {"service-judgement"}
    assert len(rows(sessions, tenant, InstrumentContent)) == 1
    events = [e for e in rows(sessions, tenant, AuditEvent) if e.act == "instrument published"]
    assert [event.detail["digest"] for event in events] == digests


def test_publishing_twice_is_the_same_as_once(publish, sessions, tenant, bank):
    files = changed(bank.files(RECOVERY))
    assert publish(files) == publish(files)
    assert len(rows(sessions, tenant, PublishedInstrument)) == 1
    events = [e for e in rows(sessions, tenant, AuditEvent) if e.act == "instrument published"]
    assert len(events) == 1


def test_a_published_version_never_changes(publish, sessions, tenant, bank):
    files = bank.files(RECOVERY)
    publish(changed(files, version="2"))
    with pytest.raises(Conflict, match="give the changed one a new version"):
        publish(changed(files, version="2", provisional="provisional "))
    assert len(rows(sessions, tenant, PublishedInstrument)) == 1
    publish(changed(files, version="3"))
    assert [one.version for one in rows(sessions, tenant, PublishedInstrument)] == ["2", "3"]


@pytest.mark.parametrize("role", [role for role in RoleName if role is not RoleName.PSYCHOLOGIST])
def test_only_a_psychologist_publishes(publish, tenant, bank, role):
    with pytest.raises(Refused):
        publish(bank.files(RECOVERY), tenant.members[role])


def test_another_organisation_has_its_own(publish, sessions, tenant, other_tenant, bank):
    files = changed(bank.files(RECOVERY), version="2")
    publish(files)
    assert not rows(sessions, other_tenant, PublishedInstrument)
    publish(
        changed(files, version="2", provisional="provisional "),
        other_tenant.members[RoleName.PSYCHOLOGIST],
    )
    assert len(rows(sessions, other_tenant, PublishedInstrument)) == 1


def test_what_does_not_load_is_not_published(publish, sessions, tenant, bank):
    files = {**bank.files(RECOVERY), "instrument.yaml": "key: x\n"}
    with pytest.raises(Invalid) as caught:
        publish(files)
    assert all(fault.startswith("instrument.yaml: ") for fault in caught.value.faults)
    assert not rows(sessions, tenant, PublishedInstrument)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (f"key: {RECOVERY}", f"key: {'x' * 81}", "key: must have at most 80"),
        ("language: en", "language: abcdefghijklm", "language: must have at most 10"),
    ],
)
def test_what_no_record_can_hold_is_refused(publish, bank, old, new, fault):
    with pytest.raises(Invalid, match=fault):
        publish(changed(bank.files(RECOVERY), **{old: new}))


def test_a_translation_that_comes_later_is_added_once(publish, sessions, tenant, bank):
    files = changed(bank.files(RECOVERY))
    digests = publish(files)
    french = 'language: fr\nversion: "9"\nstatus: machine_drafted\ntexts: {title: Reprise}\n'
    more = {**files, "translations/fr.yaml": french}
    assert publish(more) == digests
    assert publish(more) == digests
    (row,) = rows(sessions, tenant, InstrumentWording)
    assert (row.folder, row.version, row.language) == (RECOVERY, "9", "fr")
    assert (row.text, row.status, row.reviewer) == (french, "machine_drafted", None)


def test_a_battery_of_the_folder_is_frozen_once(sessions, tenant, bank, tmp_path):
    shutil.copytree(bank.folder, tmp_path / "bank")
    own = Catalogue(tmp_path / "bank")
    battery = [own.instrument(key) for key in ("work-style", "service-judgement-a")]
    for _ in range(2):
        with writing(sessions, tenant.organisation_id) as session:
            service.freeze(session, tenant.recruiter, own, battery, NOW)
    found = rows(sessions, tenant, PublishedInstrument)
    assert [one.digest for one in found] == [one.digest for one in battery]
    assert {one.source for one in found} == {"folder"}


def test_a_folder_edited_under_the_service_is_kept_as_it_was_loaded(
    sessions, tenant, bank, tmp_path
):
    shutil.copytree(bank.folder, tmp_path / "bank")
    own = Catalogue(tmp_path / "bank")
    loaded = own.instrument(RECOVERY)
    path = tmp_path / "bank" / RECOVERY / "instrument.yaml"
    path.write_text(path.read_text().replace("title: ", "title: Other ", 1))
    with writing(sessions, tenant.organisation_id) as session:
        service.freeze(session, tenant.recruiter, own, [loaded], NOW)
    (row,) = rows(sessions, tenant, PublishedInstrument)
    assert (row.digest, row.title) == (loaded.digest, loaded.title)


@pytest.mark.parametrize("version", ["7\nX-Evil: 1", '7"; x="', "../7", "7@8", "7 b"])
def test_a_version_that_is_no_name_of_a_file_is_refused(bank, version):
    one = replace(bank.instrument(RECOVERY), version=version)
    (fault,) = service.size_faults(one)
    assert fault.startswith("instrument.yaml: version: must be letters")
    assert service.size_faults(replace(one, version="2026.1-b_2")) == []
