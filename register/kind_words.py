"""The words by which kinds of report are found: of their code, their names and the names of the indicators that they ask for.

Kinds are few, so these words are kept ready in memory until a kind or an indicator changes; what can be out of date is nowhere stored.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from register import shelf
from register.duplicates import words
from register.indicators import Indicator
from register.kinds import Kind
from register.shelf import Validity, Version


@dataclass(frozen=True)
class _Ready:
    state: Any
    stems: list[str]
    kinds: dict[str, set[Version]]


class KindWords:
    """Finds versions of kinds by a word. Needs an application context."""

    def __init__(self, every_version: Callable[[], Iterable[tuple[Validity, Kind]]]) -> None:
        self._every_version = every_version
        self._ready = _Ready(None, [], {})

    def having(self, word: str, stems: frozenset[str]) -> set[Version]:
        """The versions of kinds that have a word: as one of its stems, or as the beginning of a longer word."""
        ready = self._current()
        found = {version for stem in stems for version in ready.kinds.get(stem, ())}
        if len(word) >= words.SHORTEST_BEGINNING:
            for stem in ready.stems[bisect_left(ready.stems, word) :]:
                if not stem.startswith(word):
                    break
                found |= ready.kinds[stem]
        return found

    def near(self, stems: frozenset[str]) -> frozenset[str]:
        """Words of kinds from which some stems may differ by typing errors."""
        return frozenset(known for known in self._current().stems if any(words.is_near(stem, known) for stem in stems))

    def _current(self) -> _Ready:
        state = (shelf.state_of_indicators(), shelf.state_of_kinds())
        if self._ready.state != state:
            kinds: dict[str, set[Version]] = {}
            indicators = shelf.all_indicators()
            for _, kind in self._every_version():
                for text in _texts(kind, indicators):
                    for _, stems in words.sought(text):
                        for stem in stems:
                            kinds.setdefault(stem, set()).add((kind.code, kind.version))
            self._ready = _Ready(state, sorted(kinds), kinds)
        return self._ready


def _texts(kind: Kind, indicators: dict[str, Indicator]) -> Iterator[str]:
    yield kind.code
    yield from kind.names.as_dict().values()
    for code in dict.fromkeys(cell.indicator for cell in kind.cells.values() if cell.indicator in indicators):
        yield from indicators[str(code)].names.as_dict().values()
