"""What the register says no with."""

from collections.abc import Sequence

from refusals import Conflict, Fault, Invalid, NotFound


class KindNotFound(NotFound):
    """No kind of report has this code, or none that was in force then."""

    def __init__(self, code: str) -> None:
        super().__init__(kind=code)


class IndicatorNotFound(NotFound):
    """No indicator has this code."""

    def __init__(self, code: str) -> None:
        super().__init__(indicator=code)


class KindInvalid(Invalid):
    """A document that describes no kind of report; each fault points into it."""

    def __init__(self, code: str, faults: Sequence[Fault]) -> None:
        super().__init__(faults=faults, kind=code)


class IndicatorsInvalid(Invalid):
    """A list that describes no indicators; each fault points into it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(faults=faults)


class KindInForce(Conflict):
    """A kind in force is not edited; a change makes its next version."""

    def __init__(self, code: str, version: int) -> None:
        super().__init__(kind=code, version=version, next=version + 1)


class KindVersionOutOfOrder(Conflict):
    """Versions follow one another, each in force from a later day than the one before."""

    def __init__(self, code: str, version: int, expected: int) -> None:
        super().__init__(kind=code, version=version, expected=expected)


class IndicatorFixed(Conflict):
    """Unit, type and decimal places of an indicator in use stay; another measure is another indicator."""

    def __init__(self, code: str) -> None:
        super().__init__(indicator=code)


class PeriodInvalid(Invalid):
    """A text that names no period, or none that the kind is reported for."""

    def __init__(self, period: str) -> None:
        super().__init__(period=period)


class CellInvalid(Invalid):
    """A value that its cell cannot hold; the fault names the cell."""

    def __init__(self, address: str, faults: Sequence[Fault]) -> None:
        super().__init__(faults=faults, cell=address)


class CellUnknown(Invalid):
    """A kind has no cell of this address."""

    def __init__(self, address: str) -> None:
        super().__init__(faults=[Fault(f"/{address}", "cell_unknown", {"cell": address})], cell=address)


class DeadlineUnknown(Conflict):
    """The kind lays down no deadline for bodies of this level."""

    def __init__(self, code: str, level: str) -> None:
        super().__init__(kind=code, level=level)


class ActNeeded(Invalid):
    """The calendar and the register are changed by an act: its number and date are needed."""


class DayOutside(Invalid):
    """A day with which nothing is dated: before the first or after the last that the Register counts with."""

    def __init__(self, day: str, first: str, last: str) -> None:
        super().__init__(day=day, first=first, last=last)


class CalendarActInvalid(Invalid):
    """An act that cannot be entered into the calendar; each fault points to the day that it is about."""

    def __init__(self, number: str, faults: Sequence[Fault]) -> None:
        super().__init__(faults=faults, act=number)
