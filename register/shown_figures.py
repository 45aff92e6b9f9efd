"""The figures of a check that did not hold, in words: each cell by its row and column, and what both sides come to."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import texts
from expressions import EvaluationFailed, ExpressionRefused
from register import mentions
from register.kinds import Check, Kind
from register.mentions import Mention
from register.names import Names
from register.sources import OWN

#: So many cells are told; of more the first ones.
MOST = 6


def of(kind: Kind, check: Check, seen: Mapping[str, Any]) -> Names:
    """The figures in the three languages."""
    sides = _sides(check.expression, seen)
    return Names(*("; ".join([*_cells(kind, check, seen, language), *_compared(sides, language)]) for language in texts.LANGUAGES))


def absent(kind: Kind, sources: Collection[str]) -> Names:
    """That there is nothing to compare with, in the three languages."""
    return Names(
        *(
            texts.say("check_source_absent", {"source": ", ".join(_called(kind, sources, language))}, language)
            for language in texts.LANGUAGES
        )
    )


def _called(kind: Kind, sources: Collection[str], language: str) -> list[str]:
    return [texts.say(f"check_source_{name}", {}, language) if name in OWN else kind.others.get(name, name) for name in sorted(sources)]


def _cells(kind: Kind, check: Check, seen: Mapping[str, Any], language: str) -> Iterator[str]:
    told = sorted(check.mentions, key=lambda mention: check.expression.find(mention.name))
    for mention in told[:MOST]:
        fields = {"cell": _caption(kind, mention, language), "value": _said(seen[mention.name], language)}
        if mention.source in OWN:
            yield texts.say(f"check_figure_{mention.source}", fields, language)
        elif mention.source:
            yield texts.say("check_figure_of_another", fields | {"kind": kind.others.get(mention.source, mention.source)}, language)
        else:
            yield texts.say("check_figure", fields, language)
    if len(told) > MOST:
        yield texts.say("check_more_figures", {"count": len(told) - MOST}, language)


def _caption(kind: Kind, mention: Mention, language: str) -> str:
    if mention.address is not None:
        cell = kind.cells.get(mention.address) if mention.source in (*OWN, "") else None
        return mention.address if cell is None else cell.names.say(language)
    table = kind.tables[str(mention.table)]
    column = next((each for each in table.columns if each.code == mention.column), None)
    return table.names.say(language) if column is None else f"{table.names.say(language)}: {column.names.say(language)}"


def _compared(sides: tuple[Any, Any] | None, language: str) -> Iterator[str]:
    if sides is not None:
        yield texts.say("check_sides", {"left": _said(sides[0], language), "right": _said(sides[1], language)}, language)


def _sides(expression: str, seen: Mapping[str, Any]) -> tuple[Any, Any] | None:
    """What the two sides of a comparison come to."""
    parts, names = mentions.sides(expression), tuple(sorted(seen))
    if parts is None:
        return None
    try:
        left, right = (mentions.compiled(part.strip(), names).evaluate(seen) for part in parts)
    except (EvaluationFailed, ExpressionRefused):
        return None
    return left, right


def _said(value: Any, language: str) -> str:
    if isinstance(value, bool):
        return texts.say("value_yes" if value else "value_no", {}, language)
    if isinstance(value, Decimal):
        return format(value.normalize() if value == value.to_integral_value() else round(value, 4).normalize(), "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return texts.say("value_list", {"count": len(value)}, language)
    return texts.say("value_empty", {}, language) if value is None else str(value)[:60]
