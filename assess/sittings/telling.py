"""What a person is told before the questions, on this device and in this language."""

from flask import render_template, request
from flask_babel import get_locale

from assess.instruments.reading import reading_grade
from assess.sittings.access import battery_of, form_token, sitting_of
from assess.sittings.clock import WARNED
from assess.sittings.expectation import expected
from assess.sittings.notices import NOTICE_VERSION, Notice
from assess.sittings.overview import kept_until, text_of
from assess.sittings.service import Standing
from assess.sittings.timing import device_of
from assess.web import pages


def device_here() -> str:
    """Give the kind of device that asks."""
    return device_of(request.user_agent.string)


def notice_page(standing: Standing) -> str:
    """Render what a person is told before anything is asked."""
    sitting, invitation = sitting_of(standing), standing.path.invitation
    battery = battery_of(sitting)
    return render_template(
        "sittings/notice.html",
        path=standing.path,
        battery=battery,
        competencies=pages.catalogue().competencies,
        kept_until=kept_until(invitation.closes_on),
        version=NOTICE_VERSION,
        time=expected(standing, battery, sitting.device or device_here()),
        limit=invitation.time_limit_minutes,
        token=form_token(standing),
    )


def told_here(standing: Standing) -> Notice:
    """Say which notice this person reads: its language, and how hard it is."""
    language = str(get_locale() or "en")[:2]
    grade = reading_grade(text_of(notice_page(standing))) if language == "en" else None
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
