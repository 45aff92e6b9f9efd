"""Values as text, the way `string()` writes them."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from expressions import numerals
from expressions.limits import Meter, within_text
from expressions.temporal import written_date, written_date_and_time, written_duration, written_time
from expressions.values import Function, Range, Value, YearsMonths


def written(value: Value, meter: Meter) -> str:
    """The text of a value; a text itself stays without quotation marks. Raises ResultTooLarge."""
    if isinstance(value, str):
        return value
    text = "".join(_Writer(meter).pieces(value))
    within_text(len(text))
    return text


def written_plainly(value: Value) -> str:
    """The text of a value that has no parts."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return numerals.written(value)
        case datetime():
            return written_date_and_time(value)
        case date():
            return written_date(value)
        case time():
            return written_time(value)
        case timedelta():
            return written_duration(value)
        case YearsMonths():
            return str(value)
        case Function():
            return f"function({', '.join(value.parameters)})"
    return str(value)


class _Writer:
    """Writes a value piece by piece and stops when it grows too long."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._length = 0

    def pieces(self, value: Value) -> list[str]:
        self._meter.values(1)
        match value:
            case list():
                return ["[", *self._separated([self._inside(item) for item in value]), "]"]
            case dict():
                return ["{", *self._separated([[f"{_key(key)}: ", *self._inside(item)] for key, item in value.items()]), "}"]
            case Range():
                return self._range(value)
        return [self._counted(written_plainly(value))]

    def _inside(self, value: Value) -> list[str]:
        return [self._counted(quoted(value))] if isinstance(value, str) else self.pieces(value)

    def _range(self, value: Range) -> list[str]:
        low = "" if value.low is None else "".join(self._inside(value.low))
        high = "" if value.high is None else "".join(self._inside(value.high))
        return ["[" if value.low_included else "(", low, "..", high, "]" if value.high_included else ")"]

    def _separated(self, parts: list[list[str]]) -> list[str]:
        return [piece for number, part in enumerate(parts) for piece in ([", ", *part] if number else part)]

    def _counted(self, text: str) -> str:
        self._length += len(text)
        within_text(self._length)
        return text


def quoted(text: str) -> str:
    """A text as it is written in an expression."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def _key(key: str) -> str:
    return key if key.replace("_", "").replace(" ", "").isalnum() else quoted(key)
