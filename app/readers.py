"""Who reads: a person who signed in, a machine with a key, or whoever sits at this machine."""

from dataclasses import dataclass
from enum import StrEnum

from app.errors import NotAllowed


class Permission(StrEnum):
    """What a role may do, and the scopes of a key."""

    ASK = "ask"  # ask, search, read, and keep conversations of one's own
    CORPUS = "corpus"  # change documents, lessons and topics, and see the evaluation
    ADMIN = "admin"  # readers, keys and the audit log


class Role(StrEnum):
    READER = "reader"
    EDITOR = "editor"
    ADMIN = "admin"

    @property
    def permissions(self) -> frozenset[Permission]:
        return _OF_ROLES[self]


_OF_ROLES = {
    Role.READER: frozenset({Permission.ASK}),
    Role.EDITOR: frozenset({Permission.ASK, Permission.CORPUS}),
    Role.ADMIN: frozenset(Permission),
}


@dataclass(frozen=True, slots=True)
class Principal:
    """``id`` owns conversations and never changes; ``name`` is for people to read."""

    id: str
    name: str
    permissions: frozenset[Permission]

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Raises NotAllowed."""
        if not self.may(permission):
            raise NotAllowed(
                f"this needs the permission “{permission}”, which {self.name} does not have: "
                "ask an administrator for another role or key"
            )


#: somebody who could not be signed in
NOBODY = Principal(id="nobody", name="nobody", permissions=frozenset())
#: without sign-on, whoever reaches the loopback address of this machine
LOCAL = Principal(id="", name="this machine", permissions=frozenset(Permission))
