"""What comes of a workbook: the document, the indicators that it needs, where each part was read, and what is in doubt."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from documents.workbooks import address

_PLAIN_SHEET: Final = re.compile(r"[A-Za-zА-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі_][\wӘәҒғҚқҢңӨөҰұҮүҺһІі]*")


@dataclass(frozen=True, order=True)
class Place:
    """A cell of the workbook; rows and columns count from 0."""

    sheet: str
    row: int
    column: int

    @property
    def said(self) -> str:
        """As people and formulas call it: `Лист1!B7`, `'Бөлім 1'!B7`."""
        name = self.sheet if _PLAIN_SHEET.fullmatch(self.sheet) else "'" + self.sheet.replace("'", "''") + "'"
        return f"{name}!{address(self.row, self.column)}"


@dataclass(frozen=True)
class Proposal:
    """A part of the draft and the cell it was read from: what it is, how sure we are (0 to 1), and why where that needs words.

    `state` is `read` (said by the form), `matched` (an indicator of the catalogue), `extended` (one that gets another breakdown), `new` (an
    indicator), `guessed` (said by nobody).
    """

    part: str
    pointer: str
    place: Place | None
    state: str
    confidence: float
    value: str
    reasons: tuple[tuple[str, dict[str, str]], ...] = ()


@dataclass
class Doubt:
    """Something for the methodologist to look at; `pointer` is its place in the document, `places` all the cells that it is about."""

    code: str
    fields: dict[str, Any]
    pointer: str = ""
    places: list[Place] = field(default_factory=list)


@dataclass
class Notes:
    """Proposals and doubts as they come up. A doubt of the same kind about another cell is told with the first one."""

    proposals: list[Proposal] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    _told: dict[tuple[str, str, str], tuple[Doubt, set[Place]]] = field(default_factory=dict)

    def propose(self, part: str, pointer: str, place: Place | None, value: str, *, state: str = "read", confidence: float = 0.9) -> None:
        """Keep where a part was read."""
        self.proposals.append(Proposal(part, pointer, place, state, confidence, value))

    def doubt(self, code: str, places: Iterable[Place] = (), *, pointer: str = "", **fields: Any) -> None:
        """Keep a doubt."""
        key = (code, pointer, repr(sorted(fields.items())))
        if key not in self._told:
            self.doubts.append(Doubt(code, fields, pointer))
            self._told[key] = (self.doubts[-1], set())
        held, seen = self._told[key]
        for place in places:
            if place not in seen:
                seen.add(place)
                held.places.append(place)


@dataclass(frozen=True)
class Draft:
    """The document of a kind, the indicators that are new with it, and those of the catalogue that it needs with more breakdowns."""

    document: dict[str, Any]
    indicators: list[dict[str, Any]]
    extended: list[dict[str, Any]]
    proposals: list[Proposal]
    doubts: list[Doubt]
