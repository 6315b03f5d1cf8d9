"""The pool: found by address, known by an unguessable code."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from assess.candidates import queries, service
from assess.candidates.models import Candidate
from assess.candidates.service import Person, person_faults
from assess.db.scope import reading, writing
from assess.errors import Invalid, NotFound
from tests.service import NOW


@pytest.fixture
def find(sessions, tenant):
    def find_(*people, owner=tenant):
        with writing(sessions, owner.organisation_id) as session:
            return service.find_or_make(session, people, now=NOW, source="test")

    return find_


def test_an_address_is_one_person_however_it_is_written(find, sessions, tenant):
    first, again, other = find(
        Person("Ada Okoye", "Ada@Example.org"), Person("A. O.", " ada@example.ORG"),
        Person("", "ben@example.org", "vi"),
    )  # fmt: skip
    assert first == again != other
    assert find(Person("Somebody else", "ada@example.org")) == [first]
    with reading(sessions, tenant.organisation_id) as session:
        ada, ben = queries.candidate(session, first), queries.candidate(session, other)
        assert queries.by_email(session, "ADA@example.org ") == ada
        assert queries.by_email(session, "nobody@example.org") is None
    assert (ada.name, ada.email) == ("Ada Okoye", "ada@example.org")
    assert (ben.name, ben.language) == ("ben@example.org", "vi")


def test_the_pool_of_another_organisation_is_another(find, sessions, tenant, other_tenant):
    [ours], [theirs] = (
        find(Person("Ada", "ada@example.org"), owner=owner) for owner in (tenant, other_tenant)
    )
    assert ours != theirs
    with reading(sessions, tenant.organisation_id) as session, pytest.raises(NotFound):
        queries.candidate(session, theirs)


def test_a_faulty_person_keeps_everybody_out(find, sessions, tenant):
    with pytest.raises(Invalid, match=r"person 2: 'nonsense'"):
        find(Person("Ada", "ada@example.org"), Person("Bo", "nonsense"))
    with reading(sessions, tenant.organisation_id) as session:
        assert session.scalars(select(Candidate.id)).all() == []


def test_codes_are_short_distinct_and_without_look_alikes(sessions, tenant):
    with writing(sessions, tenant.organisation_id) as session:
        codes = service.fresh_codes(session, 500)
    assert len(set(codes)) == 500
    assert all(re.fullmatch(r"[^0O1ILAEU]{3}-[^0O1ILAEU]{3}", code) for code in codes)


def test_a_code_that_is_taken_is_drawn_again(sessions, tenant, find, monkeypatch):
    drawn = iter(["K7M-2QX", "K7M-2QX", "R3T-9WX"])
    monkeypatch.setattr(service, "_code", lambda: next(drawn))
    find(Person("Ada", "ada@example.org"))
    find(Person("Ben", "ben@example.org"))
    with reading(sessions, tenant.organisation_id) as session:
        codes = session.scalars(select(Candidate.code).order_by(Candidate.id)).all()
    assert codes == ["K7M-2QX", "R3T-9WX"]


@pytest.mark.parametrize(
    "address",
    ["a@b.example", "first.last+tag@sub.example.co.uk", "o'neil@example.org", "x_y@1-2.example"],
)
def test_ordinary_addresses_are_taken(address):
    assert person_faults(Person("", address)) == []


@pytest.mark.parametrize(
    "address",
    ["", "a", "a@b", "@b.example", "a@", "a b@c.example", "a@b..example", "a@-b.example",
     "a@b.example, c@d.example", "<a@b.example>", "a@b.example\nBcc: c@d.example",
     "ä@b.example", "x" * 250 + "@b.example"],
)  # fmt: skip
def test_what_cannot_be_written_to_is_refused(address):
    assert person_faults(Person("", address))


@given(st.text())
def test_no_address_that_is_taken_can_break_out_of_a_mail_header(text):
    person = Person("", text)
    if not person_faults(person):
        assert re.fullmatch(r"[!-~]+@[!-~]+", person.address)
