"""Second factors in an organisation: required of its members, and reset when they are lost."""

import pytest

from assess.accounts import factors, member_service
from assess.accounts import service as accounts
from assess.accounts.models import RoleName
from assess.errors import NotFound, Refused
from tests.accounts.apps import acts, mails, page_of, set_up
from tests.service import NOW, csrf


def test_an_organisation_can_ask_every_member_for_a_second_factor(
    sessions, settings, signed_in, tenant, other_tenant
):
    admin, member = (signed_in(tenant, r) for r in (RoleName.ADMINISTRATOR, RoleName.RECRUITER))
    elsewhere = signed_in(other_tenant, RoleName.RECRUITER)
    token = csrf(admin.get("/members").text)
    data = {"csrf_token": token, "asked": "yes"}
    assert admin.post("/members/second-factor", data=data).location == "/members"
    owner = tenant.members[RoleName.ADMINISTRATOR]
    member_service.ask_second_factor(sessions, owner, asked=True, now=NOW)
    assert admin.get("/members").location == "/account/factors", "administrators, too"
    for path in ("/campaigns/", "/placement/", "/account/sign-ins", "/profiles/"):
        assert member.get(path).location == "/account/factors"
        assert elsewhere.get(path).status_code == 200
    kept = member.post("/campaigns/new", data={"csrf_token": csrf(page_of(member))})
    assert kept.location == "/account/factors"
    assert "asks every member" in page_of(member)
    set_up(sessions, settings, tenant.user_ids[RoleName.RECRUITER])
    assert member.get("/campaigns/").status_code == 200
    set_up(sessions, settings, tenant.user_ids[RoleName.ADMINISTRATOR])
    admin.post("/members/second-factor", data={"csrf_token": token, "asked": "no"})
    assert signed_in(tenant, RoleName.ANALYST).get("/campaigns/").status_code == 200
    told = [act for act, _detail in acts(sessions, tenant) if "required" in act]
    assert told == ["second factor required", "second factor no longer required"]
    with pytest.raises(Refused):
        member_service.ask_second_factor(sessions, tenant.recruiter, asked=True, now=NOW)


def test_an_administrator_resets_what_a_member_has_lost(
    sessions, settings, signed_in, tenant, other_tenant
):
    admin, member = (signed_in(tenant, r) for r in (RoleName.ADMINISTRATOR, RoleName.RECRUITER))
    user_id, member_id = tenant.user_ids[RoleName.RECRUITER], tenant.recruiter.id
    set_up(sessions, settings, user_id)
    page = admin.get("/members").text
    address = f"/members/{member_id}/reset"
    assert page.count("/reset") == 1
    assert address in page
    for _again in range(2):
        admin.post(address, data={"csrf_token": csrf(page)})
    assert member.get("/campaigns/").location.startswith("/sign-in"), "signed out"
    assert not factors.has_any(sessions, user_id)
    assert signed_in(tenant, RoleName.RECRUITER).get("/campaigns/").status_code == 200
    ((to, subject, text),) = mails(settings)
    assert to == tenant.emails[RoleName.RECRUITER]
    assert subject == "Harbour Care: your second factor for Assess was removed"
    assert "administrator of Harbour Care has removed your second factors" in text
    assert [act for act, _detail in acts(sessions, tenant)].count("second factors reset") == 1
    other = other_tenant.members[RoleName.ADMINISTRATOR]
    with pytest.raises(NotFound):
        member_service.reset_factors(sessions, other, member_id, now=NOW)
    with pytest.raises(Refused, match="role"):
        member_service.reset_factors(sessions, tenant.recruiter, member_id, now=NOW)


def test_one_organisation_opens_no_door_of_another(sessions, settings, tenant, other_tenant):
    """Whoever makes somebody a member must not thereby weaken their other membership."""
    user_id, email = (kept[RoleName.RECRUITER] for kept in (tenant.user_ids, tenant.emails))
    set_up(sessions, settings, user_id)
    other = other_tenant.members[RoleName.ADMINISTRATOR]
    joined, _user = accounts.add_member(sessions, other, email, "R", RoleName.ANALYST, now=NOW)
    for actor, member_id in (
        (other, joined), (tenant.members[RoleName.ADMINISTRATOR], tenant.recruiter.id),
    ):  # fmt: skip
        with pytest.raises(Refused, match="another organisation"):
            member_service.reset_factors(sessions, actor, member_id, now=NOW)
    member_service.end_membership(sessions, other, joined, now=NOW)
    with pytest.raises(Refused, match="has ended"):
        member_service.reset_factors(sessions, other, joined, now=NOW)
    assert factors.has_any(sessions, user_id)
    owner = tenant.members[RoleName.ADMINISTRATOR]
    assert member_service.reset_factors(sessions, owner, tenant.recruiter.id, now=NOW)
