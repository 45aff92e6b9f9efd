"""What is finished, of the archive, held, past its period: conditions on reports for questions to the database.

A report is finished when nothing more is to come of it: accepted, withdrawn, or, of a restricted kind, sent. It is of the archive from
1 January after the year in which it was finished, the day from which its retention period counts, unless somebody has taken it out.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from engine import cases
from register.calendar import Calendar
from register.retention import Term
from reports import shelf
from reports.archive.tables import DestructionItemRow, ReportHoldRow
from reports.models import Report
from reports.request_tables import Asked

H = ReportHoldRow
#: What the processes around a report add to its business key.
SUFFIXES = ("", *(f":{asked.value}" for asked in Asked))


def year_began(calendar: Calendar, year: int) -> datetime:
    """The first moment of a year in the calendar's time zone."""
    return calendar.end_of(date(year - 1, 12, 31)) + timedelta(seconds=1)


def archived(calendar: Calendar) -> sa.ColumnElement[bool]:
    """Whether a report is of the archive now."""
    ended = Report.ended_at < year_began(calendar, calendar.today().year)
    return sa.and_(Report.ended_at.is_not(None), ended, Report.out_of_archive_at.is_(None))


def past(terms: Mapping[tuple[str, int], Term], calendar: Calendar) -> sa.ColumnElement[bool]:
    """Whether the retention period of a report is over; never of one without a period or with a permanent one."""
    this_year = calendar.today().year
    by_years: dict[int, list[tuple[str, int]]] = {}
    for version, term in terms.items():
        if term.retention is not None and term.retention.years is not None:
            by_years.setdefault(term.retention.years, []).append(version)
    over = [
        sa.and_(Report.ended_at < year_began(calendar, this_year - years), shelf.of_versions(versions))
        for years, versions in by_years.items()
    ]
    return sa.and_(Report.ended_at.is_not(None), sa.or_(*over)) if over else sa.false()


def held() -> sa.ColumnElement[bool]:
    """Whether a legal hold lies on a report: on itself, on its kind, body and period, or on its process."""
    covers = sa.and_(
        H.report_id.is_(None),
        sa.or_(H.kind_code.is_(None), H.kind_code == Report.kind_code),
        sa.or_(H.body_id.is_(None), H.body_id == Report.body_id),
        sa.or_(H.period_from.is_(None), H.period_from <= Report.period_last),
        sa.or_(H.period_to.is_(None), H.period_to >= Report.period_last),
    )
    here = sa.exists().where(H.lifted_at.is_(None), sa.or_(H.report_id == Report.id, covers)).correlate(Report)
    return sa.or_(here, cases.case_held(keys_of(Report.business_key)).correlate(Report))


def open_process() -> sa.ColumnElement[bool]:
    """Whether a process of the report, or around it, has not ended."""
    return cases.case_open(keys_of(Report.business_key)).correlate(Report)


def on_an_act() -> sa.ColumnElement[bool]:
    """Whether a report is on an act of destruction."""
    return sa.exists().where(DestructionItemRow.report_id == Report.id).correlate(Report)


def keys_of(business_key: InstrumentedAttribute[str]) -> list[sa.ColumnElement[str]]:
    """The business keys of the processes of a report."""
    return [business_key + suffix if suffix else sa.type_coerce(business_key, sa.String) for suffix in SUFFIXES]


def keeps_instance(business_key: sa.ColumnElement[str | None]) -> sa.ColumnElement[bool]:
    """Whether an instance of a business key belongs to a report that is not purged: it goes with it, see `engine.cases`."""
    key = business_key
    for suffix in SUFFIXES[1:]:
        key = sa.func.replace(key, suffix, "")
    return sa.exists().where(Report.business_key == key, Report.purged_at.is_(None))
