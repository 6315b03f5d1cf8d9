"""Organisations, brands, the people who sign in, and the audit trail."""

from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from assess.db.base import (
    Base,
    Key,
    OrganisationBase,
    digest,
    document,
    key,
    name,
    owned,
    pk,
    utc,
    within,
)


class RoleName(StrEnum):
    """What a member may be in one organisation."""

    RECRUITER = "recruiter"
    HIRING_MANAGER = "hiring_manager"
    PSYCHOLOGIST = "psychologist"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"


class Organisation(Base):
    """A customer of the installation; everything else belongs to one."""

    __tablename__ = "organisation"

    id: Mapped[pk]
    name: Mapped[name]
    created_at: Mapped[utc]
    second_factor: Mapped[bool] = mapped_column(
        default=False, server_default=false(), comment="whether members must have one"
    )


class Brand(OrganisationBase):
    """A brand whose customers call; an outsourcer's organisation has several."""

    __tablename__ = "brand"
    __table_args__ = owned(UniqueConstraint("organisation_id", "name"))

    id: Mapped[pk]
    name: Mapped[name]
    archived_at: Mapped[utc | None] = mapped_column(comment="since then for nothing new")


class User(Base):
    """Somebody who signs in. What they may do stands in their memberships."""

    __tablename__ = "user_account"

    id: Mapped[pk]
    email: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[name]
    password: Mapped[str | None] = mapped_column(String(255), comment="argon2 hash")
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    confirmed_at: Mapped[utc | None]
    created_at: Mapped[utc]


class GlobalRole(Base):
    """Required by the sign-in library and kept empty: roles are per organisation, in member."""

    __tablename__ = "global_role"

    id: Mapped[pk]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    description: Mapped[str | None] = mapped_column(String(255))


class Member(OrganisationBase):
    """A user's role in one organisation."""

    __tablename__ = "member"
    __table_args__ = owned(UniqueConstraint("organisation_id", "user_id"))

    id: Mapped[pk]
    user_id: Mapped[int] = mapped_column(Key, ForeignKey("user_account.id"), index=True)
    role: Mapped[RoleName] = mapped_column(String(20))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[utc]
    way_in: Mapped[int] = mapped_column(
        default=0, server_default="0", comment="generation of the mailed link to sign in by"
    )


class PasswordTries(Base):
    """How often a password was tried lately, by account or by address."""

    __tablename__ = "password_tries"

    key: Mapped[str] = mapped_column(
        String(64), primary_key=True, comment="HMAC of the account or the address"
    )
    count: Mapped[int]
    since: Mapped[utc] = mapped_column(index=True)


class SignIn(Base):
    """A browser in which somebody signed in; its cookie holds as long as this row says."""

    __tablename__ = "sign_in"

    id: Mapped[pk]
    user_id: Mapped[int] = mapped_column(Key, ForeignKey("user_account.id"), index=True)
    key_digest: Mapped[str] = mapped_column(
        String(64), unique=True, comment="of what the browser's cookie holds"
    )
    browser: Mapped[str] = mapped_column(String(80), comment="in words")
    address: Mapped[str] = mapped_column(String(50), comment="without its last part")
    began_at: Mapped[utc]
    seen_at: Mapped[utc] = mapped_column(comment="to the nearest five minutes")
    ended_at: Mapped[utc | None]
    only_organisation_id: Mapped[int | None] = mapped_column(
        Key,
        ForeignKey("organisation.id"),
        comment="whose provider said who this is; it opens no other organisation",
    )


class OidcProvider(OrganisationBase):
    """An organisation's own sign-in (OpenID Connect), as an administrator set it up."""

    __tablename__ = "oidc_provider"
    __table_args__ = owned(UniqueConstraint("organisation_id"))

    id: Mapped[pk]
    label: Mapped[str] = mapped_column(String(60), comment="on the button")
    short_name: Mapped[str] = mapped_column(String(40), unique=True, comment="in the address")
    issuer: Mapped[str] = mapped_column(String(255))
    client_id: Mapped[str] = mapped_column(String(255))
    secret: Mapped[str] = mapped_column(String(2000), comment="encrypted")
    endpoints: Mapped[document] = mapped_column(comment="as the provider told them")
    on: Mapped[bool] = mapped_column("is_on", default=False)
    required: Mapped[bool] = mapped_column(
        default=False, comment="a password opens the organisation to administrators alone"
    )
    tried_at: Mapped[utc | None] = mapped_column(comment="none: not since the last change")
    changed_at: Mapped[utc]


