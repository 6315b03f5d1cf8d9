"""What a person is told before the questions, on this device and in this language."""

from flask import render_template, request

from assess.campaigns.portal_link import kept_until
from assess.instruments.reading import reading_grade
from assess.sittings import declaring, service
from assess.sittings.access import battery_of, choice_of, form_token, sitting_of, source_of
from assess.sittings.clock import WARNED
from assess.sittings.expectation import expected
from assess.sittings.notices import NOTICE_VERSION, Notice
from assess.sittings.overview import text_of
from assess.sittings.requirement_page import job_asks
from assess.sittings.service import Standing
from assess.sittings.timing import device_of
from assess.web import languages, pages


def device_here() -> str:
    """Give the kind of device that asks."""
    return device_of(request.user_agent.string)


def notice_page(standing: Standing) -> str:
    """Render what a person is told before anything is asked."""
    sitting, invitation = sitting_of(standing), standing.path.invitation
    catalogue, source = pages.catalogue(), source_of(standing)
    heaviest = service.heaviest_drivers(pages.sessions(), standing)
    return render_template(
        "sittings/notice.html",
        path=standing.path,
        choice=choice_of(standing),
        battery=battery_of(standing),
        competencies=catalogue.competencies_in(sitting.language),
        previews=catalogue.previews_in(sitting.language).of(heaviest),
        kept_until=kept_until(invitation.closes_on),
        version=NOTICE_VERSION,
        time=expected(standing, source, sitting.device or device_here()),
        limit=invitation.time_limit_minutes,
        asks=job_asks(declaring.asked_of(pages.sessions(), standing.path)),
        token=form_token(standing),
    )


def told_here(standing: Standing) -> Notice:
    """Say which notice this person reads: its language, and how hard it is."""
    language = languages.spoken()
    grade = reading_grade(text_of(notice_page(standing))) if language == languages.DEFAULT else None
    return Notice(language, None if grade is None else round(grade, 1))


def clock_line(standing: Standing) -> dict[str, int] | None:
    """Give the seconds left and how often more can be taken; None where nothing is limited."""
    clock = sitting_of(standing).clock
    left = clock.left_at(pages.now())
    if left is None:
        return None
    seconds = int(left.total_seconds())
    return {
        "left": seconds,
        "minutes": -(-seconds // 60),
        "warned": int(WARNED.total_seconds()),
        "more": -(-int(clock.extension.total_seconds()) // 60),
        "times": clock.extensions_left,
    }
