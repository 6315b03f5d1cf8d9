"""Stored files belong to one organisation and come back as they went in."""

import hashlib
import io

import pytest

from assess.db.scope import reading, writing
from assess.errors import Invalid, NotFound
from assess.files import store
from tests.service import NOW


@pytest.fixture
def stored(sessions, settings, tenant):
    with writing(sessions, tenant.organisation_id) as session:
        return store.put(
            session, settings, b"bytes", name="a.pdf", media_type="application/pdf", now=NOW
        )


def test_what_was_stored_comes_back(sessions, settings, tenant, stored):
    with reading(sessions, tenant.organisation_id) as session:
        row, path = store.located(session, settings, stored)
    assert path.read_bytes() == b"bytes"
    assert row.sha256 == hashlib.sha256(b"bytes").hexdigest()
    assert row.key.startswith(f"{tenant.organisation_id}/")


def test_another_organisation_does_not_find_it(sessions, settings, other_tenant, stored):
    with reading(sessions, other_tenant.organisation_id) as session, pytest.raises(NotFound):
        store.located(session, settings, stored)


def test_a_file_that_is_gone_is_said_to_be_gone(sessions, settings, tenant, stored):
    for path in settings.files_dir.rglob("*"):
        if path.is_file():
            path.unlink()
    with (
        reading(sessions, tenant.organisation_id) as session,
        pytest.raises(NotFound, match="no longer"),
    ):
        store.located(session, settings, stored)


def test_nobody_else_on_the_machine_reads_a_file(settings, stored):
    modes = {path.is_dir(): path.stat().st_mode & 0o777 for path in settings.files_dir.rglob("*")}
    assert modes == {True: 0o700, False: 0o600}
    assert settings.files_dir.stat().st_mode & 0o777 == 0o700


def test_a_received_file_lies_apart_until_it_is_discarded(settings, tenant):
    received = store.receive(settings, tenant.organisation_id, io.BytesIO(b"raw"), most=3)
    path = store.local(settings, received.key)
    assert (path.read_bytes(), received.size) == (b"raw", 3)
    assert received.sha256 == hashlib.sha256(b"raw").hexdigest()
    assert path.stat().st_mode & 0o077 == 0
    store.discard(settings, received.key)
    store.discard(settings, received.key)
    with pytest.raises(NotFound):
        store.local(settings, received.key)


@pytest.mark.parametrize(("content", "what"), [(b"four", "larger than"), (b"", "empty")])
def test_a_file_too_large_or_empty_is_not_kept(settings, tenant, content, what):
    with pytest.raises(Invalid, match=what):
        store.receive(settings, tenant.organisation_id, io.BytesIO(content), most=3)
    assert not list(settings.files_dir.rglob("*/*"))


def test_a_file_is_replaced_whole_or_not_at_all(settings, tenant):
    key = f"{tenant.organisation_id}/one"
    path = settings.files_dir / key
    with store.replacing(settings, key) as file:
        file.write(b"old")

    def fail():
        with store.replacing(settings, key) as file:
            file.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_bytes() == b"old"
    with store.replacing(settings, key) as first, store.replacing(settings, key) as second:
        first.write(b"first")
        second.write(b"second")
    assert path.read_bytes() == b"first"
    assert list(path.parent.iterdir()) == [path]


def test_unlinking_takes_what_an_interrupted_write_left(settings, tenant):
    key, other = (f"{tenant.organisation_id}/{name}" for name in ("5", "51"))
    for one in (key, other):
        with store.replacing(settings, one) as file:
            file.write(b"bytes")
    for rest in (f"{key}.part", f"{key}.aa.part"):
        (settings.files_dir / rest).write_bytes(b"rest")
    store.unlink(settings, key)
    store.unlink(settings, key)
    assert [path.name for path in (settings.files_dir / key).parent.iterdir()] == ["51"]
