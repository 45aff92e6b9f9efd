"""Opening by itself: planned in shares, opened by any number of workers, once each; what is refused stands there and is tried again."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engine.models import ActivityRow, CandidateRow, InstanceRow, SubscriptionRow, TaskRow, TimerRow
from organisations.bodies import Level
from organisations.errors import NotPermitted
from organisations.roles import Role
from reports import openings
from reports.errors import OpeningNotFound
from reports.models import Report, ReportSection
from reports.opening_tables import OpeningRefusalRow, OpeningShareRow
from reports.prefill import HeldFigures
from storage.clock import SetClock
from storage.database import session
from storage.journal import JournalEntry
from storage.transaction import transaction
from tests.organisations.factories import make_body
from tests.reports.office import PERIOD, Office

#: Five kinds for a department and two rural akimats.
DUE = 15


def opened(office: Office) -> int:
    """Open until no share is left; gives for how many bodies."""
    total = 0
    while done := office.reports.openings.open_share():
        total += done
    return total


def count(model: Any) -> int:
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_what_is_due_is_planned_once_and_opened_once(office: Office):
    planned = [office.reports.openings.plan(), office.reports.openings.plan()]

    assert (planned, count(Report)) == ([DUE, 0], 0)
    assert opened(office) == DUE
    assert (office.reports.openings.plan(), opened(office), count(Report), count(OpeningRefusalRow)) == (0, 0, DUE, 0)


def test_a_report_that_somebody_opened_meanwhile_is_passed_over(office: Office):
    office.reports.openings.plan()
    office.opens()

    opened(office)

    assert count(Report) == DUE
    assert sum(session.scalars(sa.select(OpeningShareRow.opened))) == DUE - 1


class Killing(HeldFigures):
    """A source at which the worker dies, once."""

    deadly = True

    def drafts(self, kind, body_ids, period):
        if self.deadly:
            self.deadly = False
            raise KeyboardInterrupt
        return super().drafts(kind, body_ids, period)


def test_a_share_that_is_broken_off_is_left_whole_for_the_next_worker(database: str, clock: SetClock):
    office = Office(clock, drafts=Killing())
    office.reports.openings.plan()
    before = count(OpeningShareRow)

    with pytest.raises(KeyboardInterrupt):
        office.reports.openings.open_share()

    assert (count(Report), count(InstanceRow)) == (0, 0)
    assert (opened(office), count(Report), count(OpeningShareRow)) == (DUE, DUE, before)


def test_what_cannot_be_opened_as_a_whole_is_opened_one_by_one(office: Office):
    """A kind whose deadline for one level is not laid down: who has one gets the report, of the others it is told why not."""
    with transaction():
        make_body("Облыс", level=Level.OBLAST)
        kind = office.register.document("TST-01", 1) | {"code": "TST-NO", "reporting": [{"kind": "akimat"}]}
        office.register.import_kind(kind, act_number="1", act_date=office.clock.now().date(), places={"directorate": office.receiver.code})
    office.reports.openings.plan()

    opened(office)

    refused = list(session.scalars(sa.select(OpeningRefusalRow)))
    reports = list(session.scalars(sa.select(Report).where(Report.kind_code == "TST-NO")))
    assert {row.code for row in refused} == {"deadline_unknown"}
    assert {report.body_level for report in reports} == set(kind["due"])
    assert len(refused) + len(reports) == len(office.register.reporting_bodies(office.register.kind("TST-NO"), PERIOD))


def test_a_refused_opening_is_tried_again_after_an_hour_or_when_its_kind_changes_or_at_once(office: Office):
    with transaction():
        definition = office.engine.definitions.latest("report_cycle")
        office.engine.definitions.suspend(definition.id, by=None)
    office.reports.openings.plan()
    opened(office)
    with transaction():
        office.engine.definitions.activate(definition.id, by=None)

    assert (count(Report), count(OpeningRefusalRow), office.reports.openings.plan()) == (0, DUE, 0)
    assert sum(len(due.bodies) for due in office.reports.openings.due(at_once=True)) == DUE
    office.clock.advance(timedelta(seconds=1))
    with transaction():
        later = office.register.document("TST-01", 1) | {"version": 2, "valid_from": "2026-10-01"}
        office.register.import_kind(later, act_number="2", act_date=office.clock.now().date())
    assert office.reports.openings.plan() == DUE // 5
    office.clock.advance(openings.RETRY)
    assert (office.reports.openings.plan(), opened(office)) == (DUE - DUE // 5, DUE)
    assert (count(Report), count(OpeningRefusalRow)) == (DUE, 0)


def test_reports_of_one_batch_are_as_those_that_are_opened_alone(office: Office):
    """Rows of every table, but for ids and moments of writing."""
    alone = {about(office, report) for report in [office.opens(body=body) for body in bodies(office)]}
    with transaction():
        for table in (Report, InstanceRow, TaskRow, CandidateRow, TimerRow, SubscriptionRow, ActivityRow, ReportSection, JournalEntry):
            session.execute(sa.delete(table))
    kind = office.register.kind("TST-01")
    with transaction():
        office.reports.opening.open_all(kind, bodies(office), PERIOD)

    together = {about(office, report) for report in session.scalars(sa.select(Report))}

    assert sorted(together) == sorted(alone)
    assert len(together) == len(bodies(office))


def bodies(office: Office) -> list[Any]:
    return office.register.reporting_bodies(office.register.kind("TST-01"), PERIOD)


def about(office: Office, report: Report) -> str:
    """Everything that is kept of a report, as text without ids."""
    [instance] = office.engine.instances.list(business_key=report.business_key).items
    variables = office.engine.instances.variables(instance.id) | {"report_id": None}
    tasks = [(task.element_id, task.assignee, task.due_at, task.form_key) for task in office.tasks(report)]
    timers = sorted((timer.element_id, timer.due_at) for timer in office.engine.timers.of_instance(instance.id))
    history = list(session.execute(sa.select(ActivityRow.element_id, ActivityRow.kind).where(ActivityRow.instance_id == instance.id)))
    told = session.execute(sa.select(JournalEntry.event, JournalEntry.body_id).order_by(JournalEntry.event)).all()
    ours = ("report:", "process_instance:", "user_task:")
    mine = [event for event, body_id in told if body_id == report.body_id and event.startswith(ours)]
    sections = [
        (row.code, row.position, row.cells) for row in session.scalars(sa.select(ReportSection).where(ReportSection.report_id == report.id))
    ]
    facts = (report.business_key, report.stage, report.receiver_id, report.due_at, report.kind_version, report.responsible_id)
    return "\n".join(map(repr, (facts, sorted(variables.items(), key=str), tasks, timers, sorted(history), mine, sorted(sections))))


def test_a_period_of_an_earlier_version_is_opened_by_that_version(office: Office):
    with transaction():
        later = office.register.document("TST-01", 1) | {"version": 2, "valid_from": "2026-10-01", "reporting": [{"level": "rural"}]}
        office.register.import_kind(later, act_number="2", act_date=office.clock.now().date())

    due = {(each.kind.code, each.kind.version, each.period) for each in office.reports.openings.due()}

    assert ("TST-01", 1, PERIOD) in due
    assert ("TST-01", 2, PERIOD) not in due


def test_the_executor_that_a_standing_rule_names_gets_the_reports_of_a_batch(office: Office):
    executor = office.hires(Role.EXECUTOR, office.body)
    with transaction():
        office.reports.distribution.set_rule(office.people["head"], office.body.id, "TST-01", executor.user_id)
    office.reports.openings.plan()
    opened(office)

    [report] = session.scalars(sa.select(Report).where(Report.kind_code == "TST-01", Report.body_id == office.body.id))

    assert (office.task(report).assignee, report.responsible_id) == (executor.by, executor.user_id)


def test_who_edits_the_register_sees_how_far_the_opening_has_come(office: Office):
    with transaction():
        definition = office.engine.definitions.latest("report_cycle")
        office.engine.definitions.suspend(definition.id, by=None)
    office.reports.openings.plan()
    office.reports.openings.open_share()
    admin = office.people["admin"]

    page = office.reports.opening_progress(admin)
    finished, *_ = [each for each in page.items if each.finished_at]

    assert (len(page.items), sum(each.bodies for each in page.items), sum(each.done for each in page.items)) == (5, DUE, 3)
    assert (finished.opened, finished.refused, finished.period) == (0, 3, PERIOD)
    refused = office.reports.refused_openings(admin, finished.id, limit=2)
    assert [each.code for each in refused.items] == ["definition_not_startable"] * 2
    assert len(office.reports.refused_openings(admin, finished.id, after=refused.next).items) == 1
    with pytest.raises(NotPermitted):
        office.reports.opening_progress(office.people["head"])
    with pytest.raises(OpeningNotFound):
        office.reports.progress_of_opening(admin, office.body.id)
