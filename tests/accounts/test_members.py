"""Members: invited, given another role, ended; brands renamed; never without an administrator."""

import re
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select

from assess.accounts import brand_service, member_service, queries
from assess.accounts import service as accounts
from assess.accounts.models import AuditEvent, Member, RoleName
from assess.accounts.sign_in import set_password
from assess.db.scope import reading, writing
from assess.errors import Conflict, Invalid, NotFound, Refused
from assess.jobs import mail
from tests.service import NOW, PASSWORD, csrf


@pytest.fixture
def admin(tenant):
    return tenant.members[RoleName.ADMINISTRATOR]


def lines(sessions, tenant):
    with reading(sessions, tenant.organisation_id) as session:
        return {one.name: one for one in queries.members(session)}


def acts(sessions, tenant):
    with reading(sessions, tenant.organisation_id) as session:
        return list(session.scalars(select(AuditEvent.act).order_by(AuditEvent.id)))


def test_roles_change_and_memberships_end_but_an_administrator_stays(
    app, sessions, tenant, other_tenant, admin
):
    recruiter, other = tenant.recruiter, other_tenant.members[RoleName.ADMINISTRATOR]
    service = member_service
    with pytest.raises(Refused, match="role"):
        service.change_role(sessions, recruiter, admin.id, RoleName.ANALYST, now=NOW)
    for act in (service.end_membership, service.let_back_in):
        with pytest.raises(NotFound):
            act(sessions, other, recruiter.id, now=NOW)
    # The founder has set no password: without this one nobody could look after the house.
    set_password(app, sessions, tenant.user_ids[RoleName.ADMINISTRATOR], PASSWORD)
    with pytest.raises(Refused, match="last administrator"):
        service.end_membership(sessions, admin, admin.id, now=NOW)
    with pytest.raises(Refused, match="last administrator"):
        service.change_role(sessions, admin, admin.id, RoleName.RECRUITER, now=NOW)
    set_password(app, sessions, tenant.user_ids[RoleName.RECRUITER], PASSWORD)
    before = acts(sessions, tenant)
    for _again in range(2):
        service.change_role(sessions, admin, recruiter.id, RoleName.ADMINISTRATOR, now=NOW)
    for _again in range(2):
        service.end_membership(sessions, admin, admin.id, now=NOW)
    with pytest.raises(Refused, match="has ended"):
        service.change_role(sessions, tenant.system, admin.id, RoleName.ANALYST, now=NOW)
    email = tenant.emails[RoleName.ADMINISTRATOR]
    with pytest.raises(Conflict, match="was a member before"):
        accounts.add_member(sessions, tenant.system, email, "A", RoleName.ANALYST, now=NOW)
    assert not lines(sessions, tenant)["administrator of Harbour Care"].active
    for _again in range(2):
        service.let_back_in(sessions, tenant.system, admin.id, now=NOW)
    assert acts(sessions, tenant)[len(before) :] == [
        "role changed", "membership ended", "membership begun again",
    ]  # fmt: skip


def test_a_brand_has_one_name_of_its_own(sessions, tenant, other_tenant, admin):
    with writing(sessions, tenant.organisation_id) as session:
        one, _two = (accounts.brand_named(session, name) for name in ("Parcels", "Shoes"))
    rename = brand_service.rename_brand
    with pytest.raises(Conflict, match="Shoes"):
        rename(sessions, admin, one, " Shoes ", now=NOW)
    with pytest.raises(Invalid):
        rename(sessions, admin, one, "  ", now=NOW)
    with pytest.raises(NotFound):
        rename(sessions, other_tenant.members[RoleName.ADMINISTRATOR], one, "X", now=NOW)
    rename(sessions, admin, one, "Parcel  Friend", now=NOW)
    with reading(sessions, tenant.organisation_id) as session:
        assert [name for _id, name in queries.brands(session)] == ["Parcel Friend", "Shoes"]


def test_an_archived_brand_is_offered_for_nothing_new(sessions, tenant, other_tenant, admin):
    service, theirs = brand_service, other_tenant.members[RoleName.ADMINISTRATOR]
    brand = service.add_brand(sessions, admin, " Parcel  Friend", now=NOW)
    with pytest.raises(Refused):
        service.add_brand(sessions, tenant.recruiter, "Shoes", now=NOW)
    with pytest.raises(Conflict, match="Parcel Friend"):
        service.add_brand(sessions, admin, "Parcel Friend", now=NOW)
    service.add_brand(sessions, theirs, "Parcel Friend", now=NOW)
    for act in (service.archive_brand, service.bring_back):
        with pytest.raises(NotFound):
            act(sessions, theirs, brand, now=NOW)
    for _again in range(2):
        service.archive_brand(sessions, admin, brand, now=NOW)
    with writing(sessions, tenant.organisation_id) as session:
        assert queries.brands(session) == []
        assert queries.brand_lines(session) == [queries.BrandLine(brand, "Parcel Friend", True)]
        with pytest.raises(Invalid, match="archived"):
            accounts.brand_named(session, "Parcel Friend")
    for _again in range(2):
        service.bring_back(sessions, admin, brand, now=NOW)
    with writing(sessions, tenant.organisation_id) as session:
        assert accounts.brand_named(session, "Parcel Friend") == brand
    told = [act for act in acts(sessions, tenant) if act.startswith("brand")]
    assert told == ["brand added", "brand archived", "brand brought back"]


