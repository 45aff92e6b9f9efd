"""Numbers: decimals of 34 digits, as IEEE 754 decimal128 has them, in a context of our own."""

from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow

LEAST_SCALE, GREATEST_SCALE = -6111, 6176

CONTEXT = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    capitals=1,
    clamp=0,
    flags=[],
    traps=[DivisionByZero, InvalidOperation, Overflow],
)


def number_of(value: str | int | Decimal) -> Decimal:
    """The number, rounded to 34 digits. Raises ArithmeticError when it is none or too large."""
    number = CONTEXT.create_decimal(value)
    if not number.is_finite():
        raise InvalidOperation
    return number


def whole(number: Decimal) -> int | None:
    """The number as an int when it is a whole one of a reasonable size (18 digits), else None."""
    if number.adjusted() > 17 or number != number.to_integral_value():
        return None
    return int(number)


def place(number: Decimal) -> int | None:
    """The number as a place in a list or text: what is behind the point is cut off; None when it is over 18 digits long."""
    return int(number) if number.adjusted() <= 17 else None


def rounded(number: Decimal, scale: int, rounding: str) -> Decimal:
    """The number with a scale of decimal places, which may be negative (hundreds). Raises ArithmeticError when that has over 34 digits."""
    if not LEAST_SCALE <= scale <= GREATEST_SCALE:
        raise InvalidOperation
    _, _, exponent = number.as_tuple()
    if not isinstance(exponent, int) or -exponent <= scale:
        return number
    return number_of(format(number.quantize(Decimal((0, (1,), -scale)), rounding=rounding, context=CONTEXT), "f"))


def modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    """What dividing by the divisor leaves over; its sign is the divisor's."""
    remainder = CONTEXT.remainder(dividend, divisor)
    if remainder and (remainder < 0) != (divisor < 0):
        remainder = CONTEXT.add(remainder, divisor)
    return remainder


def written(number: Decimal) -> str:
    """The number in plain digits, never with an exponent or needless zeros behind the point."""
    if not number:
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
