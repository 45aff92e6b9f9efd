"""Who is asking: a person with the duties that hold today."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

from organisations.roles import Role

if TYPE_CHECKING:
    from organisations.permissions import Permission


@dataclass(frozen=True)
class Duty:
    """A role at a body, held by membership, or in place of an absent person by an order."""

    role: Role
    body_id: UUID
    absent_user_id: UUID | None = None
    order: str | None = None

    @property
    def acting(self) -> bool:
        """Whether the duty is another person's (м.а., и.о.)."""
        return self.absent_user_id is not None


@dataclass(frozen=True)
class Actor:
    """A person as the rules see them at one moment; made by signing in or by `Organisations.actor`, never kept longer than a request.

    `scopes` narrows what a token may be used for; None means no narrowing. `name` is in the person's own language.
    """

    user_id: UUID
    login: str
    name: str
    language: str
    duties: tuple[Duty, ...] = field(default=())
    scopes: "frozenset[Permission] | None" = None

    @cached_property
    def groups(self) -> frozenset[str]:
        """The candidate groups of user tasks that the actor belongs to: `role@<body id>` for each duty, and the bare `role`."""
        return frozenset(self._groups())

    @cached_property
    def bodies(self) -> frozenset[UUID]:
        """The bodies where the actor has any duty."""
        return frozenset(duty.body_id for duty in self.duties)

    @cached_property
    def by(self) -> str:
        """The actor as engine and journal name persons: the user's id as text."""
        return str(self.user_id)

    def has(self, role: Role, body_id: UUID) -> bool:
        """Whether the actor has a role at a body, as their own or as an acting person."""
        return any(duty.role == role and duty.body_id == body_id for duty in self.duties)

    def on_behalf_of(self, role: Role | str, body_id: UUID) -> UUID | None:
        """The absent person for whom the actor uses a role at a body; None when it is their own, or not theirs at all."""
        held = [duty for duty in self.duties if duty.role == role and duty.body_id == body_id]
        return None if any(not duty.acting for duty in held) else next((duty.absent_user_id for duty in held), None)

    def _groups(self) -> Iterator[str]:
        for duty in self.duties:
            yield duty.role.value
            yield f"{duty.role.value}@{duty.body_id}"
