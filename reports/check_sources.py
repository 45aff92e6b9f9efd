"""What the checks of a report compare it with, read as far as they ask for it: the body's accepted report of the period before and of the
same period of the year before, its figures held of up to twelve periods before, its reports of other kinds for the same period, once they
were submitted.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import TypeAlias

import sqlalchemy as sa

from register import periods
from register.errors import PeriodInvalid
from register.filled import Filled
from register.kinds import Check, Kind
from register.mentions import PREVIOUS
from register.sources import HISTORY, LAST_YEAR, LONGEST_HISTORY, Past, Source
from reports import canonical, held, revisions
from reports.lifecycle import Stage
from reports.models import HeldValue, Report, Revision
from storage.database import session

KindOf: TypeAlias = Callable[[Report], Kind]


def of(report: Report, kind: Kind, checks: Iterable[Check], kind_of: KindOf) -> dict[str, Source]:
    """The sources that some checks ask for, by name; one that is not there is left out."""
    wanted = list(checks)
    found: dict[str, Source | None] = {}
    for name in sorted({source for check in wanted for source in check.sources}):
        if name == PREVIOUS:
            found[name] = _accepted(report, kind, kind.periodicity.previous(periods.parse(report.period)).text)
        elif name == LAST_YEAR:
            found[name] = _accepted(report, kind, _a_year_before(report.period))
        elif name == HISTORY:
            addresses = {str(each.address) for check in wanted for each in check.mentions if each.source == HISTORY}
            found[name] = Past({address: _history(report, kind, address) for address in sorted(addresses)})
        else:
            found[name] = _submitted(report, kind.others[name], kind_of)
    return {name: source for name, source in found.items() if source is not None}


def _accepted(report: Report, kind: Kind, period: str | None) -> Filled | None:
    query = sa.select(Report).where(
        Report.kind_code == report.kind_code,
        Report.body_id == report.body_id,
        Report.period == period,
        Report.accepted_revision.is_not(None),
        Report.purged_at.is_(None),
    )
    accepted = session.scalar(query)
    return None if accepted is None else Filled(kind, revisions.accepted(accepted).cells)


def _a_year_before(period: str) -> str | None:
    try:
        return periods.parse(f"{int(period[:4]) - 1}{period[4:]}").text
    except PeriodInvalid:  # there is none of 29 February
        return None


def _history(report: Report, kind: Kind, address: str) -> Sequence[Decimal]:
    indicator, breakdown = held.name_of(kind, address)
    query = (
        sa.select(HeldValue.value)
        .join(Report, Report.id == HeldValue.report_id)
        .where(
            HeldValue.indicator == indicator,
            HeldValue.breakdown == breakdown,
            HeldValue.body_id == report.body_id,
            Report.kind_code == report.kind_code,
            Report.period_last < report.period_last,
        )
    )
    return session.scalars(query.order_by(Report.period_last.desc()).limit(LONGEST_HISTORY)).all()


def _submitted(report: Report, kind_code: str, kind_of: KindOf) -> Filled | None:
    """The latest submitted revision of the body's report of another kind for the same period."""
    query = (
        sa.select(Report, Revision)
        .join(Revision, Revision.report_id == Report.id)
        .where(
            Report.kind_code == kind_code,
            Report.body_id == report.body_id,
            Report.period == report.period,
            Report.stage != Stage.WITHDRAWN,
            Report.purged_at.is_(None),
            Revision.submitted_at.is_not(None),
        )
    )
    row = session.execute(query.order_by(Revision.number.desc()).limit(1)).first()
    return None if row is None else Filled(kind_of(row[0]), canonical.from_bytes(row[1].content).cells)
