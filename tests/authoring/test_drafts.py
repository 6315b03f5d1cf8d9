"""Uploads: checked, kept as drafts, published or discarded; only by psychologists."""

import pytest
from sqlalchemy import select

from assess.accounts.models import AuditEvent, RoleName
from assess.authoring import drafts, queries, wordings
from assess.authoring.models import InstrumentDraft, InstrumentWording, PublishedInstrument
from assess.db.scope import reading
from assess.errors import Conflict, Invalid, NotFound, Refused
from assess.instruments.wording import source_texts, stamp
from tests.authoring.conftest import RECOVERY, changed
from tests.authoring.test_archive import zipped
from tests.service import NOW

OTHERS = [role for role in RoleName if role is not RoleName.PSYCHOLOGIST]


@pytest.fixture
def upload(sessions, psychologist, bank):
    """Give a function that uploads files, by default as the psychologist."""

    def upload_(files, actor=None):
        return drafts.upload(sessions, actor or psychologist, bank, zipped(files.items()), now=NOW)

    return upload_


@pytest.fixture
def publish_draft(sessions, psychologist, bank):
    """Give a function that publishes a draft, by default as the psychologist."""

    def publish_(draft_id, actor=None):
        who = actor or psychologist
        return drafts.publish_draft(sessions, who, bank, draft_id, note=" why ", now=NOW)

    return publish_


def rows(sessions, tenant, model):
    with reading(sessions, tenant.organisation_id) as session:
        return session.scalars(select(model).order_by(model.id)).all()


def acts(sessions, tenant):
    return [event.act for event in rows(sessions, tenant, AuditEvent)][-2:]


def test_an_upload_is_checked_kept_and_published(upload, publish_draft, sessions, tenant, bank):
    files = changed(bank.files(RECOVERY), **{"title: Between": "title: Our between"})
    draft_id = upload(files)
    (draft,) = rows(sessions, tenant, InstrumentDraft)
    assert (draft.id, draft.title, draft.findings) == (
        draft_id,
        "Our between contacts",
        {"faults": []},
    )
    assert draft.files == files
    (digest,) = publish_draft(draft_id)
    assert rows(sessions, tenant, InstrumentDraft) == []
    (row,) = rows(sessions, tenant, PublishedInstrument)
    assert (row.digest, row.source, row.note) == (digest, "uploaded", "why")
    assert acts(sessions, tenant) == ["instrument uploaded", "instrument published"]
    with reading(sessions, tenant.organisation_id) as session:
        assert queries.instrument(session, digest).title == "Our between contacts"


def test_the_same_upload_is_the_same_draft(upload, sessions, tenant, bank):
    files = changed(bank.files(RECOVERY))
    assert upload(files) == upload(files)
    assert len(rows(sessions, tenant, InstrumentDraft)) == 1


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ({"low: 1": "low: one"}, "instrument.yaml: low: must be a number"),
        ({"title: Between": "title: DiSC between"}, "instrument.yaml: title: 'DiSC' is another"),
        ({"title: Between": "title: !!python/object:os.system between"}, "tags are not read"),
        ({"title: Between": "title: &a Between", "language: en": "language: *a"}, "aliases"),
        ({"key: service": "key: " + "x" * 90}, "key: must have at most 80 characters"),
        ({"language: en": "language: en\nforms: {}"}, "forms: is not a known key"),
    ],
)
def test_faults_are_shown_with_their_place_and_block_publishing(
    upload, publish_draft, sessions, tenant, bank, words, fault
):
    draft_id = upload(changed(bank.files(RECOVERY), **words))
    (draft,) = rows(sessions, tenant, InstrumentDraft)
    assert any(fault in one for one in draft.findings["faults"]), draft.findings
    assert all(one.startswith("instrument.yaml: ") for one in draft.findings["faults"])
    with pytest.raises(Invalid):
        publish_draft(draft_id)
    assert len(rows(sessions, tenant, InstrumentDraft)) == 1
    assert not rows(sessions, tenant, PublishedInstrument)


def test_a_version_that_is_installed_with_other_content_is_refused(upload, publish_draft, bank):
    words = {"title: Between": "title: Our between"}
    with pytest.raises(Conflict, match="installed with other content"):
        publish_draft(upload(changed(bank.files(RECOVERY), version="1", **words)))
    publish_draft(upload(bank.files(RECOVERY)))


def test_a_version_that_was_published_with_other_content_is_refused(upload, publish_draft, bank):
    files = bank.files(RECOVERY)
    first = publish_draft(upload(changed(files)))
    assert publish_draft(upload(changed(files))) == first
    with pytest.raises(Conflict, match="published with other content"):
        publish_draft(upload(changed(files, **{"title: Between": "title: Our between"})))


