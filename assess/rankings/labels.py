"""What stands where a name would stand: while a campaign is blind, a code.

Every page, file and report that shows people of a campaign asks here, for one member or for
nobody in particular (what is kept or handed on). A name is shown once the person has a decision
other than hold, or to the member who revealed it.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from assess.campaigns.models import Campaign
from assess.rankings.models import Decision, DecisionKind, NameReveal
from assess.rankings.queries import EntryView, SnapshotView


@dataclass(frozen=True)
class Sight:
    """Whose names are seen: everybody's unless ``blind``, then those of ``named`` (ids)."""

    blind: bool = False
    named: frozenset[int] = frozenset()

    def hides(self, candidate_id: int) -> bool:
        """Say whether the person's name stays hidden."""
        return self.blind and candidate_id not in self.named

    def label(self, candidate_id: int, *, code: str, name: str) -> str:
        """Give what a page calls the person."""
        return code if self.hides(candidate_id) else name or code

    @property
    def listed(self) -> list[int] | None:
        """Give whose names are seen, as it is kept with a report; None is everybody's."""
        return sorted(self.named) if self.blind else None

    def sees_all(self, candidate_ids: Collection[int] | None) -> bool:
        """Say whether the names of these people, None for everybody, may all be seen."""
        if not self.blind:
            return True
        return candidate_ids is not None and self.named.issuperset(candidate_ids)


def sight_of(listed: Collection[int] | None) -> Sight:
    """Give back what `Sight.listed` wrote."""
    return Sight() if listed is None else Sight(blind=True, named=frozenset(listed))


def sight(session: Session, campaign_id: int, member_id: int | None) -> Sight:
    """Give what a member sees of a campaign; None is what everybody sees."""
    if not session.scalar(select(Campaign.blind).where(Campaign.id == campaign_id)):
        return Sight()
    named = set(session.scalars(_decided(campaign_id)))
    if member_id is not None:
        named.update(session.scalars(_revealed(campaign_id, member_id)))
    return Sight(blind=True, named=frozenset(named))


def blinded(snapshot: SnapshotView, seen: Sight) -> SnapshotView:
    """Give a ranking with codes for hidden names; a blind one goes by code inside a band.

    The alphabet of names would tell them apart; codes are drawn at random.
    """
    if not seen.blind:
        return snapshot
    entries = [_labelled(entry, seen) for entry in snapshot.entries]
    entries.sort(key=lambda entry: (entry.group, entry.code))
    return replace(snapshot, entries=tuple(entries))


def name_is_seen(
    candidate_id: InstrumentedAttribute[int], campaign_id: int, member_id: int | None
) -> ColumnElement[bool]:
    """Choose the people whose names a member sees while the campaign is blind."""
    seen: ColumnElement[bool] = candidate_id.in_(_decided(campaign_id))
    if member_id is None:
        return seen
    return or_(seen, candidate_id.in_(_revealed(campaign_id, member_id)))


def _decided(campaign_id: int) -> Select[int]:
    last = (
        select(func.max(Decision.id))
        .where(Decision.campaign_id == campaign_id)
        .group_by(Decision.candidate_id)
    )
    return select(Decision.candidate_id).where(
        Decision.id.in_(last), Decision.kind != DecisionKind.HOLD
    )


def _revealed(campaign_id: int, member_id: int) -> Select[int]:
    return select(NameReveal.candidate_id).where(
        NameReveal.campaign_id == campaign_id, NameReveal.member_id == member_id
    )


def _labelled(entry: EntryView, seen: Sight) -> EntryView:
    name = seen.label(entry.candidate_id, code=entry.code, name=entry.name)
    return replace(entry, name=name)
