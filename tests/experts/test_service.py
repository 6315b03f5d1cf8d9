"""Panels keep what experts sent, and publish the key they make: who, when, on what."""

import numpy as np
import pytest
from sqlalchemy import func, select

from assess.accounts.models import AuditEvent, RoleName
from assess.authoring import queries as authoring
from assess.authoring.models import InstrumentWording, PublishedInstrument
from assess.db.scope import reading, writing
from assess.errors import Conflict, Invalid, NotFound, Refused
from assess.experts import queries, service
from assess.experts.models import ExpertRating
from tests.experts.conftest import RATED, TEN
from tests.instruments.experts import filled
from tests.service import NOW

FRENCH = """language: fr
version: "2"
status: machine_drafted
texts:
  title: Titre {}
"""


def seen(sessions, tenant, panel_id):
    with reading(sessions, tenant.organisation_id) as session:
        return queries.panel(session, panel_id)


def acts(sessions, tenant, word):
    with reading(sessions, tenant.organisation_id) as session:
        chosen = select(AuditEvent).where(AuditEvent.act.like(f"{word}%")).order_by(AuditEvent.id)
        return [(row.act, row.detail) for row in session.scalars(chosen)]


def ratings_kept(sessions, tenant):
    with reading(sessions, tenant.organisation_id) as session:
        return session.scalar(select(func.count(ExpertRating.id)))


def test_a_panel_keeps_the_bank_it_was_opened_for(sessions, tenant, psychologist, bank, panel_id):
    panel = seen(sessions, tenant, panel_id)
    assert (panel.folder, panel.version, panel.experts) == ("service-judgement", "2", ())
    assert panel.bank.digest == panel.digest == RATED.digest
    assert panel.bank.option_keys == RATED.option_keys
    other = bank.instrument("service-judgement-b").digest
    assert service.open_panel(sessions, psychologist, bank, other, now=NOW) == panel_id
    [(act, detail)] = acts(sessions, tenant, "expert panel")
    assert (act, detail["digest"]) == ("expert panel opened", RATED.digest)
    with reading(sessions, tenant.organisation_id) as session:
        [choice] = queries.choices(session, bank)
        assert (choice.folder, choice.version) == ("service-judgement", "2")


def test_only_a_known_judgement_bank_is_rated(sessions, psychologist, bank):
    digest = bank.instrument("work-style").digest
    with pytest.raises(Invalid, match="judgement"):
        service.open_panel(sessions, psychologist, bank, digest, now=NOW)
    with pytest.raises(NotFound):
        service.open_panel(sessions, psychologist, bank, "0" * 64, now=NOW)


def test_ten_workbooks_are_kept_rating_by_rating(sessions, tenant, send, panel_id, workbooks):
    assert len(send(*workbooks).added) == 10
    panel = seen(sessions, tenant, panel_id)
    assert [list(one.ratings.values()) for one in panel.experts] == TEN.tolist()
    study = panel.study()
    assert study.settled
    assert study.experts == 10
    [(_, detail)] = acts(sessions, tenant, "expert ratings")
    assert detail["added"] == 10
    assert "Ada" not in str(detail)


def test_the_same_file_changes_nothing_and_the_same_expert_is_replaced(
    sessions, tenant, send, panel_id, workbooks
):
    send(*workbooks[:3])
    before = seen(sessions, tenant, panel_id)
    again = send(workbooks[1])
    assert (again.known, again.added, again.replaced) == (("expert-1.xlsx",), (), ())
    assert seen(sessions, tenant, panel_id) == before
    assert len(acts(sessions, tenant, "expert ratings")) == 1

    half = TEN[4].copy()
    half[:50] = np.nan
    other = filled(RATED, half, name=" ADA okoye", comments={"sjt-001.a": "unclear"})
    found = send(("new.xlsx", other))
    assert (found.replaced, found.missing) == (("ADA okoye",), {"ADA okoye": 50})
    panel = seen(sessions, tenant, panel_id)
    assert [one.name for one in panel.experts] == ["ADA okoye", "Ben", "C. D."]
    assert len(panel.experts[0].ratings) == len(RATED.item_ids) - 50
    assert panel.experts[0].comments == {"sjt-001.a": "unclear"}
    assert panel.seal != before.seal
    assert ratings_kept(sessions, tenant) == 3 * len(RATED.item_ids) - 49


