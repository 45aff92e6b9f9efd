"""Due rules: by when a report of a period is submitted, and which rules can never be kept.

A rule is one of five things, each counted from the last day of the period (of a kind reported on an event: the day of the event):
a working day; so many days; a day of a following month; the last working day of a following month; one laid-down date.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from register.documents import Document
from register.periods import Periodicity

Shift = Literal["none", "next", "previous"]

#: The members that say when, of which a rule has exactly one, and what may stand beside each.
FORMS: Mapping[str, frozenset[str]] = {
    "working_day": frozenset(),
    "days": frozenset({"shift"}),
    "day": frozenset({"months", "shift"}),
    "last_working_day": frozenset({"months"}),
    "date": frozenset({"shift"}),
}
_MEMBERS = (*FORMS, "months", "shift", "still_timely")
_MOST = {"working_day": 60, "days": 400, "day": 31}
#: How many months after the one the period ends in a deadline may lie.
MOST_MONTHS = 24


@dataclass(frozen=True)
class DueRule:
    """When bodies of a level submit: on a working day counted from the end of the period, so many days after it, on a day or on the last
    working day of a following month, or on a laid-down date.

    `months` counts the months after the one the period ends in; 0 is that month itself. A day that the month lacks is its last; one that
    is no working day is shifted. `still_timely` is how many working days later a report still counts as in time.
    """

    working_day: int | None = None
    day: int | None = None
    months: int = 1
    shift: Shift = "next"
    still_timely: int = 0
    days: int | None = None
    last_working_day: bool = False
    on: date | None = None


def read(document: Document, periodicity: Periodicity, valid_from: date) -> DueRule:
    """The rule that a member of `due` describes; keeps a fault for each thing in it that cannot be meant."""
    document.only(_MEMBERS)
    given = [name for name in FORMS if _is_given(document, name)]
    if len(given) != 1:
        document.fault("due_rule", forms=", ".join(FORMS))
        return DueRule()
    form = given[0]
    for name in ("months", "shift"):
        if document.at(name).value is not None and name not in FORMS[form]:
            document.at(name).fault("due_rule_beside", member=name, form=form)
    rule = DueRule(
        **{name: document.integer(name, 0, most=most) or None for name, most in _MOST.items()},
        last_working_day=form == "last_working_day",
        on=document.day("date") if form == "date" else None,
        months=document.integer("months", 1, most=MOST_MONTHS),
        shift=document.one_of("shift", get_args(Shift), "next"),
        still_timely=document.integer("still_timely", 0, most=60),
    )
    _require_possible(document, rule, periodicity, valid_from)
    return rule


def _is_given(document: Document, name: str) -> bool:
    value = document.at(name).value
    return value is not None and value is not False and (value != 0 or isinstance(value, bool))


def _require_possible(document: Document, rule: DueRule, periodicity: Periodicity, valid_from: date) -> None:
    """A date is for what is reported once, and not before that can be; a day must come in one of the months that the rule can fall into."""
    if document.at("last_working_day").value not in (None, True, False):
        document.at("last_working_day").fault("document_boolean")
    if rule.on is not None and periodicity is not Periodicity.ONE_OFF:
        document.at("date").fault("due_date_of_periodic", periodicity=periodicity.value)
    if rule.on is not None and rule.on < valid_from < date.max:
        document.at("date").fault("due_date_before", date=rule.on.isoformat(), valid_from=valid_from.isoformat())
    if rule.day is not None:
        longest = max(_LONGEST[(month + rule.months - 1) % 12] for month in _LAST_MONTHS.get(periodicity, range(1, 13)))
        if rule.day > longest:
            document.at("day").fault("due_day_never", day=rule.day, longest=longest)


#: The days that each month has at most.
_LONGEST = [monthrange(2024, month)[1] for month in range(1, 13)]
#: The months that a period can end in.
_LAST_MONTHS: Mapping[Periodicity, tuple[int, ...]] = {
    Periodicity.QUARTER: (3, 6, 9, 12),
    Periodicity.CUMULATIVE_QUARTER: (3, 6, 9, 12),
    Periodicity.HALF_YEAR: (6, 12),
    Periodicity.NINE_MONTHS: (9,),
    Periodicity.YEAR: (12,),
}
