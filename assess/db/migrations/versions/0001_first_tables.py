"""first tables."""

from alembic import op

from assess.db import row_security
import sqlalchemy as sa
import assess.db.base
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "global_role",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("description", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_global_role")),
        sa.UniqueConstraint("name", name=op.f("uq_global_role_name")),
    )
    op.create_table(
        "password_tries",
        sa.Column(
            "key",
            sa.String(length=64),
            nullable=False,
            comment="HMAC of the account or the address",
        ),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("since", assess.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_password_tries")),
    )
    with op.batch_alter_table("password_tries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_password_tries_since"), ["since"], unique=False)

    op.create_table(
        "organisation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", assess.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "user_account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True, comment="argon2 hash"),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("confirmed_at", assess.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", assess.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email", name=op.f("uq_user_account_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_user_account_fs_uniquifier")),
    )
    op.create_table(
        "audit_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", assess.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(length=10), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("act", sa.String(length=80), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column(
            "subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "detail",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.CheckConstraint(
            "actor_kind IN ('member', 'link', 'system')", name=op.f("ck_audit_event_actor_kind")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_audit_event_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
        sa.UniqueConstraint(
            "organisation_id", "id", name=op.f("uq_audit_event_organisation_id_id")
        ),
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_event_organisation_id_subject_kind_subject_id"),
            ["organisation_id", "subject_kind", "subject_id"],
            unique=False,
        )

    op.create_table(
        "brand",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_brand_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_brand_organisation_id_id")),
        sa.UniqueConstraint("organisation_id", "name", name=op.f("uq_brand_organisation_id_name")),
    )
    op.create_table(
        "candidate",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "code", sa.String(length=20), nullable=False, comment="shown where names are hidden"
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "email",
            sa.String(length=255),
            nullable=True,
            comment="lower case; none for imported research answers",
        ),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False, comment="nobody real"),
        sa.Column(
            "source", sa.String(length=100), nullable=False, comment="where the person came from"
        ),
        sa.Column("created_at", assess.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_candidate_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate")),
        sa.UniqueConstraint(
            "organisation_id", "code", name=op.f("uq_candidate_organisation_id_code")
        ),
        sa.UniqueConstraint(
            "organisation_id", "email", name=op.f("uq_candidate_organisation_id_email")
        ),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_candidate_organisation_id_id")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column(
            "payload",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "dedupe_key",
            sa.String(length=200),
            nullable=False,
            comment="a second enqueue of the same work is the same row",
        ),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False, comment="smaller goes first"),
        sa.Column("run_after", assess.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_at", assess.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=True, comment="fence: who may finish it"),
        sa.Column("lease_until", assess.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("finished_at", assess.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.String(length=500), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False, comment="steps done, for progress"),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_job_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_job_dedupe_key")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_job_organisation_id_id")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_job_state_run_after"), ["state", "run_after"], unique=False
        )

    op.create_table(
        "member",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", assess.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_member_organisation_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_member_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_member_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id", "user_id", name=op.f("uq_member_organisation_id_user_id")
        ),
    )
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_member_user_id"), ["user_id"], unique=False)

    op.create_table(
        "stored_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", assess.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_stored_file_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("key", name=op.f("uq_stored_file_key")),
        sa.UniqueConstraint(
            "organisation_id", "id", name=op.f("uq_stored_file_organisation_id_id")
        ),
    )
    op.create_table(
        "profile",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("brand_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", assess.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "brand_id"],
            ["brand.organisation_id", "brand.id"],
            name=op.f("fk_profile_organisation_id_brand_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_profile_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_profile_organisation_id_id")),
    )
    op.create_table(
        "sitting",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "candidate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("started_at", assess.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("notice_version", sa.String(length=20), nullable=False),
        sa.Column("consented_at", assess.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("practised_at", assess.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False, comment="screen to resume at"),
        sa.Column("submitted_at", assess.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.CheckConstraint("submitted_at >= started_at", name=op.f("ck_sitting_time_runs_forward")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "candidate_id"],
            ["candidate.organisation_id", "candidate.id"],
            name=op.f("fk_sitting_organisation_id_candidate_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_sitting_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_sitting_organisation_id_id")),
    )
    op.create_table(
        "attempt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "sitting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("instrument", sa.String(length=80), nullable=False),
        sa.Column("instrument_digest", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "sitting_id"],
            ["sitting.organisation_id", "sitting.id"],
            name=op.f("fk_attempt_organisation_id_sitting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_attempt_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_attempt_organisation_id_id")),
        sa.UniqueConstraint(
            "sitting_id", "instrument", name=op.f("uq_attempt_sitting_id_instrument")
        ),
        sa.UniqueConstraint("sitting_id", "ordinal", name=op.f("uq_attempt_sitting_id_ordinal")),
    )
    op.create_table(
        "profile_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "profile_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "contact_mix",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
            comment="drivers: [{code, share, minutes}], n_contacts, multipliers",
        ),
        sa.Column(
            "demand",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
            comment="weights, demand, load_share, style_target, prior, call_drivers digest",
        ),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column(
            "made_by", sa.Integer(), nullable=True, comment="the member; none for the system"
        ),
        sa.Column("created_at", assess.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("frozen_at", assess.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_profile_version_number_from_one")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "made_by"],
            ["member.organisation_id", "member.id"],
            name=op.f("fk_profile_version_organisation_id_made_by"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "profile_id"],
            ["profile.organisation_id", "profile.id"],
            name=op.f("fk_profile_version_organisation_id_profile_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_profile_version_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_version")),
        sa.UniqueConstraint(
            "organisation_id", "id", name=op.f("uq_profile_version_organisation_id_id")
        ),
        sa.UniqueConstraint(
            "profile_id", "number", name=op.f("uq_profile_version_profile_id_number")
        ),
    )
    op.create_table(
        "answer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "attempt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("item", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Integer(), nullable=True, comment="none: prefers not to answer"),
        sa.Column("client_sequence", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=80), nullable=False),
        sa.Column("answered_at", assess.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "attempt_id"],
            ["attempt.organisation_id", "attempt.id"],
            name=op.f("fk_answer_organisation_id_attempt_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_answer_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint(
            "attempt_id", "idempotency_key", name=op.f("uq_answer_attempt_id_idempotency_key")
        ),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_answer_organisation_id_id")),
    )
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_answer_attempt_id_item_id"), ["attempt_id", "item", "id"], unique=False
        )

    op.create_table(
        "campaign",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("brand_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "profile_version_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Integer(), nullable=True, comment="the member who decides"),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column(
            "battery",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
            comment="instruments: [{key, version, digest}]",
        ),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False, comment="nobody in it is real"),
        sa.Column(
            "seed", sa.Integer(), nullable=False, comment="of every simulation in its ranking"
        ),
        sa.Column("created_at", assess.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.CheckConstraint("closes_on >= opens_on", name=op.f("ck_campaign_closes_after_opening")),
        sa.CheckConstraint("seats >= 1", name=op.f("ck_campaign_seats_from_one")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "brand_id"],
            ["brand.organisation_id", "brand.id"],
            name=op.f("fk_campaign_organisation_id_brand_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "owner_id"],
            ["member.organisation_id", "member.id"],
            name=op.f("fk_campaign_organisation_id_owner_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "profile_version_id"],
            ["profile_version.organisation_id", "profile_version.id"],
            name=op.f("fk_campaign_organisation_id_profile_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_campaign_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_campaign_organisation_id_id")),
    )
    op.create_table(
        "score",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "attempt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "sitting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("instrument", sa.String(length=80), nullable=False),
        sa.Column(
            "scales",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
            comment="names, mean, error, raw, answered as lists of one length; null is not scored",
        ),
        sa.Column(
            "flags",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
            comment="flags: list of words",
        ),
        sa.Column("instrument_digest", sa.String(length=64), nullable=False),
        sa.Column("engine_version", sa.String(length=40), nullable=False),
        sa.Column("scored_at", assess.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "attempt_id"],
            ["attempt.organisation_id", "attempt.id"],
            name=op.f("fk_score_organisation_id_attempt_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "sitting_id"],
            ["sitting.organisation_id", "sitting.id"],
            name=op.f("fk_score_organisation_id_sitting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_score_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_score_attempt_id")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_score_organisation_id_id")),
    )
    with op.batch_alter_table("score", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_score_sitting_id"), ["sitting_id"], unique=False
        )
    op.create_table(
        "invitation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "candidate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("sitting_id", sa.Integer(), nullable=True),
        sa.Column(
            "generation", sa.Integer(), nullable=False, comment="raising it revokes the link"
        ),
        sa.Column("created_at", assess.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("sent_at", assess.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("send_fault", sa.String(length=300), nullable=True),
        sa.Column("started_at", assess.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("last_answer_at", assess.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("answered", sa.Integer(), nullable=False, comment="items answered, for progress"),
        sa.Column("items", sa.Integer(), nullable=False, comment="items in the battery"),
        sa.Column("submitted_at", assess.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "campaign_id"],
            ["campaign.organisation_id", "campaign.id"],
            name=op.f("fk_invitation_organisation_id_campaign_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "candidate_id"],
            ["candidate.organisation_id", "candidate.id"],
            name=op.f("fk_invitation_organisation_id_candidate_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "sitting_id"],
            ["sitting.organisation_id", "sitting.id"],
            name=op.f("fk_invitation_organisation_id_sitting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_invitation_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint(
            "campaign_id", "candidate_id", name=op.f("uq_invitation_campaign_id_candidate_id")
        ),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_invitation_organisation_id_id")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_invitation_organisation_id_campaign_id_submitted_at"),
            ["organisation_id", "campaign_id", "submitted_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_invitation_sitting_id"), ["sitting_id"], unique=False
        )

    op.create_table(
        "ranking_snapshot",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "profile_version_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "pool_digest",
            sa.String(length=64),
            nullable=False,
            comment="sha256 of scores, weights, seats and versions: same digest, same ranking",
        ),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column(
            "coverage", sa.Double(), nullable=False, comment="of the battery under the profile"
        ),
        sa.Column(
            "method",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
            comment="kind, seed, draws, evidenced codes, weights, instruments, engine version",
        ),
        sa.Column("made_at", assess.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "campaign_id"],
            ["campaign.organisation_id", "campaign.id"],
            name=op.f("fk_ranking_snapshot_organisation_id_campaign_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "profile_version_id"],
            ["profile_version.organisation_id", "profile_version.id"],
            name=op.f("fk_ranking_snapshot_organisation_id_profile_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_ranking_snapshot_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_snapshot")),
        sa.UniqueConstraint(
            "campaign_id", "pool_digest", name=op.f("uq_ranking_snapshot_campaign_id_pool_digest")
        ),
        sa.UniqueConstraint(
            "organisation_id", "id", name=op.f("uq_ranking_snapshot_organisation_id_id")
        ),
    )
    op.create_table(
        "ranking_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "snapshot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "candidate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("rank", sa.Integer(), nullable=True, comment="none: not scorable, unranked"),
        sa.Column("rank_low", sa.Integer(), nullable=True),
        sa.Column("rank_high", sa.Integer(), nullable=True),
        sa.Column("p_top", sa.Double(), nullable=True),
        sa.Column("band", sa.Integer(), nullable=True),
        sa.Column("at_cut", sa.Boolean(), nullable=False),
        sa.Column("fit", sa.Double(), nullable=True, comment="50 + 10 fit / reference SD"),
        sa.Column("fit_error", sa.Double(), nullable=True),
        sa.Column("coverage", sa.Double(), nullable=False),
        sa.Column(
            "evidence",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
            comment="codes, mean, error, parts, contributions, style {scale: [mean, error]}, flags",
        ),
        sa.Column("flags", sa.String(length=300), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "candidate_id"],
            ["candidate.organisation_id", "candidate.id"],
            name=op.f("fk_ranking_entry_organisation_id_candidate_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "snapshot_id"],
            ["ranking_snapshot.organisation_id", "ranking_snapshot.id"],
            name=op.f("fk_ranking_entry_organisation_id_snapshot_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_ranking_entry_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_entry")),
        sa.UniqueConstraint(
            "organisation_id", "id", name=op.f("uq_ranking_entry_organisation_id_id")
        ),
        sa.UniqueConstraint(
            "snapshot_id", "candidate_id", name=op.f("uq_ranking_entry_snapshot_id_candidate_id")
        ),
    )
    with op.batch_alter_table("ranking_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ranking_entry_snapshot_id_rank"), ["snapshot_id", "rank"], unique=False
        )

    op.create_table(
        "report",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "snapshot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=True),
        sa.Column(
            "options",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.Column("stored_file_id", sa.Integer(), nullable=True, comment="none until it is made"),
        sa.Column("fault", sa.String(length=300), nullable=True),
        sa.Column("created_at", assess.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "candidate_id"],
            ["candidate.organisation_id", "candidate.id"],
            name=op.f("fk_report_organisation_id_candidate_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "snapshot_id"],
            ["ranking_snapshot.organisation_id", "ranking_snapshot.id"],
            name=op.f("fk_report_organisation_id_snapshot_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "stored_file_id"],
            ["stored_file.organisation_id", "stored_file.id"],
            name=op.f("fk_report_organisation_id_stored_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_report_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint(
            "organisation_id",
            "content_digest",
            name=op.f("uq_report_organisation_id_content_digest"),
        ),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_report_organisation_id_id")),
    )
    row_security.enable(
        op,
        "audit_event",
        "brand",
        "candidate",
        "job",
        "member",
        "stored_file",
        "profile",
        "sitting",
        "attempt",
        "profile_version",
        "answer",
        "campaign",
        "score",
        "invitation",
        "ranking_snapshot",
        "ranking_entry",
        "report",
    )


def downgrade() -> None:
    op.drop_table("report")
    with op.batch_alter_table("ranking_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ranking_entry_snapshot_id_rank"))

    op.drop_table("ranking_entry")
    op.drop_table("ranking_snapshot")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_sitting_id"))
        batch_op.drop_index(batch_op.f("ix_invitation_organisation_id_campaign_id_submitted_at"))

    op.drop_table("invitation")
    with op.batch_alter_table("score", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_score_sitting_id"))

    op.drop_table("score")
    op.drop_table("campaign")
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answer_attempt_id_item_id"))

    op.drop_table("answer")
    op.drop_table("profile_version")
    op.drop_table("attempt")
    op.drop_table("sitting")
    op.drop_table("profile")
    op.drop_table("stored_file")
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_member_user_id"))

    op.drop_table("member")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_state_run_after"))

    op.drop_table("job")
    op.drop_table("candidate")
    op.drop_table("brand")
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_event_organisation_id_subject_kind_subject_id"))

    op.drop_table("audit_event")
    op.drop_table("user_account")
    op.drop_table("organisation")
    with op.batch_alter_table("password_tries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_password_tries_since"))

    op.drop_table("password_tries")
    op.drop_table("global_role")
