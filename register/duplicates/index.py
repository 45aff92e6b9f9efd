"""All indicators and who asks for them, made ready once in a process; when the Register changes, only what changed is made ready anew.

Holds of each indicator what its document says and the stems of its names, of each kind in force its heading: at most some 170 MB in each
process for 40,000 indicators and 5,000 kinds (`bench.duplicates`).
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

from register import reading, shelf
from register.duplicates.matching import Asked, Catalogue
from register.indicators import Indicator
from register.kinds import Heading


class Index:
    """Follows the database as the asking transaction sees it; one thread at a time may use it. Needs an application context."""

    def __init__(self) -> None:
        self.catalogue = Catalogue()
        self.indicators: dict[str, Indicator] = {}
        self._state: tuple[int, datetime | None] = (0, None)
        self._changed: dict[str, datetime] = {}
        self._asking: dict[shelf.Imported, Collection[str]] = {}
        self._uses: dict[str, dict[str, Heading]] = defaultdict(dict)

    def follow(self, today: date) -> None:
        """Take in what has changed since it was asked last; a transaction that was rolled back is taken back."""
        state = shelf.state_of_indicators()
        if state != self._state:
            self._follow_indicators(shelf.changes_of_indicators())
            self._state = state
        self._follow_kinds(set(shelf.imported(today)))

    def uses(self, code: str) -> list[Heading]:
        """The kinds in force that ask for an indicator, by code."""
        return [heading for _, heading in sorted(self._uses.get(code, {}).items())]

    def _follow_indicators(self, changed: dict[str, datetime]) -> None:
        for code in self._changed.keys() - changed.keys():
            self.catalogue.remove(code)
            del self.indicators[code]
        new = [code for code, at in changed.items() if self._changed.get(code) != at]
        for code, indicator in shelf.indicators_of(new).items():
            self.indicators[code] = indicator
            self.catalogue.put(Asked.of(indicator))
        self._changed = changed

    def _follow_kinds(self, kinds: set[shelf.Imported]) -> None:
        for gone in self._asking.keys() - kinds:
            for code in self._asking.pop(gone):
                self._uses[code].pop(gone.code)
        new = {kind[:2]: kind for kind in kinds - self._asking.keys()}
        for version, document in shelf.documents_of(new).items() if new else ():
            kind = new[version]
            self._asking[kind] = shelf.indicators_named(document)
            heading = reading.heading(document)
            for code in self._asking[kind]:
                self._uses[code][kind.code] = heading
