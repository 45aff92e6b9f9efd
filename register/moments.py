"""When a waiting step is due, when to remind its holder, when to tell those above: always moments still to come.

A timer that is set to a moment that has passed fires at once. A step that begins again after a return would thus tell of the same delay
at every round; so each step gets moments of its own when it begins.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from register.calendar import Calendar

#: A deadline is the last second of a day; this is the morning of that day, when people come to work.
TO_MORNING = timedelta(hours=15)


def moments(now: datetime, due_at: datetime, calendar: Calendar) -> Mapping[str, datetime]:
    """Remind on the morning of the working day before, else of the day itself, else half-way; escalate when the deadline has passed."""
    mornings = (calendar.add_working_days(due_at, -1) - TO_MORNING, due_at - TO_MORNING)
    remind_at = next((morning for morning in mornings if morning > now), now + (due_at - now) / 2)
    return {"due_at": due_at, "remind_at": remind_at, "escalate_at": due_at + timedelta(seconds=1)}
