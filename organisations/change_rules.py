"""What the lines of a change must fulfil, as of the day from which it has effect: every fault is kept with its line and column."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import sqlalchemy as sa

from organisations import lines as csv_lines
from organisations import values
from organisations.change_lines import ALLOWED, MAX_LINES, NEEDED, ChangeKind, ChangeLine
from organisations.kato import CODE, LONGEST_NAME, TerritoryLevel, is_above, level_of
from organisations.tables import TerritoryPastRow, TerritoryRow
from refusals import Fault
from storage.database import session

#: Kinds of which a unit may have several in one change, each with another successor.
_SEVERAL = (ChangeKind.SPLIT,)


@dataclass(frozen=True)
class NewUnit:
    """A territory that a change makes."""

    code: str
    parent: str | None
    name_ru: str
    name_kk: str | None


class Rules:
    """The lines of one change against the territories that are kept."""

    def __init__(self, lines: Sequence[ChangeLine], since: date) -> None:
        self._lines = lines
        self._since = since
        mentioned = {code for line in lines for code in (line.code, line.successor, line.parent) if code}
        self.known = {row.code: row for row in session.scalars(sa.select(TerritoryRow).where(TerritoryRow.code.in_(mentioned)))}
        self.recoded = {line.code: line.successor for line in lines if line.kind is ChangeKind.RECODED and line.successor}
        self._changed_later = _changed_since(mentioned, since)

    @cached_property
    def new(self) -> dict[str, NewUnit]:
        """The units that the change makes, by code."""
        made: dict[str, NewUnit] = {}
        for line in self._lines:
            if line.kind is ChangeKind.CREATED:
                made[line.code] = NewUnit(line.code, line.parent, line.name_ru, line.name_kk or None)
            old = self.known.get(line.code)
            if line.kind is ChangeKind.RECODED and line.successor and old is not None:
                made[line.successor] = self._recoded(line, old, line.successor)
        return made

    @cached_property
    def going_along(self) -> tuple[str, ...]:
        """What lies in recoded units and is not spoken of: it goes along, under its own code."""
        return tuple(child.code for child in self._children if child.parent_code in self.recoded)

    def faults(self) -> list[Fault]:
        """Everything that is wrong, at most as many faults as a file may have."""
        if not 0 < len(self._lines) <= MAX_LINES:
            return [Fault("/lines", "change_size_wrong", {"most": MAX_LINES})]
        found: list[Fault] = []
        for fault in self._all():
            found.append(fault)
            if len(found) >= csv_lines.MAX_FAULTS:
                break
        return found

    def _all(self) -> Iterator[Fault]:
        repeated = Counter((line.code, line.kind, line.successor) for line in self._lines)
        of_a_kind = Counter((line.code, line.kind) for line in self._lines if line.kind not in _SEVERAL)
        kinds: dict[str, set[tuple[ChangeKind, bool]]] = defaultdict(set)
        for line in self._lines:
            kinds[line.code].add((line.kind, line.remains))
            count = of_a_kind.get((line.code, line.kind), 1)
            if repeated[line.code, line.kind, line.successor] > 1 or not _go_together(kinds[line.code], count):
                yield line.fault("code", "change_line_repeated", kato=line.code)
            columns = [*_column_faults(line)]
            yield from columns if columns else self._line_faults(line)
        yield from self._left_without_a_place()

    def _line_faults(self, line: ChangeLine) -> Iterator[Fault]:
        if line.kind is ChangeKind.CREATED:
            yield from self._free(line, "code", line.code)
        else:
            yield from self._valid(line, "code", line.code)
            if line.code in self._changed_later:
                later = self._changed_later[line.code].isoformat()
                yield line.fault("code", "change_overlaps", kato=line.code, later=later, since=self._since.isoformat())
        if line.successor == line.code:
            yield line.fault("successor", "change_own_successor", kato=line.code)
        elif line.kind is ChangeKind.RECODED:
            yield from self._free(line, "successor", str(line.successor))
            if level_of(str(line.successor)) != level_of(line.code):
                yield line.fault("successor", "change_level_differs", kato=line.code, successor=line.successor)
        elif line.successor is not None:
            yield from self._valid(line, "successor", line.successor)
        if line.parent is not None:
            yield from self._place_faults(line, line.parent)

    def _place_faults(self, line: ChangeLine, parent: str) -> Iterator[Fault]:
        faults = [*self._valid(line, "parent", parent)]
        yield from faults
        placed = line.successor if line.kind is ChangeKind.RECODED else line.code
        if not faults and (not is_above(parent, str(placed)) or self._lies_in(parent, line.code)):
            yield line.fault("parent", "change_place_wrong", kato=placed, parent=parent)

    def _free(self, line: ChangeLine, column: str, code: str) -> Iterator[Fault]:
        if code in self.known:
            yield line.fault(column, "change_kato_taken", kato=code)
        if self._made[code] > 1:
            yield line.fault(column, "change_line_repeated", kato=code)

    def _valid(self, line: ChangeLine, column: str, code: str) -> Iterator[Fault]:
        if code in self.new and column != "code":
            return
        row = self.known.get(code)
        if row is None:
            yield line.fault(column, "change_kato_unknown", kato=code)
            return
        ended = row.valid_to is not None or (column != "code" and code in self._ending)
        if ended or (row.valid_from is not None and row.valid_from >= self._since):
            yield line.fault(column, "change_kato_not_valid", kato=code, since=self._since.isoformat())

    @cached_property
    def _made(self) -> Counter[str]:
        """By how many lines each code comes to be, counting every line of a unit that is recoded."""
        made: Counter[str] = Counter()
        for line in self._lines:
            made.update({code for code in (line.code if line.kind is ChangeKind.CREATED else None, self.recoded.get(line.code)) if code})
        return made

    @cached_property
    def _ending(self) -> set[str]:
        return {line.code for line in self._lines if line.ends}

    @cached_property
    def _children(self) -> list[TerritoryRow]:
        """What lies in units that end and is not itself ended, moved or recoded by the change."""
        spoken_of = self._ending | {line.code for line in self._lines if line.kind is ChangeKind.TRANSFER}
        children = sa.select(TerritoryRow).where(TerritoryRow.parent_code.in_(self._ending), TerritoryRow.valid_to.is_(None))
        rows = [row for row in session.scalars(children.order_by(TerritoryRow.code)) if row.code not in spoken_of]
        self.known.update({row.code: row for row in rows})
        return rows

    def _left_without_a_place(self) -> Iterator[Fault]:
        left = Counter(child.parent_code for child in self._children if child.parent_code not in self.recoded)
        for line in self._lines:
            if line.ends and left.get(line.code):
                child = next(child.code for child in self._children if child.parent_code == line.code)
                yield line.fault("code", "change_children_left", kato=line.code, count=left.pop(line.code), child=child)

    def _recoded(self, line: ChangeLine, old: TerritoryRow, successor: str) -> NewUnit:
        parent = line.parent or self.recoded.get(str(old.parent_code)) or old.parent_code
        known_kk = old.name_kk if old.name_kk_known else None
        return NewUnit(successor, parent, line.name_ru or old.name_ru, line.name_kk or (None if line.name_ru else known_kk))

    def _lies_in(self, code: str, upper: str) -> bool:
        """Whether a unit lies in another at last: only settlements may lie in units of their own level."""
        seen: set[str] = set()
        here: str | None = code
        while here is not None and here not in seen and level_of(here) is TerritoryLevel.SETTLEMENT:
            if here == upper:
                return True
            seen.add(here)
            row = session.get(TerritoryRow, here)
            here = row.parent_code if row else None
        return False


def _column_faults(line: ChangeLine) -> Iterator[Fault]:
    """What can be told from the line alone."""
    for column in ("code", "successor", "parent"):
        code = getattr(line, column)
        if code and not CODE.fullmatch(code):
            yield line.fault(column, "change_kato_wrong", kato=code[:40])
    if not line.code:
        yield line.fault("code", "change_column_missing", kind=line.kind)
    for column in ("successor", "parent", "name_kk", "name_ru", "remains"):
        held = getattr(line, column)
        if not held and column in NEEDED[line.kind]:
            yield line.fault(column, "change_column_missing", kind=line.kind)
        if held and column not in (*NEEDED[line.kind], *ALLOWED.get(line.kind, ())):
            yield line.fault(column, "change_column_unwanted", kind=line.kind)
    for column in ("name_kk", "name_ru"):
        name = getattr(line, column)
        if name and (values.has_invisible(name) or not any(sign.isalpha() for sign in name) or len(name) > LONGEST_NAME):
            yield line.fault(column, "change_name_wrong", longest=LONGEST_NAME)


def _go_together(kinds: set[tuple[ChangeKind, bool]], count: int) -> bool:
    """Whether one unit may have lines of these kinds: one kind, or a new name and a new place at once, or a part given away besides."""
    names = {kind for kind, _ in kinds}
    remaining = {ChangeKind.RENAME, ChangeKind.TRANSFER} | ({ChangeKind.SPLIT} if kinds >= {(ChangeKind.SPLIT, True)} else set())
    return count == 1 and len(kinds) == len(names) and (len(names) == 1 or names <= remaining)


def _changed_since(codes: set[str], since: date) -> dict[str, date]:
    """Units of which a state ended on the day or later: a change from then on is kept already."""
    query = sa.select(TerritoryPastRow.code, sa.func.max(TerritoryPastRow.valid_to)).where(
        TerritoryPastRow.code.in_(codes), TerritoryPastRow.valid_to >= since
    )
    return {row[0]: row[1] for row in session.execute(query.group_by(TerritoryPastRow.code))}
