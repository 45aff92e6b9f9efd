"""Leave to do an action, as the laws give it and the record of acts keeps it."""

from dataclasses import dataclass
from enum import StrEnum

from organisations.actors import Actor, Duty


class Side(StrEnum):
    """Who judges a revision: the body that made it, or its receiver."""

    BODY = "body"
    RECEIVER = "receiver"


@dataclass(frozen=True)
class Permit:
    """Leave to do an action: who, by which duty, and whether only by the lawful exception from four eyes."""

    actor: Actor
    duty: Duty
    exception: bool = False

    @property
    def on_behalf_of(self) -> str | None:
        """The absent person whom the actor stands in for, as journals name persons."""
        return str(self.duty.absent_user_id) if self.duty.acting else None
