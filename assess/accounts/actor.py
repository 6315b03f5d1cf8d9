"""Who acts: a member, the holder of a candidate's link, or the system itself."""

from dataclasses import dataclass
from typing import Literal

from assess.accounts.models import RoleName
from assess.errors import Refused


@dataclass(frozen=True)
class Actor:
    """The organisation and the one who acts in it; every service that writes takes one."""

    organisation_id: int
    kind: Literal["member", "link", "system"]
    id: int | None = None
    role: RoleName | None = None

    def must_be(self, *roles: RoleName) -> None:
        """Raise Refused unless a member of one of ``roles`` (or the system) acts."""
        if self.kind == "system":
            return
        if self.kind != "member" or self.role not in roles:
            raise Refused("Your role does not allow this.")


def system(organisation_id: int) -> Actor:
    """Give the actor of jobs and of the operator's commands."""
    return Actor(organisation_id, "system")
