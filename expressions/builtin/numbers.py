"""Functions of numbers."""

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal

from expressions.builtin.library import Library
from expressions.numerals import CONTEXT, modulo, rounded
from expressions.values import Value, YearsMonths

LIBRARY = Library()
_ZERO, _TWO = Decimal(0), Decimal(2)

_ROUNDINGS = {
    "round up": ROUND_UP,
    "round down": ROUND_DOWN,
    "round half up": ROUND_HALF_UP,
    "round half down": ROUND_HALF_DOWN,
    "decimal": ROUND_HALF_EVEN,
}


def _declare_rounding(name: str, rounding: str, *, scale: str) -> None:
    @LIBRARY.function(f"{name}(n: number, {scale}: number)")
    def _round(number: Decimal, places: Decimal = _ZERO) -> Decimal:
        return rounded(number, int(places), rounding)


for _name, _rounding in _ROUNDINGS.items():
    _declare_rounding(_name, _rounding, scale="scale")
_declare_rounding("floor", ROUND_FLOOR, scale="scale?")
_declare_rounding("ceiling", ROUND_CEILING, scale="scale?")


@LIBRARY.function("abs(n: number | duration)")
def _abs(value: Value) -> Value:
    if isinstance(value, YearsMonths):
        return YearsMonths(abs(value.months))
    return abs(value) if not isinstance(value, Decimal) else CONTEXT.abs(value)


@LIBRARY.function("modulo(dividend: number, divisor: number)")
def _modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    return modulo(dividend, divisor)


@LIBRARY.function("sqrt(number: number)")
def _sqrt(number: Decimal) -> Decimal:
    return CONTEXT.sqrt(number)


@LIBRARY.function("log(number: number)")
def _log(number: Decimal) -> Value:
    return CONTEXT.ln(number) if number > 0 else None


@LIBRARY.function("exp(number: number)")
def _exp(number: Decimal) -> Decimal:
    return CONTEXT.exp(number)


@LIBRARY.function("odd(number: number)")
def _odd(number: Decimal) -> bool | None:
    return modulo(number, _TWO) == 1 if number == number.to_integral_value() else None


@LIBRARY.function("even(number: number)")
def _even(number: Decimal) -> bool | None:
    return modulo(number, _TWO) == 0 if number == number.to_integral_value() else None
