"""Profiles: what a mix may be, and what stays of it."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from assess.accounts.models import AuditEvent
from assess.accounts.service import brand_named
from assess.db.scope import reading, writing
from assess.errors import Invalid, NotFound, Refused
from assess.instruments.catalogue import default_catalogue
from assess.profiles import queries, service
from assess.profiles.mix import ContactMix, DriverShare, demand_of, mix_faults
from assess.selection.demand import COMPETENCIES
from tests.service import NOW

BANK = default_catalogue()
CALM = (
    DriverShare("status", 0.5, 3),
    DriverShare("schedule", 0.3, 4),
    DriverShare("sales", 0.2, 8),
)


@pytest.fixture
def make(sessions, tenant):
    def make_(mix: ContactMix) -> int:
        with writing(sessions, tenant.organisation_id) as session:
            brand_id = brand_named(session, "Parcel Friend")
            return service.make_profile(
                session, tenant.recruiter, BANK, brand_id, "Calm", mix, reason="first", now=NOW
            )

    return make_


def test_the_worked_example_of_calm_contacts_is_kept_with_its_prior(make, sessions, tenant):
    mix = ContactMix(CALM, n_contacts=10**9)
    with reading(sessions, tenant.organisation_id) as session:
        kept = queries.version(session, make(mix))
    wanted = [0.098, 0.098, 0.157, 0.158, 0.215, 0.059, 0.215]
    assert np.round(kept.weights, 3).tolist() == wanted
    assert np.round(kept.load_share, 3).tolist() == [0.333, 0.311, 0.356]
    assert kept.prior.sum() == pytest.approx(1)
    assert (kept.drivers, kept.n_contacts, kept.number) == (CALM, 10**9, 1)
    assert kept.multipliers == {}
    assert len(kept.digest) == len(kept.call_drivers_digest) == 64


def test_the_prior_pulls_by_500_over_500_plus_the_contacts():
    counted = demand_of(BANK, ContactMix(CALM, n_contacts=1500)).weights
    alone = demand_of(BANK, ContactMix(CALM, n_contacts=10**15)).weights
    prior = np.array(BANK.prior.weights) / sum(BANK.prior.weights)
    assert counted == pytest.approx(0.75 * alone + 0.25 * prior)
    by_hand = demand_of(BANK, ContactMix(CALM)).weights
    assert by_hand == pytest.approx(demand_of(BANK, ContactMix(CALM, n_contacts=500)).weights)


@pytest.mark.parametrize(
    ("mix", "told"),
    [
        (ContactMix(()), "at least one"),
        (ContactMix((*CALM[:2], DriverShare("weather", 0.2, 8))), "weather: there is no such"),
        (ContactMix((*CALM[:2], DriverShare("status", 0.2, 8))), "status: is there twice"),
        (ContactMix((*CALM[:2], DriverShare("sales", 0.194, 8))), "sum to 99.4 %"),
        (ContactMix((*CALM, DriverShare("rude", 0.0, 8))), "rude: the share"),
        (ContactMix((*CALM[:2], DriverShare("sales", float("nan"), 8))), "sales: the share"),
        (ContactMix((*CALM[:2], DriverShare("sales", 0.2, 0))), "sales: the minutes"),
        (ContactMix((*CALM[:2], DriverShare("sales", 0.2, float("inf")))), "sales: the minutes"),
        (ContactMix(CALM, n_contacts=0), "contacts: must be 1"),
        (ContactMix(CALM, multipliers={"EMP": 2.1}), "EMP: must lie between 0.5 and 2"),
        (ContactMix(CALM, multipliers={"XYZ": 1.0}), "no competency XYZ"),
        (ContactMix(CALM, minimums={"OWN": 45.0}), "OWN: only an index can have a minimum"),
        (ContactMix(CALM, minimums={"EMP": 19.9}), "EMP: must lie between 20 and 80"),
        (ContactMix(CALM, minimums={"REG": float("nan")}), "REG: must lie between 20 and 80"),
        (ContactMix(CALM, style_weight=0.11), "style weight: must lie between 0 and 10 %"),
        (ContactMix(CALM, style_weight=float("nan")), "style weight: must lie"),
    ],
)
def test_a_faulty_mix_is_refused_in_words(mix, told):
    with pytest.raises(Invalid) as caught:
        demand_of(BANK, mix)
    assert told in str(caught.value)


@pytest.mark.parametrize("share", [0.195, 0.205])
def test_half_a_percent_is_lost_or_won_in_rounding(share):
    assert mix_faults(BANK, ContactMix((*CALM[:2], DriverShare("sales", share, 8)))) == []


@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(BANK.call_drivers)), st.integers(1, 50), st.floats(0.1, 90)
        ),
        min_size=1,
        unique_by=lambda row: row[0],
    ),
    st.none() | st.integers(1, 10**6),
)
def test_the_weights_of_any_sound_mix_are_positive_and_sum_to_one(rows, contacts):
    whole = sum(parts for _code, parts, _minutes in rows)
    drivers = tuple(DriverShare(code, parts / whole, minutes) for code, parts, minutes in rows)
    found = demand_of(BANK, ContactMix(drivers, contacts)).weights
    assert found.sum() == pytest.approx(1)
    assert (found > 0).all()


def test_a_multiplier_raises_its_own_weight_and_keeps_the_sum():
    plain = demand_of(BANK, ContactMix(CALM)).weights
    raised = demand_of(BANK, ContactMix(CALM, multipliers={"EMP": 2.0})).weights
    place = COMPETENCIES.index("EMP")
    others = [k for k in range(7) if k != place]
    assert raised[place] > plain[place]
    assert raised.sum() == pytest.approx(1)
    assert raised[others] / plain[others] == pytest.approx(raised[others[0]] / plain[others[0]])


def test_a_mix_without_minimum_and_style_weight_keeps_its_digest():
    """The digest is the one that this mix had before there were any."""
    old = service.profile_digest(BANK, ContactMix(CALM, n_contacts=1500))
    assert old == "31918c0bf068662692fb7573d93d05a0628cc22bc6351558b26457d3aafaf5c2"
    none = ContactMix(CALM, n_contacts=1500, minimums={}, style_weight=0.0)
    assert service.profile_digest(BANK, none) == old
    others = [
        ContactMix(CALM, n_contacts=1500, minimums={"EMP": 40.0}),
        ContactMix(CALM, n_contacts=1500, minimums={"EMP": 41.0}),
        ContactMix(CALM, n_contacts=1500, minimums={"REG": 40.0}),
        ContactMix(CALM, n_contacts=1500, style_weight=0.05),
    ]
    assert len({old, *(service.profile_digest(BANK, one) for one in others)}) == 5
    both = {"EMP": 40.0, "REG": 45.0}
    turned = dict(reversed(both.items()))
    assert service.profile_digest(BANK, ContactMix(CALM, minimums=both)) == (
        service.profile_digest(BANK, ContactMix(CALM, minimums=turned))
    )


def test_a_change_is_the_next_version_with_its_reason(make, sessions, tenant):
    first = make(ContactMix(CALM))
    tuned = ContactMix(CALM, minimums={"EMP": 40.0, "REG": 45.0}, style_weight=0.05)

    def change(mix: ContactMix, reason: str) -> int:
        with writing(sessions, tenant.organisation_id) as session:
            profile_id = queries.version(session, first).profile_id
            return service.new_version(
                session, tenant.recruiter, BANK, profile_id, mix, reason=reason, now=NOW
            )

    second = change(tuned, " Night shift ")
    assert change(tuned, "Night shift") == second  # the same form sent twice
    with pytest.raises(Refused, match="version 2 says already"):
        change(tuned, "another reason")
    third = change(ContactMix(CALM), "As it was")
    for reason, told in (("  ", "say why"), ("x" * 501, "at most 500")):
        with pytest.raises(Invalid, match=told):
            change(ContactMix(CALM, minimums={"OWN": 50.0}), reason)
    with reading(sessions, tenant.organisation_id) as session:
        old, new, back = (queries.version(session, one) for one in (first, second, third))
        event = session.scalars(
            select(AuditEvent).where(AuditEvent.act == "profile changed").order_by(AuditEvent.id)
        ).first()
    assert (old.minimums, old.style_weight) == ({}, 0.0)
    assert (new.minimums, new.style_weight) == ({"EMP": 40.0, "REG": 45.0}, 0.05)
    assert (new.number, new.reason, new.profile_id) == (2, "Night shift", old.profile_id)
    assert (back.number, back.digest) == (3, old.digest)
    assert new.frozen_at is None
    assert event.detail == {"number": 2, "old": old.digest, "new": new.digest}


def test_two_who_save_at_once_get_two_numbers(make, sessions, tenant):
    first = make(ContactMix(CALM))
    with reading(sessions, tenant.organisation_id) as session:
        profile_id = queries.version(session, first).profile_id

    def save(minimum: int) -> int:
        mix = ContactMix(CALM, minimums={"EMP": float(minimum)})
        with writing(sessions, tenant.organisation_id) as session:
            made = service.new_version(
                session, tenant.recruiter, BANK, profile_id, mix, reason="at once", now=NOW
            )
            return queries.version(session, made).number

    with ThreadPoolExecutor(4) as people:
        assert sorted(people.map(save, range(40, 48))) == list(range(2, 10))


def test_a_version_freezes_once_and_the_trail_says_so(make, sessions, tenant):
    version_id = make(ContactMix(CALM))
    with writing(sessions, tenant.organisation_id) as session:
        assert service.freeze(session, tenant.recruiter, version_id, now=NOW)
        assert not service.freeze(session, tenant.recruiter, version_id, now=NOW)
    with reading(sessions, tenant.organisation_id) as session:
        assert queries.version(session, version_id).frozen_at == NOW
        acts = session.scalars(select(AuditEvent.act)).all()
    assert acts.count("profile frozen") == 1


def test_another_organisation_finds_no_version(make, sessions, other_tenant):
    version_id = make(ContactMix(CALM))
    with writing(sessions, other_tenant.organisation_id) as session:
        with pytest.raises(NotFound):
            queries.version(session, version_id)
        with pytest.raises(NotFound):
            service.new_version(
                session, other_tenant.recruiter, BANK, 1, ContactMix(CALM), reason="x", now=NOW
            )
        with pytest.raises(NotFound):
            service.freeze(session, other_tenant.recruiter, version_id, now=NOW)