def test_a_draft_can_be_thrown_away(upload, sessions, tenant, psychologist, bank):
    draft_id = upload(changed(bank.files(RECOVERY)))
    drafts.discard(sessions, psychologist, draft_id, now=NOW)
    assert rows(sessions, tenant, InstrumentDraft) == []
    assert acts(sessions, tenant) == ["instrument uploaded", "instrument discarded"]
    with pytest.raises(NotFound):
        drafts.discard(sessions, psychologist, draft_id, now=NOW)


@pytest.mark.parametrize("role", OTHERS)
def test_other_roles_may_not(upload, publish_draft, sessions, tenant, bank, role):
    draft_id = upload(changed(bank.files(RECOVERY)))
    other = tenant.members[role]
    with pytest.raises(Refused):
        upload(bank.files(RECOVERY), other)
    with pytest.raises(Refused):
        publish_draft(draft_id, other)
    with pytest.raises(Refused):
        drafts.discard(sessions, other, draft_id, now=NOW)
    with pytest.raises(Refused):
        wordings.sign_wording(sessions, other, bank, "0", "fr", "Zoé", NOW.date(), now=NOW)


def test_another_organisation_s_draft_is_not_there(upload, publish_draft, other_tenant, bank):
    draft_id = upload(changed(bank.files(RECOVERY)))
    with pytest.raises(NotFound):
        publish_draft(draft_id, other_tenant.members[RoleName.PSYCHOLOGIST])


def french(instrument):
    """Give a whole translation, every text shouted."""
    texts = source_texts(instrument)
    lines = ["language: fr", 'version: "9"', "status: machine_drafted", "texts:"]
    lines += [f"  {path}: {text.upper()!r}" for path, text in texts.items()]
    lines += ["stamps:"] + [f"  {path}: '{stamp(text)}'" for path, text in texts.items()]
    return "\n".join(lines) + "\n"


@pytest.fixture
def translated(publish, sessions, psychologist, bank):
    """Give the digest of an instrument with a whole translation that nobody has signed."""
    files = changed(bank.files(RECOVERY))
    (digest,) = publish(files)
    with reading(sessions, psychologist.organisation_id) as session:
        text = french(queries.instrument(session, digest))
    publish({**files, "translations/fr.yaml": text})
    return digest


def sign(sessions, actor, bank, digest, language="fr", reviewer="Zoé Roy", on=NOW):
    wordings.sign_wording(sessions, actor, bank, digest, language, reviewer, on.date(), now=NOW)


def test_a_translation_is_signed_without_a_new_version(
    translated, sessions, tenant, psychologist, bank
):
    sign(sessions, psychologist, bank, translated)
    with reading(sessions, tenant.organisation_id) as session:
        found = queries.instrument(session, translated)
    assert found.digest == translated
    assert (found.wordings["fr"].reviewed_by, found.wordings["fr"].machine_drafted) == (
        "Zoé Roy",
        False,
    )
    assert acts(sessions, tenant)[-1] == "wording signed"
    newest = rows(sessions, tenant, InstrumentWording)[-1]
    assert (newest.status, newest.reviewer, newest.reviewed_on) == (
        "reviewed",
        "Zoé Roy",
        NOW.date(),
    )


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"language": "es"}, NotFound),
        ({"reviewer": "  "}, Invalid),
        ({"reviewer": "x" * 201}, Invalid),
        ({"on": NOW.replace(year=2099)}, Invalid),
    ],
)
def test_a_signature_needs_a_name_a_day_and_a_text(
    translated, sessions, psychologist, bank, changes, error
):
    with pytest.raises(error):
        sign(sessions, psychologist, bank, translated, **changes)


def test_half_a_translation_cannot_be_signed(publish, sessions, psychologist, bank):
    files = changed(bank.files(RECOVERY))
    text = 'language: fr\nversion: "9"\nstatus: machine_drafted\ntexts: {title: Reprise}\n'
    (digest,) = publish({**files, "translations/fr.yaml": text})
    with pytest.raises(Invalid, match="are missing or older than the source"):
        sign(sessions, psychologist, bank, digest)


def test_endless_faults_are_told_in_short(bank):
    files = bank.files(RECOVERY)
    junk = "".join(f"{'k' * 400}{n}: 1\n" for n in range(300))
    found = drafts.findings({**files, "instrument.yaml": files["instrument.yaml"] + junk}, bank)
    assert len(found) == drafts.MOST_FINDINGS + 1
    assert found[-1] == "and 100 more faults"
    assert max(map(len, found)) == drafts.LONGEST_FINDING + 1


def test_a_zero_byte_behind_an_escape_is_a_fault_that_can_be_kept(upload, sessions, tenant, bank):
    upload(changed(bank.files(RECOVERY), **{"title: Between": r'title: "\0" # '}))
    (draft,) = rows(sessions, tenant, InstrumentDraft)
    (fault,) = draft.findings["faults"]
    assert "holds a zero byte" in fault
