"""What an expression of a kind looks at: single cells by address, and the rows of a table.

`section.table.rows.column` is the list of a column's cells, `section.table.rows` the list of the rows, each with its cells by column.
Before an address a source says whose cells are meant (`previous.` those of the period before); without one they are the report's own. A
row that is called `rows` keeps its name: its table has no lists.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from expressions import Expression, Surface, parse

if TYPE_CHECKING:
    from register.kinds import Section, Table

#: The source of the cells of the period before.
PREVIOUS = "previous"
#: What stands in an address for all rows of a table.
ROWS = "rows"
_DOTTED = re.compile(r"(?<![\w.])[a-z]\w*(?:\.\w+)+", re.ASCII)
_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"')


@dataclass(frozen=True)
class Mention:
    """A name of an expression that stands for cells: for one (`address`), or of a `table` for a column, for a row, for all its rows."""

    name: str
    source: str
    address: str | None = None
    table: str | None = None
    column: str | None = None
    row: str | None = None

    @property
    def lists(self) -> bool:
        """Whether it is the list of the values of a column or of a row."""
        return self.column is not None or self.row is not None

    @property
    def section(self) -> str:
        """The code of the section that it is in."""
        return str(self.address or self.table).partition(".")[0]


class Addresses:
    """What there is to be mentioned in some sections."""

    def __init__(self, sections: Iterable["Section"]) -> None:
        self.addresses: frozenset[str] = frozenset(cell.address for section in sections for cell in section.cells)
        self.tables: Mapping[str, Table] = {f"{section.code}.{table.code}": table for section in sections for table in section.tables}

    def mention(self, name: str, source: str = "") -> Mention | None:
        """What a dotted name without its source stands for; None for nothing."""
        written = f"{source}.{name}" if source else name
        if name in self.addresses:
            return Mention(written, source, address=name)
        section, code, *way = name.split(".")
        table = self.tables.get(f"{section}.{code}")
        if table is None or way[:1] != [ROWS] or len(way) > 2 or any(row.code == ROWS for row in table.rows):
            return None
        if way[1:] and way[1] not in {column.code for column in table.columns}:
            return None
        return Mention(written, source, table=f"{section}.{code}", column=way[1] if way[1:] else None)


def dotted(expression: str) -> set[str]:
    """The dotted names of an expression, outside of its quoted texts."""
    return set(_DOTTED.findall(_STRINGS.sub('""', expression)))


def of(expression: str, addresses: Addresses, sources: Collection[str]) -> tuple[Mention, ...]:
    """What the names of an expression stand for, in order of the names; names that stand for nothing are passed over."""
    found = (_resolved(name, addresses, sources) for name in sorted(dotted(expression)))
    return tuple(mention for mention in found if mention is not None)


def unknown(expression: str, mentions: Iterable[Mention], known: Collection[str] = ()) -> Iterator[str]:
    """The names of an expression that stand for nothing. Raises ExpressionRefused."""
    names = {mention.name for mention in mentions}
    for name in sorted(compiled(expression, tuple(sorted(names))).names - names - set(known)):
        longer = sorted(each for each in dotted(expression) if each.startswith(f"{name}.") and each not in names)
        yield longer[0] if longer else name


@lru_cache(maxsize=4_000)
def compiled(text: str, names: tuple[str, ...]) -> Expression:
    """An expression in which some dotted names stand for one value each. Raises ExpressionRefused."""
    return parse(text, Surface.FEEL, names=names)


def _resolved(name: str, addresses: Addresses, sources: Collection[str]) -> Mention | None:
    own = addresses.mention(name)
    source, _, rest = name.partition(".")
    return addresses.mention(rest, source) if own is None and source in sources and "." in rest else own
