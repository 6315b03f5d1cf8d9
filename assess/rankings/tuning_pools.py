"""The pools a changed profile is tried on: simulated people, a closed campaign, the campaign.

A step of a slider must be cheap with 100,000 people, and any web process may get it. So the pool
is read once, when it is chosen: its score matrix is kept as a mapped file under the pool's
digest (see ``score_matrix``), and the page carries the digest in a signed ticket. Beside it are
kept the people's ids in the same order, after the digest and a stamp: what the database sums up of
the people and their scores in one statement. A step with a ticket maps the two files; a page
opened anew maps them, too, where the stamp is still that of the database. Where a file is gone,
or of another pool, everybody is read. Simulated people are drawn from a fixed seed: every
process draws the same ones.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final, Generic, TypeVar

import numpy as np
from itsdangerous import BadSignature, URLSafeSerializer
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assess import __version__
from assess.authoring.queries import held
from assess.campaigns import queries as campaigns
from assess.campaigns.models import Invitation
from assess.campaigns.queries import CampaignView
from assess.files import store
from assess.instruments.catalogue import Catalogue
from assess.instruments.model import Instrument
from assess.instruments.simulated_scores import simulate_scores
from assess.rankings.assembly import Basis, StoredTable, make_basis
from assess.rankings.pool import read_pool, sha256
from assess.rankings.score_matrix import (
    kept_matrix,
    mapped_matrix,
    matrix_digest,
    people_key,
    score_matrix,
)
from assess.selection.score_matrix import ScoreMatrix
from assess.settings import Settings
from assess.sittings.models import Score

IntArray = NDArray[np.int64]

SEED: Final = 20261126
PEOPLE_A_SEAT: Final = 10
FEWEST: Final = 200
MOST: Final = 20_000
_DIGEST_BYTES: Final = 64
_HEAD_BYTES: Final = 2 * _DIGEST_BYTES
_Kept = TypeVar("_Kept")


class Recent(Generic[_Kept]):
    """What was made last in this process, by a name that says all it was made of."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()

    def get(self, name: Hashable, make: Callable[[], _Kept]) -> _Kept:
        """Give what ``name`` stands for; two at once may both make it, and it is the same."""
        with self._lock:
            if name in self._kept:
                self._kept.move_to_end(name)
                return self._kept[name]
        made = make()
        with self._lock:
            self._kept[name] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made


_simulated: Final = Recent[ScoreMatrix](4)


@dataclass(frozen=True)
class Ground:
    """What a campaign's fits rest on; ``catalogue`` holds its battery as it was published."""

    campaign: CampaignView
    catalogue: Catalogue
    battery: tuple[Instrument, ...]
    basis: Basis


@dataclass(frozen=True)
class Tried:
    """A pool to try a profile on: its scores, the ``digest`` that names them, its ``ticket``.

    Simulated people have no ticket and stand in no campaign.
    """

    matrix: ScoreMatrix
    digest: str
    ticket: str = ""
    campaign_id: int | None = None


def ground(session: Session, catalogue: Catalogue, campaign_id: int) -> Ground:
    """Read what a campaign's fits rest on; its people are not read.

    Raises NotFound for an unknown campaign, Invalid when its battery measures nothing that its
    profile demands.
    """
    campaign = campaigns.campaign(session, campaign_id)
    catalogue = held(session, catalogue, campaign.parts)
    battery = tuple(catalogue.instrument(part.key) for part in campaign.battery)
    reference = np.array(catalogue.reference.matrix)
    styles = tuple(style.scale for style in catalogue.styles)
    basis = make_basis(battery, catalogue.competencies, campaign.weights, reference, styles=styles)
    return Ground(campaign, catalogue, battery, basis)


def simulated_pool(on: Ground) -> Tried:
    """Give simulated people who have answered the campaign's battery, ten for each seat.

    The same battery and seats give the same people, whatever the profile.
    """
    n = min(max(PEOPLE_A_SEAT * on.campaign.seats, FEWEST), MOST)
    keys = tuple(one.key for one in on.battery)
    name = sha256([SEED, n, [[one.key, one.digest] for one in on.battery],
                   on.catalogue.reference.matrix, on.basis.error_correlation.tolist()])  # fmt: skip

    def draw() -> ScoreMatrix:
        drawn = simulate_scores(on.catalogue, keys, n, np.random.default_rng(SEED))
        tables = {key: StoredTable(one.scales, one.mean, one.error) for key, one in drawn.items()}
        return score_matrix(on.basis, tables, [()] * n)

    return Tried(_simulated.get(name, draw), name)


def simulated_code(place: int) -> str:
    """Name a simulated person by the place in the pool."""
    return f"S-{place + 1:05d}"


