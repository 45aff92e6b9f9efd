"""Which reports a list is to hold, as conditions for the database."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa

from organisations import hierarchy, states
from register import periods
from register.calendar import Calendar
from reports.archive import conditions as archive
from reports.lifecycle import ENDED, WITH_RECEIVER, Stage
from reports.models import Report


@dataclass(frozen=True)
class Filters:
    """Which reports a list is to hold; None and False ask for nothing.

    `overdue` counts those that are late at `now`. `below` adds the reports of everything under `body_id`. `period_from` and `period_to`
    name periods of any notation: a report belongs between them when the last day of its period does. `territory` is a KATO code: it means
    the bodies that lay in it, or in a part of it, on the last day of the periods that are asked for, or else now. `text` is sought by
    `reports.search`. `archived` tells reports of the archive, which were finished in a year that is over, from all others. Purged reports
    are left out, or listed alone.
    """

    kind: str | None = None
    body_id: UUID | None = None
    below: bool = False
    receiver_id: UUID | None = None
    territory: str | None = None
    period: str | None = None
    period_from: str | None = None
    period_to: str | None = None
    stages: tuple[Stage, ...] = ()
    business_key: str | None = None
    text: str | None = None
    returned: bool = False
    overdue: bool = False
    in_correction: bool = False
    archived: bool | None = None
    purged: bool = False


def conditions(filters: Filters, now: datetime, calendar: Calendar) -> list[sa.ColumnElement[bool]]:
    """What the rows of a list must be at a moment. Raises PeriodInvalid."""
    return [
        *_equal(filters),
        *_bodies(filters, calendar.today()),
        *_periods(filters),
        *_stages(filters, now),
        *_archive(filters, calendar),
    ]


def _equal(filters: Filters) -> Iterator[sa.ColumnElement[bool]]:
    equal = {
        Report.kind_code: filters.kind,
        Report.receiver_id: filters.receiver_id,
        Report.period: periods.parse(filters.period).text if filters.period is not None else None,
        Report.business_key: filters.business_key,
    }
    yield from (column == value for column, value in equal.items() if value is not None)


def _bodies(filters: Filters, today: date) -> Iterator[sa.ColumnElement[bool]]:
    if filters.body_id is not None:
        below = Report.body_id.in_(hierarchy.at_or_below([filters.body_id], name="below_the_asked"))
        yield below if filters.below else Report.body_id == filters.body_id
    if filters.territory is not None:
        asked = filters.period or filters.period_to
        day = periods.parse(asked).last if asked else today
        placed = states.bodies_on(day)
        within = sa.select(placed.c.id).where(placed.c.kato.in_(states.at_or_in(filters.territory, day)))
        yield Report.body_id.in_(within)


def _periods(filters: Filters) -> Iterator[sa.ColumnElement[bool]]:
    if filters.period_from is not None:
        yield Report.period_last >= periods.parse(filters.period_from).first
    if filters.period_to is not None:
        yield Report.period_last <= periods.parse(filters.period_to).last


def _stages(filters: Filters, now: datetime) -> Iterator[sa.ColumnElement[bool]]:
    if filters.stages:
        yield Report.stage.in_(filters.stages)
    if filters.returned:
        yield from (Report.stage == Stage.IN_PREPARATION, Report.revision > 1)
        yield sa.or_(Report.corrected_since.is_(None), Report.corrected_since != Report.revision)
    if filters.overdue:
        yield from (Report.due_at < now, Report.stage.not_in(ENDED | WITH_RECEIVER), Report.accepted_revision.is_(None))
    if filters.in_correction:
        yield Report.corrected_since.is_not(None)


def _archive(filters: Filters, calendar: Calendar) -> Iterator[sa.ColumnElement[bool]]:
    yield Report.purged_at.is_not(None) if filters.purged else Report.purged_at.is_(None)
    if filters.archived is not None:
        in_archive = archive.archived(calendar)
        yield in_archive if filters.archived else sa.not_(in_archive)
