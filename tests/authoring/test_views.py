"""The pages of instruments: who sees them, what they say, the way from a zip to a campaign."""

import re

import pytest
from sqlalchemy import select

from assess.accounts.models import RoleName
from assess.authoring.models import InstrumentDraft, InstrumentWording, PublishedInstrument
from assess.campaigns.models import Campaign
from assess.db.scope import reading
from tests.authoring.conftest import RECOVERY, changed
from tests.authoring.test_archive import zipped
from tests.authoring.test_drafts import french
from tests.campaigns.conftest import answers
from tests.service import csrf
from tests.sittings.conftest import Browser, invite, open_to_answers

PSYCHOLOGIST, ADMINISTRATOR = RoleName.PSYCHOLOGIST, RoleName.ADMINISTRATOR


@pytest.fixture
def client(signed_in, tenant):
    """Give the psychologist's browser."""
    return signed_in(tenant, PSYCHOLOGIST)


def send(client, page, path, **data):
    token = csrf(client.get(page).text)
    return client.post(
        path,
        data={"csrf_token": token, **data},
        content_type="multipart/form-data",
        follow_redirects=True,
    )


def send_zip(client, content):
    """Upload ``content``; written out by hand, because the client would leave a large file open."""
    page = "/instruments/upload"
    token = csrf(client.get(page).text)
    head = 'Content-Disposition: form-data; name="{}"{}\r\n\r\n'
    body = (
        f"--cut\r\n{head.format('csrf_token', '')}{token}\r\n--cut\r\n".encode()
        + head.format("file", '; filename="folder.zip"').encode()
        + content
        + b"\r\n--cut--\r\n"
    )
    return client.post(
        page,
        data=body,
        content_type="multipart/form-data; boundary=cut",
        follow_redirects=True,
    )


def rows(sessions, tenant, model):
    with reading(sessions, tenant.organisation_id) as session:
        return session.scalars(select(model).order_by(model.id)).all()


@pytest.mark.parametrize("role", list(RoleName))
def test_who_sees_instruments(signed_in, tenant, bank, role):
    client, looks = signed_in(tenant, role), role in (PSYCHOLOGIST, ADMINISTRATOR)
    digest = bank.instrument(RECOVERY).digest
    for path in ("", f"{digest}/", f"{digest}/preview/1"):
        assert client.get(f"/instruments/{path}").status_code == (200 if looks else 403)
    may_publish = role is PSYCHOLOGIST
    assert client.get("/instruments/upload").status_code == (200 if may_publish else 403)
    token = csrf(client.get("/campaigns/").text)
    for path in (
        "upload",
        "drafts/1/publish",
        "drafts/1/discard",
        f"{digest}/translations/fr/sign",
    ):
        answer = client.post(f"/instruments/{path}", data={"csrf_token": token})
        assert (answer.status_code == 403) == (not may_publish)
    assert ("/instruments/" in client.get("/campaigns/").text) == looks


def test_nobody_signed_in_sees_an_instrument(app, bank):
    digest = bank.instrument(RECOVERY).digest
    for path in ("", "upload", f"{digest}/", f"{digest}/preview/1"):
        assert app.test_client().get(f"/instruments/{path}").location.startswith("/sign-in")


def test_the_list_tells_what_each_rests_on(client, sessions, tenant, settings, bank):
    campaign_id = open_to_answers(sessions, tenant, bank)
    page = client.get("/instruments/").text
    assert page.count('scope="row"') == len(bank.keys())
    assert "1008" in page
    assert "public example" in page
    digest = bank.instrument("work-style").digest
    shown = client.get(f"/instruments/{digest}/").text
    assert "calibrated 2026-11-22 on N = 1008" in shown
    assert f"/campaigns/{campaign_id}/" in shown
    assert "0 attempts ever" in shown
    assert "anybody can read its key" not in shown
    judged = client.get(f"/instruments/{bank.instrument('service-judgement-a').digest}/").text
    assert "anybody can read its key" in judged


def test_an_attempt_counts_as_exposure(client, app, sessions, tenant, settings, bank):
    campaign_id = open_to_answers(sessions, tenant, bank, battery=(RECOVERY,))
    Browser(app.test_client()).enter(invite(sessions, tenant, settings, campaign_id, "Ada"))
    shown = client.get(f"/instruments/{bank.instrument(RECOVERY).digest}/").text
    assert "1 attempt ever" in shown
    assert "1 of them in the last 30 days" in shown


def test_from_a_zip_to_a_campaign(client, signed_in, sessions, tenant, bank):
    files = changed(bank.files(RECOVERY), **{"title: Between": "title: Our between"})
    found = send_zip(client, zipped(files.items())).text
    assert "The check found nothing wrong." in found
    assert "can never be changed or taken back" in found
    (draft,) = rows(sessions, tenant, InstrumentDraft)
    assert "ready to publish" in client.get("/instruments/").text
    place = f"/instruments/drafts/{draft.id}"
    published = send(client, place, f"{place}/publish", note="Our own words").text
    assert "Our between contacts" in published
    assert "Our own words" in published
    (row,) = rows(sessions, tenant, PublishedInstrument)
    recruiter = signed_in(tenant, RoleName.RECRUITER)
    offered = recruiter.get("/campaigns/new").text
    assert "Our between contacts" in offered
    assert f'value="{RECOVERY}@1"' in offered
    opened = send(recruiter, "/campaigns/new", "/campaigns/new", **answers(battery=[RECOVERY]))
    assert "Our between contacts" in opened.text
    (campaign,) = rows(sessions, tenant, Campaign)
    assert campaign.battery["instruments"] == [
        {"key": RECOVERY, "version": "9", "digest": row.digest}
    ]


