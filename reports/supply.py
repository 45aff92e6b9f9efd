"""Figures that are held already are supplied to who may read them, not asked for again; the journal says who took what."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from organisations import permissions
from organisations.actors import Actor
from organisations.permissions import Permission
from register import periods
from register.register import Register
from reports import shelf
from reports.models import HeldValue, Report
from storage import journal
from storage.clock import Clock
from storage.database import session


@dataclass(frozen=True)
class Supplied:
    """A figure with the accepted report that it comes from; `held_at` is when that was accepted, `report_purged` whether it is purged."""

    breakdown: str
    period: str
    value: Decimal
    kind: str
    report_id: UUID
    revision: int
    held_at: datetime
    report_purged: bool


class Supply:
    """Gives figures out; each time belongs into a transaction, with its entry in the journal."""

    def __init__(self, *, clock: Clock, register: Register) -> None:
        self._clock = clock
        self._register = register

    def of(self, actor: Actor, indicator: str, body_id: UUID, period: str | None = None) -> list[Supplied]:
        """The figures of an indicator for a body and a period, by breakdown; of the last period that has any when none is named.

        Figures of a kind with personal data go to the body and the receiver of their report only. Raises IndicatorNotFound, NotPermitted,
        PeriodInvalid.
        """
        permissions.require(actor, Permission.REPORT_READ, body_id)
        self._register.indicator(indicator)
        found = _of_last_period([row for row in _rows(indicator, body_id, period) if shelf.may_take_figures(actor, row[1])])
        if found:
            reports = sorted({str(each.report_id) for each in found})
            about: dict[str, Any] = {"period": found[0].period, "figures": len(found), "reports": reports}
            subject = ("indicator", indicator)
            journal.record("indicator:supplied", at=self._clock.now(), subject=subject, actor=actor.by, body_id=body_id, **about)
        return found


def _rows(indicator: str, body_id: UUID, period: str | None) -> list[tuple[HeldValue, Report]]:
    query = sa.select(HeldValue, Report).join(Report, Report.id == HeldValue.report_id)
    query = query.where(HeldValue.indicator == indicator, HeldValue.body_id == body_id)
    if period is not None:
        query = query.where(HeldValue.period == periods.parse(period).text)
    rows = session.execute(query.order_by(Report.period_last.desc(), HeldValue.period, HeldValue.breakdown))
    return [(row[0], row[1]) for row in rows]


def _of_last_period(rows: list[tuple[HeldValue, Report]]) -> list[Supplied]:
    return [
        Supplied(
            held.breakdown,
            held.period,
            held.value,
            report.kind_code,
            report.id,
            held.revision,
            held.held_at,
            report.purged_at is not None,
        )
        for held, report in rows
        if held.period == rows[0][0].period
    ]
