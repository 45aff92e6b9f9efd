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
_COMPARING = re.compile(r"<=|>=|!=|=|<|>")
_JOINING = re.compile(r"\b(and|or|if|in|between|for|some|every|satisfies|return|function)\b")
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
        cells = [cell for section in sections for cell in section.cells]
        self.addresses: frozenset[str] = frozenset(cell.address for cell in cells)
        self._held = frozenset(cell.address for cell in cells if cell.indicator and cell.value_type.numeric and not cell.added)
        self.tables: Mapping[str, Table] = {f"{section.code}.{table.code}": table for section in sections for table in section.tables}

    def is_held(self, address: str) -> bool:
        """Whether the figures of a cell are held after acceptance, and so have a history."""
        return address in self._held

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


def of(expression: str, addresses: Addresses, sources: Collection[str], others: Collection[str] = ()) -> tuple[Mention, ...]:
    """What the names of an expression stand for, in order of the names; names that stand for nothing are passed over.

    What `others` have, reports of other kinds, is not known here: any address is taken.
    """
    found = (_resolved(name, addresses, sources, others) for name in sorted(dotted(expression)))
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


def sides(expression: str) -> tuple[str, str] | None:
    """The two sides of an expression that is one comparison; None for any other."""
    bare = _STRINGS.sub(lambda text: "_" * len(text.group()), expression)
    if _JOINING.search(bare):
        return None
    depths = [0]
    for sign in bare:
        depths.append(depths[-1] + (sign in "([{") - (sign in ")]}"))
    found = [match for match in _COMPARING.finditer(bare) if depths[match.start()] == 0]
    return (expression[: found[0].start()], expression[found[0].end() :]) if len(found) == 1 else None


def _resolved(name: str, addresses: Addresses, sources: Collection[str], others: Collection[str]) -> Mention | None:
    own = addresses.mention(name)
    source, _, rest = name.partition(".")
    if own is None and "." in rest and source in others:
        return Mention(name, source, address=rest)
    return addresses.mention(rest, source) if own is None and source in sources and "." in rest else own
