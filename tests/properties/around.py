"""Where the drawing of a diagram has come to: flows that lead nowhere yet, and what is around."""

from dataclasses import dataclass, replace

from tests.properties.diagrams import Event


@dataclass(frozen=True)
class Loose:
    """A flow that leads nowhere yet."""

    source: str
    on: frozenset[int] | None = None
    is_default: bool = False


Ends = list[Loose]


@dataclass(frozen=True)
class Around:
    """Where a block stands: its level, whether its tokens may end there, and what errors and escalations are caught further out.

    `again` says that tokens may come there a second time, `cancels` that a transaction can be cancelled from there.
    """

    level: str
    depth: int = 0
    may_end: bool = True
    errors: tuple[str, ...] = ()
    escalations: tuple[str, ...] = ()
    again: bool = False
    cancels: bool = False

    @property
    def staying(self) -> "Around":
        """The same, where a token must come out at the end."""
        return replace(self, may_end=False, depth=self.depth + 1)

    @property
    def ending(self) -> "Around":
        """The same, where it need not."""
        return replace(self, depth=self.depth + 1)

    def catching(self, event: Event) -> "Around":
        """The same, where an event further out catches, too."""
        code = event.name or "any"
        if event.kind == "error":
            return replace(self, errors=(*self.errors, code))
        return replace(self, escalations=(*self.escalations, code)) if event.kind == "escalation" else self
