"""The pages of panels: who may see and do what, and what they tell."""

import csv
from io import BytesIO, StringIO

import pytest

from assess.accounts.models import RoleName
from assess.instruments.expert_sheet import read_workbook
from tests.experts.conftest import RATED, TEN
from tests.instruments.experts import filled
from tests.service import csrf

LOOKS = (RoleName.PSYCHOLOGIST, RoleName.ADMINISTRATOR)
PAGES = ("", "workbook.xlsx", "ratings.csv", "changes")
ACTS = ("import", "publish", "close")


@pytest.fixture
def psychologist_s(signed_in, tenant):
    """Give the browser of the psychologist."""
    return signed_in(tenant, RoleName.PSYCHOLOGIST)


def post(client, path, files=(), **data):
    token = csrf(client.get("/experts/").text)
    sent = {"workbooks": [(BytesIO(content), name) for name, content in files]} if files else {}
    return client.post(path, data={"csrf_token": token, **sent, **data})


@pytest.mark.parametrize("role", list(RoleName))
def test_who_may_see_and_who_may_act(signed_in, tenant, panel_id, send, workbooks, role):
    send(*workbooks[:2])
    client = signed_in(tenant, role)
    seen = {client.get(f"/experts/{panel_id}/{page}").status_code for page in PAGES}
    assert seen == ({200} if role in LOOKS else {403})
    assert client.get("/experts/").status_code == (200 if role in LOOKS else 403)
    if role == RoleName.ADMINISTRATOR:
        page = client.get(f"/experts/{panel_id}/").text
        assert "Import the ratings" not in page
        assert "Close the panel" not in page
        assert {post(client, f"/experts/{panel_id}/{act}").status_code for act in ACTS} == {403}
    if role not in LOOKS:
        assert "Keys from experts" not in client.get("/campaigns/").text


def test_another_organisation_finds_nothing(signed_in, other_tenant, panel_id):
    client = signed_in(other_tenant, RoleName.PSYCHOLOGIST)
    assert {client.get(f"/experts/{panel_id}/{page}").status_code for page in PAGES} == {404}
    found = {
        "import": post(client, f"/experts/{panel_id}/import", [("x.xlsx", b"x")]),
        "publish": post(client, f"/experts/{panel_id}/publish", seal="0" * 64),
        "close": post(client, f"/experts/{panel_id}/close"),
    }
    assert {name: answer.status_code for name, answer in found.items()} == dict.fromkeys(found, 404)


def test_a_panel_is_opened_from_the_list(psychologist_s, bank):
    digest = bank.instrument("service-judgement-a").digest
    answer = post(psychologist_s, "/experts/", bank=digest)
    assert answer.status_code == 303
    page = psychologist_s.get(answer.location).text
    assert "0 experts have rated" in page
    assert "Service situations" in psychologist_s.get("/experts/").text
    assert post(psychologist_s, "/experts/", bank="0" * 64).status_code == 422


def test_the_downloaded_workbook_is_that_of_the_panel(psychologist_s, panel_id):
    content = psychologist_s.get(f"/experts/{panel_id}/workbook.xlsx").data
    assert content.startswith(b"PK")
    assert read_workbook(filled(RATED, TEN[0]), "x.xlsx", RATED).missing == ()


def test_workbooks_are_taken_and_faults_named(psychologist_s, panel_id, workbooks):
    path = f"/experts/{panel_id}/import"
    answer = post(psychologist_s, path, [workbooks[0], ("bad.xlsx", b"nothing")])
    assert answer.status_code == 422
    assert "bad.xlsx: is not a workbook" in answer.text
    assert "1 expert is added." in answer.text
    answer = post(psychologist_s, path, [("bad.xlsx", b"nothing")])
    assert answer.status_code == 422
    assert "No workbook was taken" in answer.text
    assert post(psychologist_s, path).status_code == 422
    answer = post(psychologist_s, path, workbooks[1:])
    assert answer.status_code == 303
    page = psychologist_s.get(f"/experts/{panel_id}/").text
    assert "9 experts are added." in page
    assert "10 or more should rate" not in page


def test_few_experts_and_low_agreement_are_said(psychologist_s, panel_id, send):
    send(*(
        (f"{n}.xlsx", filled(RATED, ratings, name=f"Expert {n}"))
        for n, ratings in enumerate((TEN[0], 6 - TEN[1], TEN[2][::-1]))
    ))  # fmt: skip
    page = psychologist_s.get(f"/experts/{panel_id}/").text
    assert "10 or more should rate; 3 have." in page
    assert "The experts agree too little: ICC(2,k) is" in page
    assert "stays provisional" in page


def test_what_an_expert_wrote_is_text(psychologist_s, panel_id, send):
    said = {"name": "=cmd|' /C calc'!A0", "role": "<script>x</script>"}

    def mark(book):
        sheet = book["Instructions"]
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value == said["name"]:
                    cell.data_type = "s"

    one = filled(RATED, TEN[0], mark, **said, comments={"sjt-001.a": "@SUM(A1)"})
    send(("a.xlsx", one), ("b.xlsx", filled(RATED, TEN[1], name="Ben")))
    page = psychologist_s.get(f"/experts/{panel_id}/").text
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page
    answer = psychologist_s.get(f"/experts/{panel_id}/ratings.csv")
    rows = list(csv.DictReader(StringIO(answer.text)))
    assert len(rows) == 2 * len(RATED.item_ids)
    assert rows[0] == {
        "person": "'=cmd|' /C calc'!A0",
        "role": "<script>x</script>",
        "years": "7.0",
        "response": "sjt-001.a",
        "rating": str(int(TEN[0][0])),
        "comment": "'@SUM(A1)",
    }


def test_publishing_wants_the_ratings_that_were_looked_at(
    psychologist_s, panel_id, send, workbooks
):
    assert psychologist_s.get(f"/experts/{panel_id}/changes").status_code == 422
    send(*workbooks)
    page = psychologist_s.get(f"/experts/{panel_id}/changes").text
    assert "Nobody has finished this form in this version." in page
    seal = page.split('name="seal" value="')[1][:64]
    path = f"/experts/{panel_id}/publish"
    assert post(psychologist_s, path).status_code == 422
    assert post(psychologist_s, path, seal="0" * 64).status_code == 409
    assert post(psychologist_s, path, seal=seal).status_code == 303
    page = psychologist_s.get(f"/experts/{panel_id}/").text
    assert "Its key is published as version 3 by psychologist of Harbour Care" in page
    assert "Import the ratings" not in page
    assert post(psychologist_s, path, seal=seal).status_code == 403
