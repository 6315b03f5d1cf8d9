"""A campaign's mails: plan as the hour's job does, send as the worker does."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from assess.app import HANDLERS
from assess.campaigns.models import Mailing
from assess.campaigns.reminders import PLAN_JOB, plan_reminders
from assess.db.scope import reading, writing
from assess.jobs import queue
from assess.jobs.worker import Later, Work

#: A Monday noon; the campaign lasts four weeks.
START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LAST_DAY = START.date() + timedelta(days=27)


def days(count: float) -> timedelta:
    return timedelta(days=count)


class Mails:
    """A campaign's mails: plan as the hour's job does, send as the worker does."""

    def __init__(self, sessions, settings, tenant) -> None:
        self.sessions, self.settings, self.organisation_id = (
            sessions,
            settings,
            tenant.organisation_id,
        )

    def plan(self, now) -> None:
        """Run the planning of an hour."""
        job = queue.Claimed(0, self.organisation_id, PLAN_JOB, {}, 1, "test")
        plan_reminders(Work(self.sessions, self.settings, job, now))

    def send(self, now) -> int:
        """Do the mails' jobs that are due."""
        count = 0
        while job := queue.claim(self.sessions, "test", now=now):
            count += 1
            try:
                HANDLERS[job.kind](Work(self.sessions, self.settings, job, now))
            except Later as later:
                queue.postpone(self.sessions, job, later.until)
            else:
                queue.finish(self.sessions, job, now=now)
        return count

    def rows(self) -> list[tuple[str, int, str]]:
        """Give kind, ordinal and state of every mail but the invitations, oldest first."""
        with reading(self.sessions, self.organisation_id) as session:
            found = session.scalars(select(Mailing).order_by(Mailing.id)).all()
        return [(m.kind, m.ordinal, m.state) for m in found if m.kind != "invitation"]

    def set(self, model, **values) -> None:
        """Change every row of a model."""
        with writing(self.sessions, self.organisation_id) as session:
            session.execute(update(model).values(**values))
