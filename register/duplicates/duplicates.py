"""The gate as the rest of the product sees it: what is asked for, what of it is held already, and which kinds ask for that."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Any

from register.duplicates.held import LastHeld
from register.duplicates.index import Index
from register.duplicates.matching import Asked, Match
from register.indicators import Indicator
from register.kinds import Heading

#: Matches that are told of one indicator, the best first.
MAX_TOLD = 5


@dataclass(frozen=True)
class Collected:
    """An indicator that is held already, or alike to what is asked for: how alike and why, and the kinds in force that ask for it.

    `last` are the newest figures by code of the kind, `reasons` say all of this in words: both are the gate's to add, which knows figures.
    """

    indicator: Indicator
    match: Match
    kinds: tuple[Heading, ...]
    last: Mapping[str, LastHeld] = field(default_factory=dict)
    reasons: tuple[tuple[str, Mapping[str, Any]], ...] = ()


class Duplicates:
    """Compares with all indicators; what was made ready of them is kept and follows their changes. Needs an application context."""

    def __init__(self, today: Callable[[], date]) -> None:
        self._today = today
        self._index = Index()
        self._lock = Lock()

    def of(self, asked: Sequence[Asked]) -> list[list[Collected]]:
        """For each indicator that is asked for, what is collected already, the best match first."""
        with self._lock:
            self._index.follow(self._today())
            return [[self._collected(match) for match in self._index.catalogue.matches(each, most=MAX_TOLD)] for each in asked]

    def _collected(self, match: Match) -> Collected:
        return Collected(self._index.indicators[match.code], match, tuple(self._index.uses(match.code)))