def test_administrators_look_after_brands_on_a_page(signed_in, tenant):
    client = signed_in(tenant, RoleName.ADMINISTRATOR)
    page = client.get("/members/brands").text
    assert "There is no brand yet" in page
    form = {"csrf_token": csrf(page)}
    assert client.post("/members/brands", data=form | {"name": " "}).status_code == 422
    for name, status in (("Shoes & Co", 303), ("Shoes & Co", 422)):
        answer = client.post("/members/brands", data=form | {"name": name})
        assert answer.status_code == status
    (brand,) = set(re.findall(r"/members/brands/(\d+)", client.get("/members/brands").text))
    client.post(f"/members/brands/{brand}", data=form | {"name": "Boots"})
    client.post(f"/members/brands/{brand}", data=form | {"name": ""})
    page = client.get("/members/brands").text
    assert "The brand is called Boots now" in page
    assert "1 to 200 characters" in page
    assert 'value="Boots"' in client.get("/campaigns/new").text
    client.post(f"/members/brands/{brand}/archive", data=form)
    assert "Bring back" in client.get("/members/brands").text
    assert 'value="Boots"' not in client.get("/campaigns/new").text
    client.post(f"/members/brands/{brand}/back", data=form)
    assert 'value="Boots"' in client.get("/campaigns/new").text


def test_an_invited_member_comes_in_by_mail_and_leaves_everywhere(
    app, sessions, settings, signed_in, tenant, monkeypatch
):
    client = signed_in(tenant, RoleName.ADMINISTRATOR)
    page = client.get("/members")
    form = {"csrf_token": csrf(page.text), "name": "Mai <Lin>", "role": "psychologist"}
    for wrong in ("no address", tenant.emails[RoleName.ANALYST]):
        answer = client.post("/members", data=form | {"email": wrong})
        assert answer.status_code == 422
        assert 'value="Mai &lt;Lin&gt;"' in answer.text
    client.post("/members", data=form | {"email": "mai@harbour-care.example"})
    page = client.get("/members").text
    assert "mail with the way in is on its way" in page
    assert "Mai &lt;Lin&gt;" in page
    (file,) = settings.mail_dir.glob("member-*.eml")
    letter = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert letter["To"] == "mai@harbour-care.example"
    (link,) = re.findall(r"http://localhost(/password/\S+)", letter.get_content())
    theirs = app.test_client()
    new = {"password": PASSWORD, "password_confirm": PASSWORD}
    theirs.post(link, data=new | {"csrf_token": csrf(theirs.get(link).text)})
    token = csrf(theirs.get("/sign-in").text)
    who = {"email": "mai@harbour-care.example", "password": PASSWORD, "csrf_token": token}
    assert theirs.post("/sign-in", data=who).status_code == 302
    assert theirs.get("/experts/").status_code == 200
    mai = lines(sessions, tenant)["Mai <Lin>"]
    token = {"csrf_token": csrf(page)}
    client.post(f"/members/{mai.id}/role", data=token | {"role": "analyst"})
    assert theirs.get("/experts/").status_code == 403
    wrong = client.post(f"/members/{mai.id}/role", data=token | {"role": "king"})
    assert wrong.status_code == 422
    client.post(f"/members/{mai.id}/end", data=token)
    assert theirs.get("/campaigns/").status_code == 302
    assert "signed out everywhere" in client.get("/members").text
    client.post(f"/members/{mai.id}/back", data=token)
    assert lines(sessions, tenant)["Mai <Lin>"].active

    def broken(*_args):
        raise OSError("no server")

    monkeypatch.setattr(mail, "send", broken)
    client.post(f"/members/{mai.id}/mail", data=token)
    assert "could not be sent" in client.get("/members").text
    me = tenant.members[RoleName.ADMINISTRATOR].id
    client.post(f"/members/{me}/end", data=token)
    assert "last administrator" in client.get("/members").text


def test_a_member_of_two_organisations_is_in_one_at_a_time(
    sessions, signed_in, tenant, other_tenant
):
    email = tenant.emails[RoleName.RECRUITER]
    member_id, _user = accounts.add_member(
        sessions, other_tenant.system, email, "Rae", RoleName.ANALYST, now=NOW
    )
    client = signed_in(tenant, RoleName.RECRUITER)
    page = client.get("/campaigns/").text
    token = {"csrf_token": csrf(page)}
    assert "Go to Rival Desk" in page
    assert client.get("/monitoring/impact").status_code == 403
    there = f"/account/organisations/{other_tenant.organisation_id}/enter"
    assert client.post(there, data=token).status_code == 303
    assert "Go to Harbour Care" in client.get("/monitoring/impact").text
    assert client.get("/campaigns/new").status_code == 403
    with writing(sessions, other_tenant.organisation_id) as session:
        session.get_one(Member, member_id).active = False
    assert "Go to" not in client.get("/campaigns/new").text
    assert client.post(there, data=token).status_code == 404
