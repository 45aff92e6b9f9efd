"""Days as people of this country mean them: validity has a first and a last day, both included, in the local time zone."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from storage.clock import Clock

ALMATY = ZoneInfo("Asia/Almaty")
#: The days that anything here is dated with: since independence, and far enough from the end of the calendar to count on from each.
FIRST_DAY, LAST_DAY = date(1991, 1, 1), date(2199, 12, 31)


def is_counted(day: date) -> bool:
    """Whether anything is dated with a day."""
    return FIRST_DAY <= day <= LAST_DAY


class Days:
    """The clock of this room: the present moment, and which day it is where the bodies are."""

    def __init__(self, clock: Clock, zone: ZoneInfo = ALMATY) -> None:
        self._clock = clock
        self._zone = zone

    def now(self) -> datetime:
        """The present moment, in UTC."""
        return self._clock.now()

    def today(self) -> date:
        """The present day, local."""
        return self.of(self._clock.now())

    def of(self, moment: datetime) -> date:
        """The local day of a moment."""
        return moment.astimezone(self._zone).date()

    @staticmethod
    def covering(first: Any, last: Any, day: date | sa.BindParameter[date]) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
        """Conditions that a period in two columns, either of them open when null, covers a day."""
        return sa.or_(first.is_(None), first <= day), sa.or_(last.is_(None), last >= day)
