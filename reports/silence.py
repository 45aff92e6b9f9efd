"""Reports that count as accepted because their receiver says nothing, where their kind allows it.

An act on the calendar moves the day; a remark of the receiver that is not settled ends the silence. The process of the report hears of it
by a message, so that a diagram shows where silence leads.
"""

from datetime import datetime

import sqlalchemy as sa
import structlog

from engine.errors import InstanceCannotContinue, InstanceNotActive, MessageNotExpected, StepFailed
from reports.lifecycle import WITH_RECEIVER
from reports.models import Remark, Report
from reports.permits import Side
from reports.processes import Processes
from reports.remarks import State
from storage.clock import Clock
from storage.database import session
from storage.transaction import transaction

log = structlog.get_logger(__name__)

#: Reports that are looked at in one go.
LOOKED_AT = 200


class Silence:
    """Tells processes of silence that has lasted. Its methods are called outside any transaction and make their own."""

    def __init__(self, *, clock: Clock, processes: Processes) -> None:
        self._clock = clock
        self._processes = processes

    def tell(self) -> int:
        """Tell the processes of all reports whose receivers have been silent too long; gives how many took it.

        One whose process can't hear it now (suspended, or stopped by an incident) is logged, and told again the next time.
        """
        return sum(self._tell(key) for key in self._due())

    def _due(self) -> list[str]:
        with transaction():
            lasted = sa.select(Report.business_key).where(Report.silent_at <= self._clock.now(), *_unanswered())
            return list(session.scalars(lasted.order_by(Report.silent_at, Report.id).limit(LOOKED_AT)))

    def _tell(self, business_key: str) -> bool:
        try:
            with transaction():
                self._processes.tell_silence(business_key)
        except (StepFailed, InstanceCannotContinue, InstanceNotActive, MessageNotExpected) as failure:
            log.warning("silence_not_heard", report=business_key, reason=repr(failure))
            return False
        return True


def has_lasted(report: Report, now: datetime) -> bool:
    """Whether a report that the caller has locked counts as accepted by now."""
    session.flush()
    found = sa.select(Report.id).where(Report.id == report.id, Report.silent_at <= now, *_unanswered())
    return session.scalar(found) is not None


def _unanswered() -> tuple[sa.ColumnElement[bool], ...]:
    unsettled = sa.exists().where(Remark.report_id == Report.id, Remark.side == Side.RECEIVER.value, Remark.state == State.OPEN.value)
    return Report.stage.in_(WITH_RECEIVER), ~unsettled
