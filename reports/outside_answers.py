"""What a receiver outside Esep answered, as the chancery records it: by number and date of its letter."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from reports import acts
from reports.acts import Act
from reports.errors import AnswerIncomplete, AnswerNeeded, DateInFuture
from reports.models import Report

LONGEST_NUMBER = 100


def read(variables: Mapping[str, Any], today: date) -> tuple[str, date]:
    """Number and date, from the variables `answer_number` and `answer_date`. Raises AnswerIncomplete, DateInFuture."""
    number, dated = variables.get("answer_number"), _day(variables.get("answer_date"))
    if not isinstance(number, str) or not number.strip() or len(number) > LONGEST_NUMBER or dated is None:
        raise AnswerIncomplete()
    if dated > today:
        raise DateInFuture(dated, today)
    return number.strip(), dated


def require(report: Report) -> None:
    """Refuse (AnswerNeeded) to pass on a report whose receiver is outside, before its answer to this revision is recorded."""
    if report.receiver_id is None and not acts.has(report, Act.ANSWER_RECORDED):
        raise AnswerNeeded()


def _day(given: Any) -> date | None:
    if isinstance(given, date):
        return date(given.year, given.month, given.day)
    try:
        return date.fromisoformat(str(given)[:10])
    except ValueError:
        return None