def test_another_organisation_sees_nothing_of_it(
    client, signed_in, publish, sessions, tenant, other_tenant, bank
):
    (digest,) = publish(changed(bank.files(RECOVERY)))
    send_zip(client, zipped(changed(bank.files(RECOVERY), version="10").items()))
    (draft,) = rows(sessions, tenant, InstrumentDraft)
    other = signed_in(other_tenant, PSYCHOLOGIST)
    for path in (f"{digest}/", f"{digest}/preview/1", f"drafts/{draft.id}"):
        assert client.get(f"/instruments/{path}").status_code == 200
        assert other.get(f"/instruments/{path}").status_code == 404
    assert digest not in other.get("/instruments/").text


def test_faults_are_shown_and_there_is_no_button_to_publish(client, bank, sessions, tenant):
    files = changed(bank.files(RECOVERY), **{"title: Between": "title: DiSC between"})
    page = send_zip(client, zipped(files.items())).text
    assert "The check found 1 fault" in page
    assert "instrument.yaml: title: &#39;DiSC&#39; is another publisher" in page
    assert "Publish this version" not in page
    (draft,) = rows(sessions, tenant, InstrumentDraft)
    place = f"/instruments/drafts/{draft.id}"
    assert send(client, place, f"{place}/publish").status_code == 422
    assert "thrown away" in send(client, place, f"{place}/discard").text
    assert rows(sessions, tenant, InstrumentDraft) == []


def test_what_is_no_zip_is_refused_on_the_page(client):
    answer = send_zip(client, b"key: x\n")
    assert answer.status_code == 422
    assert "no zip that can be read" in answer.text
    answer = send_zip(client, bytes(6 * 1024**2))
    assert answer.status_code == 422
    assert "at most 5 MB are taken" in answer.text
    assert send(client, "/instruments/upload", "/instruments/upload").status_code == 422


def test_fifty_megabytes_are_refused_with_the_limit(client):
    answer = send_zip(client, bytes(50 * 1024**2))
    assert answer.status_code == 413
    assert "A zip of at most 5 MB is taken." in answer.text


def test_the_same_version_with_other_content_is_refused_on_the_page(
    client, publish, sessions, tenant, bank
):
    publish(changed(bank.files(RECOVERY)))
    files = changed(bank.files(RECOVERY), **{"title: Between": "title: Our between"})
    send_zip(client, zipped(files.items()))
    (draft,) = rows(sessions, tenant, InstrumentDraft)
    place = f"/instruments/drafts/{draft.id}"
    answer = send(client, place, f"{place}/publish")
    assert answer.status_code == 409
    assert "give the changed one a new version" in answer.text


@pytest.mark.parametrize("key", ["work-style", "service-judgement-a", "disc-tetrads"])
def test_the_preview_is_the_candidate_s_own_block(
    client, app, sessions, tenant, settings, bank, key, monkeypatch
):
    # A seed of 0 keeps the written order, as the preview shows it.
    monkeypatch.setattr("assess.sittings.service.draw_seed", lambda: 0)
    campaign_id = open_to_answers(sessions, tenant, bank, battery=(key,))
    ada = Browser(app.test_client())
    ada.begin(invite(sessions, tenant, settings, campaign_id, "Ada"))
    digest = bank.instrument(key).digest
    for number in (1, 2):
        taken = re.search(
            r'name="shown-in"[^>]*>(.*?)</form>', ada.get(f"/take/{number}").text, re.S
        )
        shown = client.get(f"/instruments/{digest}/preview/{number}").text
        assert taken.group(1).strip() in shown
        assert "<form" not in shown
    practice = client.get(f"/instruments/{digest}/preview/0")
    assert practice.status_code == 200
    assert client.get(f"/instruments/{digest}/preview/99").status_code == 404


def test_only_the_psychologist_sees_the_key(client, signed_in, tenant, bank):
    judged = bank.instrument("service-judgement-a")
    why = judged.option_keys[judged.item_ids[0]].why.split(",")[0].split("'")[0]
    address = f"/instruments/{judged.digest}/preview/1"
    assert why not in client.get(address).text
    assert why in client.get(f"{address}?key=1").text
    administrator = signed_in(tenant, ADMINISTRATOR)
    assert why not in administrator.get(f"{address}?key=1").text
    assert "Show the key" not in administrator.get(address).text


def test_a_translation_is_previewed_and_signed(client, signed_in, publish, sessions, tenant, bank):
    files = changed(bank.files(RECOVERY))
    (digest,) = publish(files)
    with reading(sessions, tenant.organisation_id) as session:
        from assess.authoring.queries import instrument  # noqa: PLC0415

        one = instrument(session, digest)
    publish({**files, "translations/fr.yaml": french(one)})
    page = client.get(f"/instruments/{digest}/").text
    assert "machine-drafted translation, not yet signed" in page
    shown = client.get(f"/instruments/{digest}/preview/1?language=fr").text
    assert one.items[0].text.upper() in shown
    place = f"/instruments/{digest}/"
    bad = send(client, place, f"{place}translations/fr/sign", reviewer="", reviewed_on="2026-01-01")
    assert bad.status_code == 422
    late = send(
        client, place, f"{place}translations/fr/sign", reviewer="Zoé", reviewed_on="2999-01-01"
    )
    assert "This day is still to come" in late.text or "day is still to come" in late.text
    signed = send(
        client, place, f"{place}translations/fr/sign", reviewer="Zoé", reviewed_on="2026-01-01"
    )
    assert "signed by Zoé on 2026-01-01" in signed.text
    assert rows(sessions, tenant, InstrumentWording)[-1].reviewer == "Zoé"
    administrator = signed_in(tenant, ADMINISTRATOR).get(place).text
    assert "signed by Zoé" in administrator
    assert "Sign it again" not in administrator
