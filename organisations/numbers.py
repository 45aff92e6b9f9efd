"""The national numbers of persons (IIN) and bodies (BIN): twelve digits, the last one a check.

Nothing is derived from an IIN: since 2013 it need not hold the date of birth.
"""

_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_LENGTH = 12


def is_valid(number: str) -> bool:
    """Whether a text is a possible IIN or BIN: twelve ASCII digits whose last one checks the others."""
    if len(number) != _LENGTH or not (number.isascii() and number.isdigit()):
        return False
    return check_digit(number[:-1]) == int(number[-1])


def check_digit(eleven: str) -> int | None:
    """The twelfth digit that belongs to eleven; None when no number may begin so."""
    for weights in (_WEIGHTS, _SECOND_WEIGHTS):
        remainder = sum(weight * int(digit) for weight, digit in zip(weights, eleven, strict=True)) % 11
        if remainder < 10:
            return remainder
    return None
