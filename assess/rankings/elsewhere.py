"""Where else somebody would fit: one person's fits to the organisation's open jobs (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from assess.instruments.catalogue import Catalogue
from assess.instruments.model import Instrument
from assess.profiles.queries import VersionView
from assess.rankings.entry_scores import answered_versions, entries_matrix, snapshot_basis
from assess.rankings.open_campaigns import Battery, OpenCampaign, evidencing
from assess.rankings.queries import EntryView, SnapshotView
from assess.rankings.readings import Reading, with_error
from assess.selection.demand import COMPETENCIES
from assess.selection.fit_across import FitsAcross, fits_across

Against = Literal["here", "higher", "lower", "open"]


@dataclass(frozen=True)
class Job:
    """A job of the organisation: a profile's newest version, and its open campaigns."""

    version: VersionView
    brand: str
    campaigns: tuple[str, ...]


@dataclass(frozen=True)
class JobFit:
    """One person's fit to one job, ``lead`` over their fit to the job they took part in.

    ``against`` says whether the lead is sure; ``like_best`` where the fit cannot be told apart
    from the highest of all.
    """

    job: Job
    fit: Reading
    coverage: float
    lead: Reading
    against: Against
    like_best: bool


def other_jobs(
    entry: EntryView,
    snapshot: SnapshotView,
    battery: Sequence[Instrument],
    catalogue: Catalogue,
    campaigns: Sequence[OpenCampaign],
    instruments: Mapping[Battery, Sequence[Instrument]],
    newest: Mapping[int, VersionView],
) -> tuple[tuple[Job, ...], int]:
    """Give the jobs this person's answers speak of, and how many open ones they do not.

    A job counts when the person has answered, in the very same version, every questionnaire
    that one of its campaigns measures competencies with, and the job demands something of that.
    """
    answered = answered_versions(entry, snapshot, battery)
    offered = snapshot_basis(snapshot, battery, catalogue).offered > 0
    known: dict[int, list[OpenCampaign]] = {}
    unknown = set()
    for campaign in campaigns:
        needed = evidencing(campaign.battery, instruments[campaign.battery], catalogue.competencies)
        profile = campaign.version.profile_id
        measured = newest[profile].weights @ offered > 0
        if measured and needed and needed.items() <= answered.items():
            known.setdefault(profile, []).append(campaign)
        else:
            unknown.add(profile)
    jobs = tuple(
        Job(newest[profile], of[0].brand, tuple(one.title for one in of))
        for profile, of in known.items()
    )
    return jobs, len(unknown - known.keys())


def job_fits(
    entry: EntryView,
    snapshot: SnapshotView,
    battery: Sequence[Instrument],
    catalogue: Catalogue,
    here: Job,
    jobs: Sequence[Job],
) -> tuple[JobFit, ...]:
    """Give the fits to ``here``, under the weights of the ranking, and to ``jobs``, best first.

    Nothing for somebody who is not ranked. All fits rest on the same answers.
    """
    basis = snapshot_basis(snapshot, battery, catalogue)
    person = entries_matrix([entry], basis, battery)
    weights = np.array([basis.weights, *(job.version.weights for job in jobs)])
    found = fits_across(person, weights.reshape(-1, len(COMPETENCIES)))
    if np.isnan(found.fit).any():
        return ()
    best = int(found.fit.argmax())
    lines = [_line(job, found, place, best) for place, job in enumerate([here, *jobs])]
    return tuple(sorted(lines, key=lambda one: -one.fit.value))


def _line(job: Job, found: FitsAcross, place: int, best: int) -> JobFit:
    against: Against = "open"
    if not place:
        against = "here"
    elif found.higher[place, 0]:
        against = "higher"
    elif found.higher[0, place]:
        against = "lower"
    return JobFit(
        job=job,
        fit=with_error(float(found.fit[place]), float(found.error[place])),
        coverage=float(found.coverage[place]),
        lead=with_error(float(found.lead[place, 0]), float(found.lead_error[place, 0])),
        against=against,
        like_best=not found.higher[best, place],
    )
