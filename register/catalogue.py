"""The catalogue of indicators looked at from the other side: where each is used, how it became what it is."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from register import shelf
from register.kinds import Kind
from register.names import Names
from register.shelf import Validity


@dataclass(frozen=True)
class Use:
    """A version of a kind that asks for an indicator, from when to when, and in which cells of which section."""

    kind: str
    version: int
    names: Names
    valid_from: date
    valid_to: date | None
    section: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Edition:
    """A state of an indicator: which members of its document changed, when and by whom; `None` is the product itself or its console."""

    number: int
    document: dict[str, Any]
    changed: tuple[str, ...]
    at: datetime
    by: str | None


class Catalogue:
    """Needs an application context. `every_version` gives all versions of all kinds."""

    def __init__(self, every_version: Callable[[], Iterable[tuple[Validity, Kind]]]) -> None:
        self._every_version = every_version

    def uses(self, code: str) -> list[Use]:
        """Where an indicator is used, by kind and version. Raises IndicatorNotFound."""
        shelf.indicator(code)
        return list(self._uses(code))

    def history(self, code: str) -> list[Edition]:
        """The states of an indicator, the newest first. Raises IndicatorNotFound."""
        shelf.indicator(code)
        found: list[Edition] = []
        before: dict[str, Any] = {}
        for row in shelf.editions(code):
            changed = tuple(sorted(name for name in row.document.keys() | before.keys() if row.document.get(name) != before.get(name)))
            found.append(Edition(row.number, row.document, changed if before else (), row.changed_at, row.changed_by))
            before = row.document
        return found[::-1]

    def _uses(self, code: str) -> Iterator[Use]:
        for validity, kind in self._every_version():
            for section in kind.sections:
                cells = tuple(cell.address for cell in section.cells if cell.indicator == code)
                if cells:
                    yield Use(kind.code, kind.version, kind.names, validity.first, validity.last, section.code, cells)
