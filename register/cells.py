"""Cells and their values. A value is a Decimal, a text, a date, a bool, NOT_APPLICABLE, or None for a cell that nobody filled.

Empty, zero and not applicable are three different things. Numbers are exact; text that people type or paste ("1 234,5") is read, anything
doubtful is refused with the cell named.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any, TypeAlias

from refusals import Fault
from register.errors import CellInvalid
from register.names import Names

MAX_DIGITS = 25


class NotApplicable(Enum):
    """The value of a cell that has no meaning for a body; in JSON `{"not_applicable": true}`, on paper "х"."""

    NOT_APPLICABLE = "not_applicable"


NOT_APPLICABLE = NotApplicable.NOT_APPLICABLE
Value: TypeAlias = Decimal | str | bool | date | NotApplicable | None

_NOT_APPLICABLE_JSON = {"not_applicable": True}
_CROSSES = frozenset("xXхХ")  # Latin and Cyrillic
_SPACES = re.compile(r"[ \u00a0\u2009\u202f]")
_NUMBER = re.compile(r"[-−]?(\d+|\d{1,3}([ \u00a0\u2009\u202f]\d{3})+)([.,]\d+)?", re.ASCII)
_LOCAL_DATE = re.compile(r"(\d\d)\.(\d\d)\.(\d{4})", re.ASCII)
_YES = frozenset({"true", "yes", "иә", "да", "1"})
_NO = frozenset({"false", "no", "жоқ", "нет", "0"})


class ValueType(StrEnum):
    """What a cell holds."""

    INTEGER = "integer"
    DECIMAL = "decimal"
    TEXT = "text"
    DATE = "date"
    BOOLEAN = "boolean"

    @property
    def numeric(self) -> bool:
        """Whether its values are numbers."""
        return self in (ValueType.INTEGER, ValueType.DECIMAL)


@dataclass(frozen=True)
class Cell:
    """One place for one value. `indicator` and `breakdown` say what it measures; a text of the report measures nothing.

    A computed cell has a `formula`, which stands at the "cell" itself, its "row" or its "column" (`formula_of`). One of a row that the body
    may add (`added`) is needed when that row is in use (`needed`), and required never.
    """

    address: str
    names: Names
    value_type: ValueType
    required: bool
    indicator: str | None = None
    breakdown: Mapping[str, str] | None = None
    unit: Names | None = None
    decimals: int = 0
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    max_length: int = 4_000
    formula: str | None = None
    formula_of: str | None = None
    added: bool = False
    needed: bool = False

    def parse(self, raw: Any) -> Value:
        """The value of what was typed, pasted or sent. Raises CellInvalid with a fault that names the cell."""
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        if raw is NOT_APPLICABLE or raw == _NOT_APPLICABLE_JSON:
            return self._not_applicable()
        return _PARSERS[self.value_type](self, raw)

    def read(self, kept: Any) -> Value:
        """The value of what is kept already, in canonical form or as `parse` gave it: nothing is checked again."""
        if type(kept) is str:
            return self.from_text(kept)
        if kept == _NOT_APPLICABLE_JSON:
            return NOT_APPLICABLE
        value: Value = kept
        return value

    @property
    def from_text(self) -> Callable[[str], Value]:
        """What makes a value of its canonical form, where that is a text."""
        return _FROM_TEXT[self.value_type]

    def canonical(self, value: Value) -> Any:
        """The one JSON form of a value, for storing and hashing: numbers as text with the cell's decimal places, never a float."""
        if value is NOT_APPLICABLE:
            return dict(_NOT_APPLICABLE_JSON)
        if isinstance(value, Decimal):
            return format(value.quantize(Decimal(1).scaleb(-self.decimals)) + Decimal(0), "f")
        if isinstance(value, date):
            return value.isoformat()
        return value

    def refuse(self, code: str, **fields: Any) -> CellInvalid:
        """The refusal of a value for this cell."""
        return CellInvalid(self.address, [Fault(f"/{self.address}", code, {"cell": self.address, **fields})])

    def _not_applicable(self) -> Value:
        if self.value_type is ValueType.TEXT:
            raise self.refuse("cell_text")
        return NOT_APPLICABLE


def _parse_number(cell: Cell, raw: Any) -> Value:
    if isinstance(raw, str) and raw.strip() in _CROSSES:
        return NOT_APPLICABLE
    number = _number(raw)
    if number is None:
        raise cell.refuse("cell_number", value=_shown(raw))
    if number != number.quantize(Decimal(1).scaleb(-cell.decimals)):
        raise cell.refuse("cell_decimals", value=_shown(raw), limit=cell.decimals)
    if cell.minimum is not None and number < cell.minimum:
        raise cell.refuse("cell_too_small", value=_shown(raw), limit=str(cell.minimum))
    if cell.maximum is not None and number > cell.maximum:
        raise cell.refuse("cell_too_great", value=_shown(raw), limit=str(cell.maximum))
    return number.quantize(Decimal(1).scaleb(-cell.decimals)) + Decimal(0)


def _number(raw: Any) -> Decimal | None:
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal | str):
        return None
    if isinstance(raw, Decimal | float):
        number = Decimal(repr(raw)) if isinstance(raw, float) else raw
        text = format(number, "f") if number.is_finite() and abs(number.adjusted()) <= MAX_DIGITS else ""
    else:
        text = str(raw).strip() if isinstance(raw, str) or abs(raw) < 10**MAX_DIGITS else ""
    if len(text) > 2 * MAX_DIGITS or not _NUMBER.fullmatch(text):
        return None
    number = Decimal(_SPACES.sub("", text).replace(",", ".").replace("−", "-"))
    return number if number.adjusted() < MAX_DIGITS else None


def _parse_text(cell: Cell, raw: Any) -> Value:
    if not isinstance(raw, str):
        raise cell.refuse("cell_text")
    text = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t" for sign in text):
        raise cell.refuse("cell_text")
    if len(text) > cell.max_length:
        raise cell.refuse("cell_too_long", limit=cell.max_length)
    return text


def _parse_date(cell: Cell, raw: Any) -> Value:
    if isinstance(raw, date):
        return date(raw.year, raw.month, raw.day)
    text = _LOCAL_DATE.sub(r"\3-\2-\1", raw.strip()) if isinstance(raw, str) else ""
    if text in _CROSSES and text:
        return NOT_APPLICABLE
    try:
        if len(text) != 10:
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError as error:
        raise cell.refuse("cell_date", value=_shown(raw)) from error


def _parse_boolean(cell: Cell, raw: Any) -> Value:
    text = str(raw).strip().casefold() if isinstance(raw, bool | int | str) else ""
    if text in _YES or text in _NO:
        return text in _YES
    if isinstance(raw, str) and raw.strip() in _CROSSES:
        return NOT_APPLICABLE
    raise cell.refuse("cell_boolean", value=_shown(raw))


_PARSERS: Mapping[ValueType, Callable[[Cell, Any], Value]] = {
    ValueType.INTEGER: _parse_number,
    ValueType.DECIMAL: _parse_number,
    ValueType.TEXT: _parse_text,
    ValueType.DATE: _parse_date,
    ValueType.BOOLEAN: _parse_boolean,
}
_FROM_TEXT: Mapping[ValueType, Callable[[str], Value]] = {
    ValueType.INTEGER: Decimal,
    ValueType.DECIMAL: Decimal,
    ValueType.TEXT: str,
    ValueType.DATE: date.fromisoformat,
    ValueType.BOOLEAN: str,
}


def _shown(raw: Any) -> str:
    return str(raw)[:40]