def real_pool(
    session: Session, settings: Settings, tuned_id: int, on: Ground, ticket: str
) -> Tried:
    """Give the finished people of the campaign ``on``, to try the profile of ``tuned_id`` on.

    With a ``ticket`` from an earlier answer its files are mapped and nobody's scores are read;
    else, or where they are gone, the pool is read as it is now. Raises Conflict when scores of
    one instrument come from different versions of it, OSError when a folder cannot be written.
    """
    organisation_id, campaign_id = session.info["organisation_id"], on.campaign.id
    place = [organisation_id, tuned_id, campaign_id]
    digest = _digest_of(settings, place, ticket) or _digest_kept(session, settings, on)
    matrix = None
    if digest and _ids(settings, organisation_id, campaign_id, digest) is not None:
        matrix = mapped_matrix(settings, organisation_id, campaign_id, on.basis, digest)
    if matrix is None:
        digest, matrix = _read(session, settings, on)
    return Tried(matrix, digest, _tickets(settings).dumps([*place, digest]), campaign_id)


def people_at(
    settings: Settings, organisation_id: int, tried: Tried, places: Sequence[int]
) -> list[int | None]:
    """Give the candidate ids of a few of a real pool's people, by their places in it.

    None for all where the file is gone since: somebody was erased at this moment.
    """
    ids = None
    if tried.campaign_id is not None:
        ids = _ids(settings, organisation_id, tried.campaign_id, tried.digest)
    if ids is None:
        return [None] * len(places)
    return [int(ids[place]) for place in places]


def _read(session: Session, settings: Settings, on: Ground) -> tuple[str, ScoreMatrix]:
    """Read a pool as it is now and keep both its files; give its digest and its matrix."""
    organisation_id, campaign_id = session.info["organisation_id"], on.campaign.id
    stamp = _stamp(session, on)
    pool = read_pool(session, campaign_id, on.battery)
    digest = matrix_digest(on.basis, pool)
    with store.replacing(settings, people_key(organisation_id, campaign_id)) as file:
        file.write(f"{digest}{stamp}".encode())
        file.write(np.array(pool.candidates, dtype="<i8").tobytes())
    matrix = kept_matrix(
        settings, organisation_id, campaign_id, on.basis, digest,
        lambda: score_matrix(on.basis, pool.tables, pool.flags),
    )  # fmt: skip
    return digest, matrix


def _stamp(session: Session, on: Ground) -> str:
    """Sum up a pool as it is now, so that a change of its people or scores shows.

    Score rows are written once and replaced by younger ones, never changed in place.
    """
    people = session.execute(
        select(
            func.count(Invitation.id),
            func.sum(Invitation.candidate_id),
            func.sum(Invitation.sitting_id),
            func.max(Invitation.submitted_at),
        ).where(campaigns.finished(on.campaign.id))
    ).one()
    scores = session.execute(
        select(
            func.count(Score.id), func.sum(Score.id), func.max(Score.id), func.max(Score.scored_at)
        )
        .join(Invitation, Invitation.sitting_id == Score.sitting_id)
        .where(campaigns.finished(on.campaign.id))
    ).one()
    battery = [[one.key, one.digest] for one in on.battery]
    joins = [[one.code, one.scale] for one in on.basis.competencies]
    return sha256([__version__, battery, joins, [str(one) for one in (*people, *scores)]])


def _digest_kept(session: Session, settings: Settings, on: Ground) -> str:
    """Give the digest of the pool's files where they are as the database is; empty elsewhere."""
    try:
        path = settings.files_dir / people_key(session.info["organisation_id"], on.campaign.id)
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES).decode("ascii", "replace")
    except FileNotFoundError:
        return ""
    digest, stamp = head[:_DIGEST_BYTES], head[_DIGEST_BYTES:]
    return digest if stamp == _stamp(session, on) else ""


def _ids(
    settings: Settings, organisation_id: int, campaign_id: int, digest: str
) -> IntArray | None:
    """Map the candidate ids (n,) of a pool; None where they are not kept."""
    try:
        path = settings.files_dir / people_key(organisation_id, campaign_id)
        with path.open("rb") as file:
            head, size = file.read(_HEAD_BYTES), file.seek(0, 2) - _HEAD_BYTES
            if head[:_DIGEST_BYTES] != digest.encode() or size < 0 or size % 8:
                return None
            if not size:
                return np.empty(0, np.int64)
            return np.asarray(np.memmap(file, "<i8", mode="r", offset=_HEAD_BYTES))
    except FileNotFoundError:
        return None


def _digest_of(settings: Settings, place: list[int], ticket: str) -> str:
    """Read the digest out of a ticket for this very place; empty for any other."""
    try:
        *named, digest = _tickets(settings).loads(ticket)
    except (BadSignature, ValueError, TypeError):
        return ""
    return str(digest) if named == place else ""


def _tickets(settings: Settings) -> URLSafeSerializer:
    return URLSafeSerializer(settings.secret_key, salt="tuning-pool")
