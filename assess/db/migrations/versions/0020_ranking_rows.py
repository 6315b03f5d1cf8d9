"""rows that the table of a ranking is put in order by; packed scores."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa
from alembic import op

import assess.db.base
from assess.db import row_security

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CODES = ("EMP", "REG", "OWN", "GUI", "INT", "ESC", "CHN")
HELD, UNRANKED = 1_000_000_000, 2_000_000_000
AT_ONCE = 5_000


def upgrade() -> None:
    op.create_table(
        "ranking_row",
        sa.Column("id", Key, nullable=False),
        sa.Column("snapshot_id", Key, nullable=False),
        sa.Column("candidate_id", Key, nullable=False),
        sa.Column(
            "section",
            sa.Integer(),
            nullable=False,
            comment="the band; then the held back, the unranked",
        ),
        sa.Column(
            "place",
            sa.Integer(),
            nullable=False,
            comment="on paper: by section, by name inside it",
        ),
        sa.Column(
            "code_place",
            sa.Integer(),
            nullable=False,
            comment="the same by code, while names are hidden",
        ),
        sa.Column("rank", sa.Integer()),
        sa.Column("at_cut", sa.Boolean(), nullable=False),
        sa.Column("fit", sa.Double()),
        sa.Column(
            "complete",
            sa.Boolean(),
            nullable=False,
            comment="all was measured that the battery measures",
        ),
        sa.Column(
            "flags",
            sa.String(length=300),
            nullable=False,
            comment="as of the entry, a blank around each",
        ),
        sa.Column("finished_at", assess.db.base.UtcDateTime(timezone=True)),
        sa.Column("mean_emp", sa.Double(), comment="true-score units, as the other six"),
        *(sa.Column(f"mean_{code.lower()}", sa.Double()) for code in CODES[1:]),
        sa.Column("organisation_id", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_ranking_row_organisation_id")
        ),
        *(
            sa.ForeignKeyConstraint(
                ["organisation_id", column],
                [f"{other}.organisation_id", f"{other}.id"],
                name=op.f(f"fk_ranking_row_organisation_id_{column}"),
            )
            for column, other in (
                ("snapshot_id", "ranking_snapshot"),
                ("candidate_id", "candidate"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_row")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_ranking_row_organisation_id_id")),
        sa.UniqueConstraint(
            "candidate_id", "snapshot_id", name=op.f("uq_ranking_row_candidate_id_snapshot_id")
        ),
    )
    op.create_index(
        op.f("ix_ranking_row_snapshot_id_place"), "ranking_row", ["snapshot_id", "place"]
    )
    with op.batch_alter_table("score", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "figures",
                sa.LargeBinary(),
                comment="scales once more, packed: a large pool is read at once; none: not packed",
            )
        )
        batch_op.create_index(
            batch_op.f("ix_score_organisation_id_scored_at"), ["organisation_id", "scored_at"]
        )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT set_config('assess.scope', 'all', true)")
    _fill_figures()
    _fill_rows()
    row_security.enable(op, "ranking_row")


def downgrade() -> None:
    with op.batch_alter_table("score", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_score_organisation_id_scored_at"))
        batch_op.drop_column("figures")
    op.drop_table("ranking_row")


def _tables(*names: str) -> list[sa.Table]:
    found = sa.MetaData()
    found.reflect(op.get_bind(), only=names)
    return [found.tables[name] for name in names]


def _fill_figures() -> None:
    (score,) = _tables("score")
    bind, last = op.get_bind(), 0
    set_one = (
        sa.update(score).where(score.c.id == sa.bindparam("of")).values(figures=sa.bindparam("to"))
    )
    while True:
        rows = bind.execute(
            sa.select(score.c.id, score.c.scales)
            .where(score.c.id > last)
            .order_by(score.c.id)
            .limit(AT_ONCE)
        ).all()
        if not rows:
            return
        bind.execute(set_one, [{"of": one, "to": _packed(_read(scales))} for one, scales in rows])
        last = rows[-1][0]


def _packed(scales: dict[str, Any]) -> bytes:
    """Pack as `assess.sittings.figures` did when this was written."""
    names = scales["names"]
    kinds: tuple[str, ...] = ("mean", "error")
    if any(low is not None for low in scales["low"]):
        kinds += ("answered", "low", "high")
    rows = [[np.nan if one is None else one for one in scales[kind]] for kind in kinds]
    digest = hashlib.sha256("\0".join(names).encode()).digest()
    return bytes([len(names)]) + digest[:7] + np.array(rows, dtype="<f8").tobytes()


def _fill_rows() -> None:
    snapshot, entry, candidate, invitation, row = _tables(
        "ranking_snapshot", "ranking_entry", "candidate", "invitation", "ranking_row"
    )
    bind = op.get_bind()
    snapshots = bind.execute(
        sa.select(snapshot.c.id, snapshot.c.campaign_id, snapshot.c.coverage)
    ).all()
    for snapshot_id, campaign_id, coverage in snapshots:
        people = bind.execute(
            sa.select(
                *(entry.c.organisation_id, entry.c.candidate_id, entry.c.rank, entry.c.band),
                *(entry.c.at_cut, entry.c.fit, entry.c.coverage, entry.c.flags, entry.c.evidence),
                *(candidate.c.code, candidate.c.name, candidate.c.erased_at),
                invitation.c.submitted_at,
            )
            .join(candidate, candidate.c.id == entry.c.candidate_id)
            .outerjoin(
                invitation,
                sa.and_(
                    invitation.c.candidate_id == entry.c.candidate_id,
                    invitation.c.campaign_id == campaign_id,
                ),
            )
            .where(entry.c.snapshot_id == snapshot_id)
        ).all()
        made = sorted(_rows(people, snapshot_id, coverage), key=lambda one: one["place"])
        for start in range(0, len(made), AT_ONCE):
            bind.execute(sa.insert(row), made[start : start + AT_ONCE])


def _rows(people: Sequence[Any], snapshot_id: int, coverage: float) -> Iterator[dict[str, Any]]:
    sections = [_section(one) for one in people]

    def places(words: list[str]) -> list[int]:
        order = sorted(
            range(len(people)), key=lambda i: (sections[i], words[i], people[i].code)
        )
        return [place for _, place in sorted(zip(order, range(1, len(order) + 1), strict=True))]

    by_name = places([one.name.casefold() for one in people])
    by_code = places([one.code for one in people])
    for one, section, place, code_place in zip(people, sections, by_name, by_code, strict=True):
        evidence = _read(one.evidence)
        means = dict(zip(evidence["codes"], evidence["mean"], strict=True))
        gone = one.erased_at is not None
        yield {
            "organisation_id": one.organisation_id,
            "snapshot_id": snapshot_id,
            "candidate_id": one.candidate_id,
            "section": section,
            "place": place,
            "code_place": code_place,
            "rank": one.rank,
            "at_cut": one.at_cut,
            "fit": one.fit,
            "complete": one.coverage >= coverage - 1e-9 and not gone,
            "flags": f" {one.flags} " if one.flags else "",
            "finished_at": None if gone else one.submitted_at,
            **{f"mean_{code.lower()}": means.get(code) for code in CODES},
        }


def _section(one: Any) -> int:
    if one.band is not None:
        return int(one.band)
    return HELD if one.fit is not None else UNRANKED


def _read(document: Any) -> Any:
    return json.loads(document) if isinstance(document, str) else document