class OidcLink(OrganisationBase):
    """Whom an organisation's provider means by a subject; an address is never asked."""

    __tablename__ = "oidc_link"
    __table_args__ = owned(
        within("member_id", "member"),
        UniqueConstraint("organisation_id", "issuer", "subject"),
        UniqueConstraint("organisation_id", "member_id"),
    )

    id: Mapped[pk]
    member_id: Mapped[key]
    issuer: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    linked_at: Mapped[utc]


class OidcRequest(OrganisationBase):
    """A browser on its way to the provider and back; gone once it is back, or too late."""

    __tablename__ = "oidc_request"
    __table_args__ = owned(within("provider_id", "oidc_provider"), within("member_id", "member"))

    id: Mapped[pk]
    provider_id: Mapped[key]
    purpose: Mapped[str] = mapped_column(String(10))
    member_id: Mapped[int | None] = mapped_column(Key, comment="who sent it; none to sign in")
    state_digest: Mapped[digest] = mapped_column(unique=True)
    browser_digest: Mapped[digest] = mapped_column(comment="of what the browser's cookie holds")
    next_page: Mapped[str] = mapped_column(String(500))
    began_at: Mapped[utc] = mapped_column(index=True)


class AuthenticatorApp(Base):
    """An app on somebody's phone that makes codes: the one in use, or one being set up."""

    __tablename__ = "authenticator_app"
    __table_args__ = (UniqueConstraint("user_id", "in_use"),)

    id: Mapped[pk]
    user_id: Mapped[int] = mapped_column(Key, ForeignKey("user_account.id"))
    in_use: Mapped[bool]
    secret: Mapped[str] = mapped_column(Text, comment="what codes are made of, encrypted")
    last_counter: Mapped[int | None] = mapped_column(Key, comment="of the last code that was used")
    added_at: Mapped[utc]


class RecoveryCode(Base):
    """A code for whoever has lost the phone: opens once."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("user_id", "digest"),)

    id: Mapped[pk]
    user_id: Mapped[int] = mapped_column(Key, ForeignKey("user_account.id"))
    digest: Mapped[digest]
    made_at: Mapped[utc]
    used_at: Mapped[utc | None]


class Passkey(Base):
    """A key that somebody's device or security key keeps; here stands its public half."""

    __tablename__ = "passkey"

    id: Mapped[pk]
    user_id: Mapped[int] = mapped_column(Key, ForeignKey("user_account.id"), index=True)
    user_handle: Mapped[str] = mapped_column(String(64), comment="random, the same for a user's")
    credential: Mapped[str] = mapped_column(
        String(1400), unique=True, comment="the credential's id, base64url"
    )
    public_key: Mapped[bytes] = mapped_column(LargeBinary, comment="COSE")
    sign_count: Mapped[int] = mapped_column(Key)
    name: Mapped[str] = mapped_column(String(80))
    added_at: Mapped[utc]
    used_at: Mapped[utc | None]


class AuditEvent(OrganisationBase):
    """Who did what to what, written in the transaction of the act."""

    __tablename__ = "audit_event"
    __table_args__ = owned(
        CheckConstraint("actor_kind IN ('member', 'link', 'system')", name="actor_kind"),
        Index(None, "organisation_id", "subject_kind", "subject_id"),
    )

    id: Mapped[pk]
    at: Mapped[utc]
    actor_kind: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[int | None] = mapped_column(Key)
    act: Mapped[str] = mapped_column(String(80))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int | None] = mapped_column(Key)
    detail: Mapped[document]
