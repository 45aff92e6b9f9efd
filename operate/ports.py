"""What rooms above have a say in: they fill it where the product is put together."""

from dataclasses import dataclass
from typing import Protocol

from engine.parsing.elements import ProcessModel
from organisations.actors import Actor


@dataclass(frozen=True)
class Beginning:
    """An instance that a person is about to begin under a business key; `again` when it follows one of the same key that has ended."""

    process: ProcessModel
    business_key: str
    again: bool = False


class StartRule(Protocol):
    """What a room holds beginnings by hand to, whose business keys may be its own."""

    def __call__(self, actor: Actor, beginning: Beginning) -> None:
        """Raise a Refusal where the person may not begin this. Starts by other rooms, calls and timers are not asked."""
        ...
