"""The bounds of the language, and the meter that an evaluation runs on."""

from expressions.errors import ResultTooLarge, TooManySteps

SOURCE_BYTES = 4096
DEPTH = 50
#: Nesting of expressions plus everything that functions called inside each other add to it.
CALL_DEPTH = 100
STEPS = 10_000
#: What a whole decision may take, with all that it requires.
STEPS_OF_DECISION = 50_000
#: Faults that are kept of one evaluation; more of them tell nothing new.
FAULTS = 20
TEXT_LENGTH = 32_768
LIST_LENGTH = 10_000
#: Values inside values that a variable or a result may hold in all.
VALUES = 100_000
PATTERN_LENGTH = 500
#: Values or characters that a built-in function handles for one step.
VALUES_PER_STEP = 16
CHARACTERS_PER_STEP = 256


class Meter:
    """Counts the steps of one evaluation down; every loop and function pays before it works."""

    __slots__ = ("allowed", "left")

    def __init__(self, allowed: int = STEPS) -> None:
        self.allowed = self.left = allowed

    def spend(self, steps: int) -> None:
        """Pay for some steps. Raises TooManySteps."""
        self.left -= steps
        if self.left < 0:
            raise TooManySteps(limit=self.allowed)

    def values(self, count: int) -> None:
        """Pay for handling a number of values."""
        self.spend(count // VALUES_PER_STEP + 1)

    def characters(self, count: int) -> None:
        """Pay for handling a number of characters."""
        self.spend(count // CHARACTERS_PER_STEP + 1)


def within_text(length: int) -> None:
    """Raise ResultTooLarge when a text of this length may not be made."""
    if length > TEXT_LENGTH:
        raise ResultTooLarge(limit=TEXT_LENGTH)


def within_list(length: int) -> None:
    """Raise ResultTooLarge when a list of this length may not be made."""
    if length > LIST_LENGTH:
        raise ResultTooLarge(limit=LIST_LENGTH)
