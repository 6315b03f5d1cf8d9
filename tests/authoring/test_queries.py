"""Reading published instruments: by digest, and as what a campaign can have."""

from dataclasses import replace

import pytest

from assess.authoring import queries, wordings
from assess.authoring.models import Source
from assess.db.scope import reading, writing
from assess.errors import Conflict, NotFound
from assess.instruments.folder import instrument_of, wording_of
from tests.authoring.conftest import RECOVERY, changed
from tests.service import NOW

FRENCH = 'language: fr\nversion: "9"\nstatus: machine_drafted\ntexts: {title: Reprise}\n'


@pytest.fixture
def read(sessions, tenant):
    """Give a function that reads in the organisation."""

    def read_(query, *arguments, of=tenant):
        with reading(sessions, of.organisation_id) as session:
            return query(session, *arguments)

    return read_


def test_a_published_instrument_is_the_one_that_was_uploaded(publish, read, bank):
    files = bank.files("service-judgement-a")
    for digest, form in zip(publish(files), "ab", strict=True):
        assert read(queries.instrument, digest) == instrument_of(files, form)


def test_what_is_not_published_here_is_not_found(publish, read, other_tenant, bank):
    (digest,) = publish(changed(bank.files(RECOVERY)))
    with pytest.raises(NotFound):
        read(queries.instrument, "0" * 64)
    with pytest.raises(NotFound):
        read(queries.instrument, digest, of=other_tenant)


def test_a_battery_comes_from_the_store_then_from_the_folder(publish, read, bank):
    (digest,) = publish(changed(bank.files(RECOVERY)))
    own = bank.instrument("work-style")
    parts = [(own.key, own.digest), (RECOVERY, digest)]
    found = read(queries.instruments, bank, parts)
    assert [one.digest for one in found] == [own.digest, digest]
    with pytest.raises(Conflict, match="changed after"):
        read(queries.instruments, bank, [(RECOVERY, "0" * 64)])
    with pytest.raises(Conflict, match="no longer installed"):
        read(queries.instruments, bank, [("gone", "0" * 64)])
    held = read(queries.held, bank, parts)
    assert held.instrument(RECOVERY).digest == digest
    assert held.instrument("work-style") is own
    assert bank.instrument(RECOVERY).digest != digest


def test_a_later_translation_counts_at_once_and_the_newest_one_wins(
    publish, read, sessions, psychologist, bank
):
    files = changed(bank.files(RECOVERY))
    (digest,) = publish(files)
    assert read(queries.instrument, digest).wordings == {}
    publish({**files, "translations/fr.yaml": FRENCH})
    drafted = read(queries.instrument, digest).wordings["fr"]
    assert drafted.machine_drafted
    signed = replace(wording_of("fr", FRENCH), reviewed_by="Zoé", reviewed_on="2026-01-02")
    with writing(sessions, psychologist.organisation_id) as session:
        one = queries.instrument(session, digest)
        wordings.add_wording(session, psychologist, one, signed, FRENCH, NOW)
    found = read(queries.instrument, digest).wordings["fr"]
    assert (found.reviewed_by, found.reviewed_on) == ("Zoé", "2026-01-02")
    assert read(queries.instrument, digest).digest == digest


def choices(offers):
    return [(one.choice, one.instrument.version, one.source) for one in offers]


def test_the_library_has_the_newest_version_of_a_key_first(publish, read, other_tenant, bank):
    files = bank.files(RECOVERY)
    for version in ("10", "9"):
        publish(changed(files, version=version))
    publish(changed(files, version="9.5"), source="experts")
    offers = [one for one in read(queries.library, bank) if one.instrument.key == RECOVERY]
    assert choices(offers) == [
        (RECOVERY, "10", Source.UPLOADED),
        (f"{RECOVERY}@9.5", "9.5", Source.EXPERTS),
        (f"{RECOVERY}@9", "9", Source.UPLOADED),
        (f"{RECOVERY}@1", "1", Source.SHIPPED),
    ]
    others = read(queries.library, bank, of=other_tenant)
    assert [one.choice for one in others] == list(bank.keys())


def test_a_battery_is_chosen_by_key_or_by_key_and_version(publish, read, bank):
    (digest,) = publish(changed(bank.files(RECOVERY)))
    offers = read(queries.library, bank)
    found, faults = queries.choose(offers, [RECOVERY, "work-style"])
    assert ([one.digest for one in found], faults) == (
        [digest, bank.instrument("work-style").digest], []
    )  # fmt: skip
    (exact,), _ = queries.choose(offers, [f"{RECOVERY}@9"])
    assert exact.digest == digest
    (shipped,), _ = queries.choose(offers, [f"{RECOVERY}@1"])
    assert shipped == bank.instrument(RECOVERY)
    _, faults = queries.choose(offers, [RECOVERY, f"{RECOVERY}@1", "palmistry", "x", "x"])
    assert [fault.split(";")[0] for fault in faults] == [
        "battery: there is no palmistry",
        "battery: x is there twice",
        "battery: there is no x",
        f"battery: {RECOVERY} is there in two versions",
    ]


def test_the_public_bank_is_known_by_its_key_wherever_it_comes_from(publish, read, bank):
    shipped = bank.instrument("service-judgement-a")
    assert queries.is_public_example(shipped)
    assert not queries.is_public_example(bank.instrument("work-style"))
    assert queries.is_public_example(replace(shipped, title="Ours", digest="0" * 64))
    keys = {item: replace(key, points=6 - key.points) for item, key in shipped.option_keys.items()}
    assert not queries.is_public_example(replace(shipped, option_keys=keys))
