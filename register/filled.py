"""A form as somebody filled it in: the values of its cells, and what expressions see of them."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from expressions import Known
from register.added_rows import in_use
from register.cells import NOT_APPLICABLE, Value
from register.mentions import Mention

if TYPE_CHECKING:
    from register.kinds import Kind

#: A value inside expressions: *not applicable* counts as nothing (0) there.
Plain: TypeAlias = Decimal | str | bool | date | None


class Filled:
    """Values by address, read when they are first asked for: as `Cell.parse` gives them or in their canonical form."""

    def __init__(self, kind: "Kind", values: Mapping[str, Any]) -> None:
        self._kind = kind
        self._values = values
        self._read: dict[str, Value] = {}
        self._lists: dict[tuple[str, str | None, str | None], Known] = {}

    def value(self, address: str) -> Value:
        """The value of a cell; None when it is empty, or there is no such cell."""
        raw = self._values.get(address)
        if raw is None:
            return None
        if address not in self._read:
            cell = self._kind.cells.get(address)
            self._read[address] = None if cell is None else cell.read(raw)
        return self._read[address]

    def can_say(self, mention: Mention) -> bool:
        """Whether what is mentioned is there: a cell that is filled, a column with a value and no cell missing that must be filled."""
        if mention.address is not None:
            return self.value(mention.address) is not None
        if not mention.lists:
            return True
        if len(self._listed(mention)) == len(cells := self._kind.readers(mention)):
            return True
        return bool(self._listed(mention)) and all(self._values.get(address) is not None for address, _, cell in cells if cell.required)

    def seen(self, mention: Mention) -> Any:
        """What an expression sees of it. Lists of a column leave out what is empty or not applicable."""
        if mention.address is not None:
            return _plain(self.value(mention.address))
        if mention.lists:
            return self._listed(mention)
        return [
            {cell.address.rpartition(".")[2]: _plain(self.value(cell.address)) for cell in cells}
            for cells in self._kind.lines(str(mention.table)).values()
            if not cells[0].added or in_use(cells, self._values)
        ]

    def _listed(self, mention: Mention) -> Known:
        key = (str(mention.table), mention.column, mention.row)
        found = self._lists.get(key)
        if found is None:
            found = self._lists[key] = Known(self._values_of(mention))
        return found

    def _values_of(self, mention: Mention) -> Iterator[Value]:
        values = self._values
        for address, from_text, cell in self._kind.readers(mention):
            raw = values.get(address)
            if type(raw) is str:
                yield from_text(raw)
            elif raw is not None and (value := cell.read(raw)) is not NOT_APPLICABLE:
                yield value


def _plain(value: Value) -> Plain:
    known: Plain = Decimal(0) if value is NOT_APPLICABLE else value
    return known
