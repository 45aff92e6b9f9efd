"""Conversion functions of numbers and texts."""

import re

from expressions.builtin.library import Library
from expressions.numerals import number_of
from expressions.running import Run
from expressions.values import Value
from expressions.writing import written

LIBRARY = Library()
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,6})?")


@LIBRARY.function("string(from: any)", runs=True)
def _string(run: Run, value: Value) -> str | None:
    return None if value is None else written(value, run.meter)


@LIBRARY.function("number(from: string)")
def _number(text: str) -> Value:
    return number_of(text) if _NUMBER.fullmatch(text) else None


@LIBRARY.function("number(from: string, grouping separator: any, decimal separator: any)")
def _number_written(text: str, grouping: Value, point: Value) -> Value:
    if grouping not in {None, " ", ",", "."} or point not in {None, ".", ","} or (grouping is not None and grouping == point):
        return None
    if grouping is not None:
        text = text.replace(grouping, "")
    if point is not None and point != ".":
        if "." in text:
            return None
        text = text.replace(point, ".")
    return _number(text)
