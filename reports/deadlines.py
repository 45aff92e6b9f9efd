"""When a waiting step is due, when to remind its holder, when to tell those above: always moments still to come.

A timer that is set to a moment that has passed fires at once. A report that is returned after its deadline would thus tell of the same
delay again at every round; so each step gets moments of its own when it begins.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from register.calendar import Calendar

#: A deadline is the last second of a day; this is the morning of that day, when people come to work.
TO_MORNING = timedelta(hours=15)
#: Working days that a step gets which begins after the report's deadline, or isn't bound by it.
LATE_STEP_DAYS = 1
REVIEW_DAYS = 3
OUTSIDE_ANSWER_DAYS = 10


def of_step(now: datetime, due_at: datetime, calendar: Calendar) -> Mapping[str, datetime]:
    """The moments of a step of the body: due at the report's deadline, or one working day from now when that has passed."""
    return _moments(now, due_at if due_at > now else calendar.add_working_days(now, LATE_STEP_DAYS), calendar)


def of_review(now: datetime, calendar: Calendar, *, outside: bool) -> Mapping[str, datetime]:
    """The moments of the receiver's step."""
    return _moments(now, calendar.add_working_days(now, OUTSIDE_ANSWER_DAYS if outside else REVIEW_DAYS), calendar)


def _moments(now: datetime, due_at: datetime, calendar: Calendar) -> Mapping[str, datetime]:
    """Remind on the morning of the working day before, else of the day itself, else half-way; escalate when the deadline has passed."""
    mornings = (calendar.add_working_days(due_at, -1) - TO_MORNING, due_at - TO_MORNING)
    remind_at = next((morning for morning in mornings if morning > now), now + (due_at - now) / 2)
    return {"due_at": due_at, "remind_at": remind_at, "escalate_at": due_at + timedelta(seconds=1)}