def test_a_faulty_file_is_told_and_the_others_are_kept(sessions, tenant, send, panel_id, workbooks):
    found = send(workbooks[0], ("broken.xlsx", b"nothing"), ("notes.txt", b"x"))
    assert found.added == ("Ada Okoye",)
    assert [fault.split(":")[0] for fault in found.faults] == ["broken.xlsx", "notes.txt"]
    with pytest.raises(Invalid, match="broken"):
        send(("broken.xlsx", b"nothing"))
    with pytest.raises(Invalid, match="Choose 1 to"):
        send()
    assert len(seen(sessions, tenant, panel_id).experts) == 1


def test_publishing_makes_a_new_version_that_names_its_panel(
    sessions, tenant, psychologist, send, panel_id, workbooks, bank
):
    send(*workbooks)
    seal = seen(sessions, tenant, panel_id).seal
    version, digests = service.publish_key(sessions, psychologist, panel_id, seal=seal, now=NOW)
    assert version == "3"
    assert len(digests) == 2
    with reading(sessions, tenant.organisation_id) as session:
        for digest in digests:
            one = authoring.instrument(session, digest)
            assert (one.version, one.provisional) == ("3", False)
            for item, key in one.option_keys.items():
                mean = TEN[:, RATED.item_ids.index(item)].mean()
                assert key.points == pytest.approx(mean, abs=0.05 + 1e-9)
        row = session.scalar(
            select(PublishedInstrument).where(PublishedInstrument.digest == digests[0])
        )
        assert (row.source, row.published_by_id) == ("experts", psychologist.id)
        assert row.note.startswith(f"Panel {panel_id} on version 2: 10 experts, ICC(2,k) 0.9")
        offers = {one.choice: one.instrument for one in authoring.library(session, bank)}
        assert offers["service-judgement-a"].version == "3"
        assert offers["service-judgement-a@2"].version == "2"
    panel = seen(sessions, tenant, panel_id)
    assert not panel.is_open
    assert panel.published_version == "3"
    told = dict(acts(sessions, tenant, "expert key"))["expert key published"]
    assert (told["experts"], told["digests"], told["provisional"]) == (10, digests, False)
    with pytest.raises(Refused, match="closed"):
        send(workbooks[0])
    with pytest.raises(Refused, match="closed"):
        service.publish_key(sessions, psychologist, panel_id, seal=seal, now=NOW)


def test_a_second_panel_on_the_new_version_keys_the_next(
    sessions, tenant, psychologist, send, panel_id, workbooks, bank
):
    send(*workbooks)
    seal = seen(sessions, tenant, panel_id).seal
    _, digests = service.publish_key(sessions, psychologist, panel_id, seal=seal, now=NOW)
    second = service.open_panel(sessions, psychologist, bank, digests[1], now=NOW)
    rated = seen(sessions, tenant, second).bank
    files = [(f"e{n}.xlsx", filled(rated, TEN[n], name=f"Expert {n}")) for n in range(2)]
    with pytest.raises(Invalid, match="is being rated"):
        service.import_workbooks(sessions, psychologist, second, workbooks[:1], now=NOW)
    service.import_workbooks(sessions, psychologist, second, files, now=NOW)
    panel = seen(sessions, tenant, second)
    version, made = service.publish_key(sessions, psychologist, second, seal=panel.seal, now=NOW)
    assert version == "4"
    with reading(sessions, tenant.organisation_id) as session:
        assert authoring.instrument(session, made[0]).provisional


