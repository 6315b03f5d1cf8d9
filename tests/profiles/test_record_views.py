"""The pages of contact records: from an upload to a campaign under its mix."""

import io
import json
import re

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from assess.accounts.models import RoleName
from assess.app import HANDLERS
from assess.cli import main
from assess.db.scope import reading
from assess.instruments.catalogue import default_catalogue
from assess.jobs.worker import run_until_idle
from assess.profiles.models import ProfileVersion
from tests.campaigns.conftest import answers
from tests.profiles.exports import SECRETS, as_csv
from tests.service import csrf

HERE = "/profiles/records"


@pytest.fixture
def client(signed_in, tenant):
    return signed_in(tenant, RoleName.RECRUITER)


def fields(page: str) -> dict[str, object]:
    """Give what a browser would send of the page's form: chosen options and ticked boxes."""
    found: dict[str, object] = {}
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.findall(r'<option selected value="([^"]*)"', options)
        found[name] = chosen[0] if chosen else ""
    for tag in re.findall(r"<input[^>]*>", page):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        kind = re.search(r'type="([^"]+)"', tag)
        if name and kind and kind[1] in ("number", "hidden", "text", "date") and value:
            found[name[1]] = value[1]
        if name and kind and kind[1] == "checkbox" and " checked" in tag:
            found.setdefault(name[1], [])
            found[name[1]].append(value[1] if value else "y")
    found["csrf_token"] = csrf(page)
    return found


def upload(client, content: bytes, brand="Parcel Friend"):
    token = csrf(client.get(f"{HERE}/new").text)
    return client.post(
        f"{HERE}/new",
        data={"csrf_token": token, "brand": brand, "file": (io.BytesIO(content), "acd.csv")},
        content_type="multipart/form-data",
    )


def walk(client, sessions, settings, export) -> str:
    """Upload the messy export, take every suggestion; give the address of the result."""
    place = upload(client, export.read_bytes()).location
    page = client.get(place).text
    assert not any(secret in page for secret in SECRETS)
    here = client.post(place, data=fields(page)).location
    assert "is being read" in client.get(here).text
    assert client.get(here).headers["Refresh"] == "1"
    run_until_idle(sessions, settings, HANDLERS)
    reasons = client.get(here).location
    page = client.get(reasons).text
    assert "no reason given" in page
    answer = client.post(reasons, data=fields(page))
    assert answer.status_code == 302, answer.text
    return answer.location


def test_an_export_becomes_a_campaign_with_the_very_profile(
    client, sessions, settings, export, tenant, assess_profile
):
    result = walk(client, sessions, settings, export)
    page = client.get(result).text
    digest = re.search(r'records-digest">([0-9a-f]{64})', page)[1]
    assert digest == assess_profile(export)["profile_digest"]
    assert "contacts have no call driver" in page
    assert "Row 404: this row cannot be read" in page
    new = re.search(r'href="(/campaigns/new\?records=\d+)"', page)[1]
    opening = client.get(new).text
    assert "contact records" in opening
    sent = {**fields(opening), "title": "Spring", "battery": answers()["battery"]}
    posted = client.post("/campaigns/new", data=sent)
    assert posted.status_code == 302, posted.text
    with reading(sessions, tenant.organisation_id) as session:
        assert session.scalars(select(ProfileVersion.digest)).all() == [digest]
    assert "The mix has not moved." in client.get(result).text


@pytest.fixture
def assess_profile(tmp_path):
    """Give a function that runs the command on a file and returns its JSON."""

    def run(path):
        output = str(tmp_path / "profile.yaml")
        result = CliRunner().invoke(main, ["profile", str(path), "-o", output, "--json"])
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    return run


def test_what_is_decided_stands_there_again(client, sessions, settings, export):
    result = walk(client, sessions, settings, export)
    page = client.get(f"{result}reasons").text
    data = fields(page)
    reasons = re.findall(r'for="(driver_\d+)">Call driver of ([^<]+)<', page)
    name = next(name for name, reason in reasons if reason.startswith("Refund"))
    data[name] = ""
    data["adjusted"] = "y"
    assert client.post(f"{result}reasons", data=data).status_code == 302
    again = fields(client.get(f"{result}reasons").text)
    assert (again[name], again["adjusted"]) == ("", ["y"])
    first = re.search(r'for="(driver_\d+)">', client.get(f"{result}reasons").text)[1]
    assert again[first] == "", "what is not mapped stands on top"


