"""Rows and columns of a table as the form names them: with their numbers, units, what they are parts of."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from register.drafting import captions, units
from register.drafting.captions import Caption
from register.drafting.draft import Notes, Place
from register.drafting.finding import FoundTable
from register.drafting.units import Unit

_DOTS: Final = frozenset({"…", "...", "и т.д.", "т.б.", "и т.д", "және т.б."})
_LONGEST_LIST: Final = 50
_LONGEST_NUMBER: Final = 20


@dataclass(eq=False)
class Line:
    """A row or a column. `at` is its number on the sheet; `path` are the captions above it, the outermost first; `parent` is the line that
    it is a part of; `blank` rows are left for whoever fills the form."""

    at: int
    place: Place
    caption: Caption
    code: str
    path: tuple[Caption, ...] = ()
    unit: Unit | None = None
    level: int = 0
    parent: "Line | None" = None
    blank: bool = False
    parts: "list[Line]" = field(default_factory=list)

    @property
    def whole(self) -> Caption:
        """What it is called where it stands alone."""
        whole = Caption("", "")
        for part in (*self.path, self.caption):
            whole = captions.in_context(whole, part) if not part.empty else whole
        return whole


def columns(table: FoundTable) -> list[Line]:
    """The columns with figures, each with the captions that stand over it."""
    taken: set[str] = set()
    return [_column(table, at, taken) for at in table.columns]


def rows(table: FoundTable, notes: Notes) -> list[Line]:
    """The rows, each with what it is a part of. Headings inside of the table become part of the names below them."""
    taken: set[str] = set()
    found: list[Line] = []
    heading: tuple[Caption, ...] = ()
    including = ""
    for at in table.rows:
        text = table.grid.raw(at, table.stub["caption"])
        if _is_heading(table, at):
            heading, including = (captions.read(text),), ""
            continue
        if text.strip() in _DOTS:
            notes.doubt("draft_open_list", [table.grid.place(at, table.stub["caption"])])
            continue
        line = _row(table, at, text, taken, heading)
        if line is None:
            continue
        if line.caption.empty and not line.blank:  # "of them:" in a row of its own, for the rows below
            including = line.caption.including
            continue
        _place_among(found, line, including)
        including = line.caption.including or (including if line.level else "")
        found.append(line)
    return _without_lone_blanks(found)


def _column(table: FoundTable, at: int, taken: set[str]) -> Line:
    grid = table.grid
    areas = dict.fromkeys(grid.area(row, at) for row in range(table.top, table.head_end + 1) if grid.value(row, at) is not None)
    told = [captions.read(grid.text(area.first_row, area.first_column)) for area in areas] or [Caption("", "")]
    number = grid.text(table.numbering, at).strip() if table.numbering is not None else ""
    unit: Unit | None = None
    parts: list[Caption] = []
    for caption in told:
        alone = units.read(" / ".join(filter(None, (caption.kk, caption.ru))))
        caption, found = (caption, None) if alone else units.taken_off(caption)
        unit = alone or found or unit
        if not (alone and len(told) > 1):
            parts.append(caption)
    parts = parts or told[-1:]
    code = _code(f"c{number}" if number.isdecimal() else "", (parts[-1].ru or parts[-1].kk), taken, f"c{at + 1}")
    return Line(at, grid.place(table.head_end, at), parts[-1], code, tuple(parts[:-1]), unit)


def _row(table: FoundTable, at: int, text: str, taken: set[str], heading: tuple[Caption, ...]) -> Line | None:
    grid, stub = table.grid, table.stub
    said = {name: grid.text(at, stub[name]).strip() if name in stub else "" for name in ("number", "code", "unit")}
    caption = captions.read(text)
    if not any((*said.values(), text.strip())):
        return None
    caption, unit = units.taken_off(caption)
    if said["unit"]:
        unit = units.read(said["unit"]) or units.of_its_own(said["unit"])
    number = re.sub(r"[.)]$", "", said["number"]) or caption.number or (said["code"] if re.fullmatch(r"\d+(\.\d+)+", said["code"]) else "")
    caption = replace(caption, number=number[:_LONGEST_NUMBER])
    blank = not text.strip() and (said["number"] != "" or said["code"] != "")
    code = _code(_short(said["code"] or number), caption.ru or caption.kk, taken, f"r{at + 1}")
    dashed = re.match(r"^[\s]*[-–—•]", text) is not None
    level = caption.number.count(".") if caption.number else int(dashed or text.startswith("  "))
    return Line(at, grid.place(at, stub["caption"]), caption, code, heading, unit, level, blank=blank)


def _place_among(found: list[Line], line: Line, including: str) -> None:
    """Tell of what a row is a part: by its numbering, its indent, or because it says so."""
    said = line.caption.including or including
    lower = (line.caption.ru or line.caption.kk)[:1].islower()
    if line.level == 0 and found and (line.caption.including or (including and lower and not line.caption.number)):
        before = found[-1]
        line.level = before.level if before.parent is not None and not line.caption.including else before.level + 1
    if line.level == 0:
        return
    line.parent = next((above for above in reversed(found) if above.level < line.level), None)
    if line.parent is None:
        line.level = 0
        return
    line.parent.parts.append(line)
    if said and not line.caption.including:
        line.caption = replace(line.caption, including=said)


def _is_heading(table: FoundTable, at: int) -> bool:
    """Whether a row is one caption over the whole table."""
    area = table.grid.area(at, table.stub["caption"])
    return area.first_row == at == area.last_row and area.first_column <= table.stub["caption"] and area.last_column >= table.columns[-1]


def _without_lone_blanks(found: Sequence[Line]) -> list[Line]:
    """One row without a caption is a slip of the form; several are room for a list."""
    blank = [line for line in found if line.blank]
    kept = set(blank[:_LONGEST_LIST]) if len(blank) > 1 else set()
    return [line for line in found if not line.blank or line in kept]


def _short(code: str) -> str:
    slug = re.sub(r"[^0-9a-z]+", "_", code.casefold()).strip("_")
    return f"r{slug}"[:40] if slug[:1].isdigit() else ""


def _code(given: str, text: str, taken: set[str], otherwise: str) -> str:
    return captions.code_of("", taken, given) if given else captions.code_of(text, taken, otherwise)
