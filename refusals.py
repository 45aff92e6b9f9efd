"""What the product says no with: a sentence for a person as a code, plus fields for a program.

A room refines the families here in its own `errors.py`. Words live in `texts/{kk,ru,en}` under the refusal's code; HTTP statuses live in
`api/problems.py`. This module imports nothing of ours.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar


def code_of(name: str) -> str:
    """The code of a class name: `TaskAlreadyClaimed` → `task_already_claimed`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


@dataclass(frozen=True)
class Fault:
    """One thing wrong with one part of an input: where, which rule, and the rule's figures.

    `pointer` is a JSON pointer into the body that was sent ("/values/decision"), or "" for the whole; `code` finds the words in `texts/`.
    """

    pointer: str
    code: str
    fields: dict[str, Any] = field(default_factory=dict)


class Refusal(Exception):
    """A request that is understood and not granted. Never raised itself: use one of the families, refined by a room.

    Keyword arguments become `fields`: the values that the words in `texts/` name in braces, and that the answer carries for programs.
    `aftermath`, when set, is run in a transaction of its own after the refused step was rolled back (an incident to be kept, an attempt
    to be counted).
    """

    code: ClassVar[str] = "refusal"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.code = code_of(cls.__name__)

    def __init__(self, *, faults: Sequence[Fault] = (), **fields: Any) -> None:
        self.fields = fields
        self.faults = tuple(faults)
        self.aftermath: Callable[[], None] | None = None
        super().__init__(f"{self.code} {fields}" if fields else self.code)


class NotFound(Refusal):
    """There is no such thing, or none that the asking person may know of."""


class Forbidden(Refusal):
    """The thing exists, the asking person may not do this to it."""


class Unauthenticated(Refusal):
    """Nobody known is asking."""


class Conflict(Refusal):
    """It was lawful before, or will be, but not in the present state of the thing."""


class Stale(Conflict):
    """The thing has changed since the asking person last read it (a precondition failed)."""


class Invalid(Refusal):
    """What was sent cannot be accepted as it is; `faults` says where and why."""


class TooLarge(Invalid):
    """What was sent is over a limit of size, depth or count."""


class Throttled(Refusal):
    """Too often, or too busy; the field `retry_after` says in how many seconds it is worth trying again."""


class Unavailable(Refusal):
    """Something outside that the answer depends on doesn't answer now; the field `retry_after` says in how many seconds to try again."""