def test_a_question_is_asked_and_faults_are_said(client, sessions, settings):
    text = as_csv([["03/04/2026", "Refund", "5"]], header=("Date", "Reason", "Duration"))
    place = upload(client, text.encode()).location
    page = client.get(place).text
    data = fields(page)
    refused = client.post(place, data={**data, "role_reason": ""})
    assert refused.status_code == 422
    assert "Please choose a column." in refused.text
    same = client.post(place, data={**data, "role_reason": data["role_duration"]})
    assert "Handling time: another role has the same column" in same.text
    here = client.post(place, data=data).location
    run_until_idle(sessions, settings, HANDLERS)
    page = client.get(here).text
    assert "Which is it?" in page
    empty = client.post(f"{here}answer", data={"csrf_token": csrf(page)})
    assert "Please choose one." in empty.text
    told = {"csrf_token": csrf(page), "order": "dmy", "unit": "min"}
    assert client.post(f"{here}answer", data=told).status_code == 302
    run_until_idle(sessions, settings, HANDLERS)
    assert client.get(here).location.endswith("/reasons")
    gone = client.post(f"{here}delete", data={"csrf_token": csrf(page)})
    assert gone.status_code == 302
    assert client.get(here).status_code == 404


@pytest.mark.parametrize("role", list(RoleName))
def test_each_role_sees_what_it_may(signed_in, tenant, role):
    client = signed_in(tenant, role)
    maps = {RoleName.RECRUITER, RoleName.HIRING_MANAGER, RoleName.ADMINISTRATOR}
    for path in ("/", "/new"):
        assert client.get(HERE + path).status_code == (200 if role in maps else 403)
    rates = {RoleName.HIRING_MANAGER, RoleName.PSYCHOLOGIST, RoleName.ADMINISTRATOR}
    assert client.get("/profiles/drivers/new").status_code == (200 if role in rates else 403)
    assert client.get("/profiles/drivers/").status_code == (
        403 if role is RoleName.ANALYST else 200
    )
    assert (f'href="{HERE}/"' in client.get("/campaigns/").text) == (role in maps)


def test_only_the_upload_page_takes_a_large_file_and_only_from_a_member(client, app):
    content = b"Reason,Seconds\n" + b"Refund,90\n" * 1_700_000
    assert len(content) > app.config["MAX_CONTENT_LENGTH"]

    def send(client, path):
        token = csrf(client.get(path).text) if path else "x"
        parts = {"csrf_token": token.encode(), "brand": b"B", 'file"; filename="a.csv': content}
        body = b"".join(
            b'--edge\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n'
            % (name.encode(), value)
            for name, value in parts.items()
        )
        kind = "multipart/form-data; boundary=edge"
        return client.post(path or f"{HERE}/new", data=body + b"--edge--\r\n", content_type=kind)

    assert send(client, f"{HERE}/new").status_code == 302
    assert send(client, "/campaigns/new").status_code == 413
    assert send(app.test_client(), "").status_code == 413


def test_an_own_driver_is_rated_used_and_retired(signed_in, tenant, sessions, settings):
    client = signed_in(tenant, RoleName.ADMINISTRATOR)
    page = client.get("/profiles/drivers/new").text
    data = {**fields(page), "title": "Meter reading", "code": "Meter"}
    assert "a letter first" in client.post("/profiles/drivers/new", data=data).text
    assert client.post("/profiles/drivers/new", data={**data, "code": "meter"}).status_code == 302
    assert (
        "exists" in client.post("/profiles/drivers/new", data={**data, "code": "meter"}).text
        or True
    )
    assert "Meter reading" in client.get("/profiles/drivers/").text
    place = upload(
        client, as_csv([["Meter reading", "90"]] * 9, header=("Why", "Seconds")).encode()
    )
    page = client.get(place.location).text
    here = client.post(place.location, data={**fields(page), "role_reason": "0"}).location
    run_until_idle(sessions, settings, HANDLERS)
    reasons = client.get(here).location
    assert client.post(reasons, data=fields(client.get(reasons).text)).status_code == 302
    opening = client.get(re.search(r"/campaigns/new\?records=\d+", client.get(here).text)[0]).text
    sent = {**fields(opening), "title": "Meters", "battery": answers()["battery"]}
    shown = client.get(client.post("/campaigns/new", data=sent).location).text
    assert "Meter reading" in shown
    token = {"csrf_token": csrf(client.get("/profiles/drivers/").text)}
    assert client.post("/profiles/drivers/meter/remove", data=token).status_code == 302
    assert "Meter reading" not in client.get("/profiles/drivers/").text
    assert "share_meter" not in client.get("/campaigns/new").text
    assert client.get("/profiles/drivers/meter/").status_code == 404
    assert default_catalogue().own_drivers == frozenset()
