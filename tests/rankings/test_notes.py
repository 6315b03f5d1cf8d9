"""Notes about a person: whose, once, taken along by the person, gone with erasure."""

import pytest
from sqlalchemy import select

from assess.accounts.models import RoleName
from assess.candidates import personal_data
from assess.db.scope import reading, writing
from assess.errors import Invalid, NotFound, Refused
from assess.rankings.models import PersonNote
from assess.rankings.note_service import notes, write_note
from tests.rankings.ranked import Ranked
from tests.service import NOW


def test_a_note_is_kept_once_and_goes_with_the_person(sessions, tenant, other_tenant, shipped):
    ranked = Ranked(sessions, tenant, shipped)
    one, organisation_id = ranked.who[0], tenant.organisation_id

    def note(actor, text="Asked for early shifts.\r\nCalls back on Monday. ", act="form", who=one):
        write_note(sessions, actor, ranked.id, who, text, act, now=NOW)

    for _ in range(2):  # sent twice is once
        note(tenant.recruiter)
    note(tenant.members[RoleName.HIRING_MANAGER], "Spoke on the phone.", act="another form")
    with reading(sessions, organisation_id) as session:
        found = notes(session, ranked.id, one)
        held = personal_data.export(session, one)["rankings"]["notes"]
    assert [(each.text, each.by) for each in found] == [
        ("Asked for early shifts.\nCalls back on Monday.", "recruiter of Harbour Care"),
        ("Spoke on the phone.", "hiring_manager of Harbour Care"),
    ]
    assert held[1] == {"written_at": NOW.isoformat(), "text": "Spoke on the phone."}
    assert len(ranked.audit("note written")) == 2
    for actor, fault in (
        (tenant.members[RoleName.PSYCHOLOGIST], Refused),
        (tenant.members[RoleName.ANALYST], Refused),
        (tenant.system, Refused),
        (other_tenant.recruiter, NotFound),
    ):
        with pytest.raises(fault):
            note(actor, act="third")
    for text in ("", " \n", "x" * 4001, "a\0b"):
        with pytest.raises(Invalid):
            note(tenant.recruiter, text, act="third")
    with pytest.raises(NotFound):
        note(tenant.recruiter, act="third", who=10**6)
    with writing(sessions, organisation_id) as session:
        assert personal_data.erase(session, one, NOW).counts["notes"] == 2
        assert session.scalar(select(PersonNote.id)) is None
