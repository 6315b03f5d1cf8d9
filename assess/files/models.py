"""What is known of a stored file; its bytes are in the file store."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from assess.db.base import OrganisationBase, digest, name, owned, pk, utc


class StoredFile(OrganisationBase):
    """A file made for an organisation, found by its key in the store."""

    __tablename__ = "stored_file"
    __table_args__ = owned()

    id: Mapped[pk]
    key: Mapped[str] = mapped_column(String(300), unique=True)
    name: Mapped[name]
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[digest]
    created_at: Mapped[utc]
