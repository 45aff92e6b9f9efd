"""What starts by hand are held to: the business keys of reports are the reports' own, and so are the processes that carry them.

A key that begins with the code of a kind and a colon is one of theirs. Who may not know of a report learns nothing from a start: the answer
is the same whether there is one or not.
"""

import sqlalchemy as sa

from engine.parsing.elements import ProcessModel
from operate.ports import Beginning
from organisations.actors import Actor
from register import shelf as kinds
from reports import shelf
from reports.errors import KeyOfReport, ReportProcessByHand, RestrictedKeepsNothing
from reports.lifecycle import ENDED, Stage
from reports.models import Report
from reports.process_rules import OURS
from reports.processes import GIVEN_UP, SILENT, TAKEN_BACK, WITHDRAWN
from storage.database import session


def require_no_report(actor: Actor, beginning: Beginning) -> None:
    """Nobody begins the process of a report by hand, nor any other under the key of one that they may not know of; nor is anything kept
    under that of a restricted one. What has ended may begin again as long as its report is under way.

    Raises KeyOfReport, RestrictedKeepsNothing, ReportProcessByHand.
    """
    code, colon, _ = beginning.business_key.partition(":")
    if not colon or not kinds.is_known(code):
        return
    report = session.scalar(sa.select(Report).where(Report.business_key == beginning.business_key, Report.stage != Stage.WITHDRAWN))
    if report is None or shelf.view(actor, report) is None:
        raise KeyOfReport(beginning.business_key)
    if report.report_class == shelf.RESTRICTED:
        raise RestrictedKeepsNothing(report.kind_code)
    goes_on = beginning.again and report.stage not in ENDED
    if _carries_reports(beginning.process) and not goes_on:
        raise ReportProcessByHand(beginning.process.key, beginning.business_key)


def _carries_reports(process: ProcessModel) -> bool:
    """Whether a process calls our operations, or waits for what we tell the processes of reports."""
    elements = process.elements.values()
    listeners = [*process.listeners, *(listener for element in elements for listener in element.listeners)]
    called = [element.operation for element in elements] + [listener.operation for listener in listeners]
    awaited = [event.message for element in elements for event in element.event.alternatives]
    return any((name or "").startswith(OURS) for name in called) or any(
        name in (WITHDRAWN, TAKEN_BACK, GIVEN_UP, SILENT) for name in awaited
    )
