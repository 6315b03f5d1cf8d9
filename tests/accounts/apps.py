"""An authenticator app as a test holds one, and what the trail says of factors."""

from email import message_from_bytes, policy

from passlib.totp import TOTP
from sqlalchemy import select

from assess.accounts import factors
from assess.accounts.models import AuditEvent
from assess.db.scope import reading
from tests.service import NOW


def code_of(key, moment):
    """Make the code of an app, as the app does: from the key that it was given."""
    return TOTP(key.replace(" ", "")).generate(moment).token


def set_up(sessions, settings, user_id, now=NOW):
    """Set up an app; give its key and the recovery codes."""
    factors.begin_app(sessions, settings, user_id, now=now)
    key = factors.waiting_app(sessions, settings, user_id, now=now).key
    codes = factors.confirm_app(sessions, settings, user_id, code_of(key, now), now=now)
    return key, codes


def acts(sessions, tenant):
    chosen = select(AuditEvent.act, AuditEvent.detail).where(
        AuditEvent.act.like("%factor%") | AuditEvent.act.like("recovery%")
    )
    with reading(sessions, tenant.organisation_id) as session:
        return [tuple(row) for row in session.execute(chosen.order_by(AuditEvent.id))]


def page_of(client, path="/account/factors"):
    answer = client.get(path)
    assert answer.status_code == 200, answer.location
    return answer.text


def mails(settings):
    """Give the mails sent so far: (to, subject, text)."""
    read = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in settings.mail_dir.glob("*.eml")
    ]
    return [(one["To"], one["Subject"], one.get_content()) for one in read]
