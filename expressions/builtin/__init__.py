"""The built-in functions of the standard, by name."""

from collections.abc import Mapping

from expressions.builtin import contexts, conversions, dates, lists, logic, numbers, ranges, statistics, texts
from expressions.builtin.library import Builtin

__all__ = ["FUNCTIONS", "Builtin"]

FUNCTIONS: Mapping[str, Builtin] = {
    name: function
    for room in (contexts, conversions, dates, lists, logic, numbers, ranges, statistics, texts)
    for name, function in room.LIBRARY.functions.items()
}
