"""When the steps of a report are due: at its deadline, or, where that has passed or binds nobody, some working days from now."""

from collections.abc import Mapping
from datetime import datetime

from register.calendar import Calendar
from register.kinds import Kind
from register.moments import moments

#: Working days that a step gets which begins after the report's deadline, or isn't bound by it.
LATE_STEP_DAYS = 1
REVIEW_DAYS = 3
OUTSIDE_ANSWER_DAYS = 10
CORRECTION_DAYS = 5


def of_step(now: datetime, due_at: datetime, calendar: Calendar) -> Mapping[str, datetime]:
    """The moments of a step of the body: due at the report's deadline, or one working day from now when that has passed."""
    return moments(now, due_at if due_at > now else calendar.add_working_days(now, LATE_STEP_DAYS), calendar)


def of_review(now: datetime, calendar: Calendar, *, outside: bool) -> Mapping[str, datetime]:
    """The moments of the receiver's step."""
    return moments(now, calendar.add_working_days(now, OUTSIDE_ANSWER_DAYS if outside else REVIEW_DAYS), calendar)


def of_correction(now: datetime, calendar: Calendar) -> Mapping[str, datetime]:
    """The moments of the preparation of a correction, whose report's own deadline is long past."""
    return moments(now, calendar.add_working_days(now, CORRECTION_DAYS), calendar)


def of_silence(submitted_at: datetime, kind: Kind, calendar: Calendar) -> datetime | None:
    """When a report that its receiver doesn't answer counts as accepted; None where the kind knows no such day."""
    return calendar.add_working_days(submitted_at, kind.silence_days) if kind.silence_days else None