def test_a_translation_signed_meanwhile_goes_with_the_new_version(
    sessions, tenant, psychologist, send, panel_id, workbooks
):
    send(*workbooks[:2])
    panel = seen(sessions, tenant, panel_id)
    with writing(sessions, tenant.organisation_id) as session:
        for number in (1, 2):
            session.add(InstrumentWording(
                folder=panel.folder, version=panel.version, language="fr", digest="0" * 64,
                text=FRENCH.format(number), status="machine_drafted", added_at=NOW,
            ))  # fmt: skip
            session.flush()
    _, digests = service.publish_key(sessions, psychologist, panel_id, seal=panel.seal, now=NOW)
    with reading(sessions, tenant.organisation_id) as session:
        one = authoring.instrument(session, digests[0])
    assert one.wordings["fr"].texts["title"] == "Titre 2"


def test_what_came_after_looking_is_not_published(
    sessions, tenant, psychologist, send, panel_id, workbooks
):
    send(*workbooks[:3])
    seal = seen(sessions, tenant, panel_id).seal
    send(workbooks[3])
    with pytest.raises(Conflict, match="Look at the agreement again"):
        service.publish_key(sessions, psychologist, panel_id, seal=seal, now=NOW)
    assert seen(sessions, tenant, panel_id).is_open


def test_too_few_ratings_publish_nothing(sessions, tenant, psychologist, send, panel_id, workbooks):
    send(workbooks[0])
    panel = seen(sessions, tenant, panel_id)
    assert panel.study() is None
    with pytest.raises(Invalid, match="two experts"):
        service.publish_key(sessions, psychologist, panel_id, seal=panel.seal, now=NOW)
    half = TEN[4].copy()
    half[0] = np.nan
    send(("half.xlsx", filled(RATED, half, name="Half")))
    panel = seen(sessions, tenant, panel_id)
    with pytest.raises(Invalid, match=r"fewer than two ratings \(sjt-001\.a\)"):
        service.publish_key(sessions, psychologist, panel_id, seal=panel.seal, now=NOW)


def test_a_closed_panel_keeps_its_ratings(
    sessions, tenant, psychologist, send, panel_id, workbooks
):
    send(*workbooks[:2])
    service.close_panel(sessions, psychologist, panel_id, now=NOW)
    panel = seen(sessions, tenant, panel_id)
    assert (panel.is_open, panel.published_version, len(panel.experts)) == (False, None, 2)
    with pytest.raises(Refused):
        service.close_panel(sessions, psychologist, panel_id, now=NOW)


@pytest.mark.parametrize("role", [role for role in RoleName if role != RoleName.PSYCHOLOGIST])
def test_nobody_but_a_psychologist_acts(sessions, tenant, bank, panel_id, workbooks, role):
    who = tenant.members[role]
    digest = bank.instrument("service-judgement-a").digest
    for act in (
        lambda: service.open_panel(sessions, who, bank, digest, now=NOW),
        lambda: service.import_workbooks(sessions, who, panel_id, workbooks[:1], now=NOW),
        lambda: service.publish_key(sessions, who, panel_id, seal="", now=NOW),
        lambda: service.close_panel(sessions, who, panel_id, now=NOW),
    ):
        with pytest.raises(Refused):
            act()


def test_another_organisation_finds_nothing(sessions, other_tenant, panel_id, workbooks):
    who = other_tenant.members[RoleName.PSYCHOLOGIST]
    for act in (
        lambda: service.import_workbooks(sessions, who, panel_id, workbooks[:1], now=NOW),
        lambda: service.publish_key(sessions, who, panel_id, seal="", now=NOW),
        lambda: service.close_panel(sessions, who, panel_id, now=NOW),
    ):
        with pytest.raises(NotFound):
            act()
    with reading(sessions, other_tenant.organisation_id) as session:
        assert queries.panels(session) == []
