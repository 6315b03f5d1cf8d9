"""The page "where would this person fit best" as plain data, in words, numbers and pictures."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from assess.charts import whisker
from assess.rankings.driver_page import lead_picture, signed_interval
from assess.rankings.elsewhere import JobFit


@dataclass(frozen=True)
class JobRow:
    """One job's row; ``lead`` is empty for the job the person took part in."""

    line: JobFit
    svg: str
    lead_svg: str
    lead: str
    words: str


@dataclass(frozen=True)
class ElsewherePage:
    """The rows, best fit first, under a title that says what is seen."""

    title: str
    rows: tuple[JobRow, ...]
    whole: float


def elsewhere_page(fits: Sequence[JobFit]) -> ElsewherePage:
    """Put the page together; ``fits`` as `elsewhere.job_fits` gives them, at least one."""
    here = next(one for one in fits if one.against == "here")
    return ElsewherePage(
        title=_title(fits),
        rows=tuple(_row(one, here.fit.value) for one in fits),
        whole=here.fit.value,
    )


def _title(fits: Sequence[JobFit]) -> str:
    higher = [one.job for one in fits if one.against == "higher"]
    alike = sum(one.against == "open" for one in fits)
    if len(higher) == 1:
        job = higher[0]
        return str(
            _("Would fit “%(job)s” at %(brand)s better", job=job.version.name, brand=job.brand)
        )
    if higher:
        return str(ngettext(
            "%(num)s other job would fit better", "%(num)s other jobs would fit better", len(higher)
        ))  # fmt: skip
    if alike:
        return str(ngettext(
            "%(num)s other job would fit as well: it cannot be told apart from this one",
            "%(num)s other jobs would fit as well: they cannot be told apart from this one",
            alike,
        ))  # fmt: skip
    return str(_("No other open job would fit as well as this one"))


def _row(one: JobFit, whole: float) -> JobRow:
    words = {
        "here": _("took part here"),
        "higher": _("would fit better"),
        "lower": _("would fit less well"),
        "open": _("cannot be told apart from this job"),
    }
    title = one.job.version.name
    return JobRow(
        line=one,
        svg=whisker(
            one.fit.value, one.fit.low, one.fit.high, title=title, width=160, reference=whole
        ),
        lead_svg="" if one.against == "here" else lead_picture(one.lead, title),
        lead="" if one.against == "here" else signed_interval(one.lead),
        words=str(words[one.against]),
    )
