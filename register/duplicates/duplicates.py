"""The gate as the rest of the product sees it: what is asked for, what of it is held already, and which kinds ask for that."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from register import shelf
from register.duplicates.matching import Asked, Catalogue, Match
from register.indicators import Indicator
from register.kinds import Kind

#: Matches that are told of one indicator, the best first.
MAX_TOLD = 5


@dataclass(frozen=True)
class Collected:
    """An indicator that is held already, or alike to what is asked for: how alike and why, and the kinds in force that ask for it."""

    indicator: Indicator
    match: Match
    kinds: tuple[Kind, ...]


class Duplicates:
    """Compares with all indicators; what was made ready of them is kept until one changes. Needs an application context."""

    def __init__(self, kinds: Callable[[], Sequence[Kind]]) -> None:
        self._kinds = kinds
        self._ready: tuple[tuple[int, datetime | None], Catalogue, Mapping[str, Indicator]] | None = None

    def of(self, asked: Sequence[Asked]) -> list[list[Collected]]:
        """For each indicator that is asked for, what is collected already, the best match first."""
        catalogue, indicators = self._catalogue()
        uses: dict[str, list[Kind]] = {}
        for kind in self._kinds():
            for code in {cell.indicator for cell in kind.cells.values() if cell.indicator is not None}:
                uses.setdefault(code, []).append(kind)
        return [
            [Collected(indicators[match.code], match, tuple(uses.get(match.code, ()))) for match in catalogue.matches(each)[:MAX_TOLD]]
            for each in asked
        ]

    def _catalogue(self) -> tuple[Catalogue, Mapping[str, Indicator]]:
        state = shelf.state_of_indicators()
        if self._ready is None or self._ready[0] != state:
            indicators = shelf.all_indicators()
            self._ready = (state, Catalogue(_asked(each) for each in indicators.values()), indicators)
        return self._ready[1], self._ready[2]


def _asked(indicator: Indicator) -> Asked:
    return Asked(indicator.code, indicator.names, indicator.unit, frozenset(indicator.breakdowns))
