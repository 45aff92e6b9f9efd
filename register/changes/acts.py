"""The act that puts changes in force: its type, number and date, and the day from which what it says holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from organisations.days import is_counted
from register.changes.errors import ActInFuture, InForceBeforeAct
from register.documents import LONGEST_ACT_NUMBER, is_kept, outside
from register.errors import ActNeeded, DayOutside

#: The types of act that have a name in every language; another is printed as it was typed.
ACT_TYPES = ("order", "resolution", "instruction", "decision")


@dataclass(frozen=True)
class Act:
    """An act of the body that approves the Register."""

    type: str
    number: str
    dated: date
    in_force_from: date


def read(given: Mapping[str, Any], today: date) -> Act:
    """The act that `act_type`, `act_number`, `act_date` and `in_force_from` describe.

    Raises ActNeeded when a part is missing, DayOutside, ActInFuture, InForceBeforeAct.
    """
    kind, number = (_text(given.get(name)) for name in ("act_type", "act_number"))
    dated, begins = (_day(given.get(name)) for name in ("act_date", "in_force_from"))
    if dated is None or begins is None:
        raise ActNeeded()
    for day in (dated, begins):
        if not is_counted(day):
            raise DayOutside(**outside(day))
    if dated > today:
        raise ActInFuture(dated.isoformat())
    if begins < dated:
        raise InForceBeforeAct(begins.isoformat(), dated.isoformat())
    return Act(kind, number, dated, begins)


def _text(given: Any) -> str:
    if not isinstance(given, str) or not given.strip() or len(given) > LONGEST_ACT_NUMBER or not is_kept(given):
        raise ActNeeded()
    return given.strip()


def _day(given: Any) -> date | None:
    if isinstance(given, date):
        return date(given.year, given.month, given.day)
    try:
        return date.fromisoformat(given[:10]) if isinstance(given, str) else None
    except ValueError:
        return None
