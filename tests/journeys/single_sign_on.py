"""Sign in with one's organisation, in a browser, at a provider of other people's making."""

from playwright.sync_api import Page, expect

from assess.accounts.models import RoleName
from tests.accounts.provider import process
from tests.browser import look
from tests.journeys.conftest import Service
from tests.journeys.test_main_job import sign_in
from tests.service import Tenant


def as_(page: Page, subject: str) -> None:
    """Sign in at the provider, to which the page has led."""
    page.get_by_placeholder("sub").fill(subject)
    page.get_by_role("button", name="Authorize", exact=True).click()


def set_up(page: Page, service: Service, issuer: str) -> None:
    """Enter the provider, try it, and switch it on."""
    page.goto(f"{service.url}/members/provider")
    look(page)
    page.get_by_label("Its name on the button").fill("Harbour account")
    page.get_by_label("Short name of your organisation").fill("harbour")
    page.get_by_label("Issuer").fill(issuer)
    page.get_by_label("Client ID").fill("assess")
    page.get_by_label("Client secret").fill("a secret of the client's")
    page.get_by_role("button", name="Save the settings").click()
    page.get_by_role("button", name="Try it").click()
    as_(page, "ada-at-work")
    expect(page.get_by_text("It works: you came back signed in.")).to_be_visible()
    page.get_by_label("Members can sign in with it").check()
    page.get_by_role("button", name="Save who signs in how").click()
    expect(page.get_by_text("switched on")).to_be_visible()
    look(page)


def come_in(page: Page, service: Service, subject: str) -> None:
    """Sign in with the short name, as whoever ``subject`` is."""
    page.goto(f"{service.url}/sign-in")
    page.get_by_role("link", name="Sign in with your organisation").click()
    look(page)
    page.get_by_label("Short name of your organisation").fill("harbour")
    page.get_by_role("button", name="Go on").click()
    look(page)
    page.get_by_role("button", name="Sign in with Harbour account").click()
    as_(page, subject)


def walk(recruiter: Page, admin: Page, service: Service, tenant: Tenant) -> None:
    """Set up by an administrator; linked and used by a recruiter who is signed in already."""
    with process() as issuer:
        sign_in(admin, service, tenant, RoleName.ADMINISTRATOR)
        set_up(admin, service, issuer)
        admin.goto(f"{service.url}/members/brands")
        look(admin)
        recruiter.goto(f"{service.url}/account/provider")
        look(recruiter)
        recruiter.get_by_role("button", name="Link my account at Harbour account").click()
        as_(recruiter, "rae-at-work")
        expect(recruiter.get_by_text("Your account is linked.").first).to_be_visible()
        look(recruiter)
        recruiter.locator("details.menu summary").click()
        recruiter.get_by_role("button", name="Sign out").click()
        come_in(recruiter, service, "somebody-else")
        expect(recruiter.get_by_role("heading", level=1)).to_contain_text("not linked yet")
        look(recruiter)
        come_in(recruiter, service, "rae-at-work")
        expect(recruiter.get_by_role("heading", level=1)).to_contain_text("Campaigns")
