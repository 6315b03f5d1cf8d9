"""What tests of single sign-on do over and over, as an administrator and as others."""

import html
import re

from sqlalchemy import select

from assess.accounts.models import AuditEvent, OidcLink
from assess.db.scope import reading, writing
from tests.accounts.provider import SECRET
from tests.service import NOW, csrf


class Desk:
    """An administrator's browser, and what tests do over and over."""

    def __init__(self, app, sessions, tenant, provider, client):
        self.app, self.sessions, self.tenant = app, sessions, tenant
        self.provider, self.client = provider, client

    def post(self, path, client=None, **form):
        """Post a form with its token."""
        client = client or self.client
        page = client.get("/account/sign-ins", follow_redirects=True).text
        return client.post(path, data=form | {"csrf_token": csrf(page)})

    def set_up(self, issuer=None, **other):
        """Enter the provider."""
        typed = {
            "label": "Harbour account", "short_name": "harbour", "client_id": "assess",
            "issuer": issuer or self.provider.url, "secret": SECRET,
        }  # fmt: skip
        return self.post("/members/provider", **(typed | other))

    def switch_on(self, **boxes):
        """Try it, and switch it on."""
        self.set_up()
        back = self.go("/members/provider/try", "the-admin")
        assert back.location == "/members/provider"
        return self.post("/members/provider/switch", **({"on": "y"} | boxes))

    def go(self, path, subject, client=None, **form):
        """Go to the provider and come back as ``subject``; give the answer to coming back."""
        client = client or self.client
        away = self.post(path, client, **form)
        assert away.status_code == 200, away.text
        return client.get(self.provider.sign_in(leads_to(away), subject))

    def sign_in(self, subject, client=None, **form):
        """Sign in as ``subject`` in a new browser."""
        client = client or self.app.test_client()
        return client, self.go("/sign-in/with/harbour", subject, client, **form)

    def link(self, role, subject):
        """Link a member without the pages."""
        with writing(self.sessions, self.tenant.organisation_id) as session:
            session.add(
                OidcLink(
                    member_id=self.tenant.members[role].id, issuer=self.provider.url,
                    subject=subject, linked_at=NOW,
                )
            )  # fmt: skip

    def acts(self):
        """Give the trail's acts about it."""
        words = ("provider", "account", "signed in")
        with reading(self.sessions, self.tenant.organisation_id) as session:
            rows = session.execute(
                select(AuditEvent.act, AuditEvent.detail).order_by(AuditEvent.id)
            )
            return [(act, told) for act, told in rows if act.startswith(words)]


def leads_to(away):
    """Read where the page leads the browser."""
    (address,) = re.findall(r'http-equiv="refresh" content="0; url=([^"]+)"', away.text)
    return html.unescape(address)
