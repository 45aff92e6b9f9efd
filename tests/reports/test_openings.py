"""Opening by itself: planned in shares, opened by any number of workers, once each; what is refused stands there and is tried again."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from engine.models import ActivityRow, CandidateRow, InstanceRow, SubscriptionRow, TaskRow, TimerRow
from organisations.bodies import Level
from organisations.errors import NotPermitted
from organisations.roles import Role
from organisations.tables import BodyRow
from register.models import KindRow
from reports import opening_failures
from reports.errors import OpeningFailed, OpeningNotFound
from reports.models import Report, ReportLine, ReportSection
from reports.opening_tables import OpeningRefusalRow, OpeningShareRow
from reports.prefill import HeldFigures
from storage.clock import SetClock
from storage.database import session
from storage.journal import JournalEntry
from storage.transaction import transaction
from tests.organisations.factories import make_body
from tests.reports.office import KINDS, PERIOD, Office

#: Reports of one kind, for a department and two rural akimats.
OF_ONE_KIND = 3
DUE = len(KINDS) * OF_ONE_KIND


def opened(office: Office) -> int:
    """Open until no share is left; gives for how many bodies."""
    total = 0
    while done := office.reports.openings.open_share():
        total += done
    return total


def figures(office: Office) -> tuple[int, int, int, int]:
    """Bodies, done, opened and refused of all openings together."""
    session.rollback()
    found = office.reports.opening_progress(office.people["admin"]).items
    bodies, done, opened_, refused = zip(*((each.bodies, each.done, each.opened, each.refused) for each in found), strict=True)
    return sum(bodies), sum(done), sum(opened_), sum(refused)


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
    assert figures(office) == (DUE, DUE, DUE - 1, 0)


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
    assert (count(OpeningShareRow), figures(office)) == (before, (DUE, 0, 0, 0))
    assert (opened(office), count(Report), count(OpeningShareRow)) == (DUE, DUE, 0)
    assert figures(office) == (DUE, DUE, DUE, 0)


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


def test_a_body_that_reports_no_more_since_it_was_planned_gets_no_report(office: Office):
    office.reports.openings.plan()
    less = office.register.document("TST-01", 1)
    document(office, less | {"excluded": [{"bodies": [office.body.code]}]}, "TST-01")

    opened(office)

    assert (figures(office), {code for code, _, _ in told(office, "TST-01")}) == ((DUE, DUE, DUE - 1, 1), {"body_does_not_report"})


class Failing(HeldFigures):
    """A source that breaks in a way that nobody foresaw: for a kind, or for one of its bodies."""

    def __init__(self, kind: str, *, body: str | None = None) -> None:
        self.kind, self.body, self.mended = kind, body, False

    def drafts(self, kind, body_ids, period):
        bodies = {session.get_one(BodyRow, body_id).name_kk for body_id in body_ids}
        if kind.code == self.kind and not self.mended and (self.body is None or self.body in bodies):
            raise KeyError("source")
        return super().drafts(kind, body_ids, period)


@pytest.mark.parametrize("one_body", [False, True])
def test_what_fails_unforeseen_for_a_kind_or_a_body_is_told_tried_a_few_times_and_keeps_no_other(database: str, clock, one_body: bool):
    source = Failing("TST-01")
    office = Office(clock, drafts=source)
    source.body, failed = (office.body.name_kk, 1) if one_body else (None, OF_ONE_KIND)

    assert (office.reports.openings.plan(), opened(office)) == (DUE, DUE)

    assert (figures(office), count(OpeningShareRow)) == ((DUE, DUE, DUE - failed, failed), 0)
    assert told(office, "TST-01") == {("step_failed", 1, clock.now() + opening_failures.RETRY)}
    for tries in range(2, opening_failures.MAX_TRIES + 1):
        clock.advance(opening_failures.RETRY * 2 ** (tries - 2))
        assert (office.reports.openings.plan(), opened(office)) == (failed, failed)
    clock.advance(timedelta(days=2))
    assert office.reports.openings.plan() == 0
    assert told(office, "TST-01") == {("step_failed", opening_failures.MAX_TRIES, None)}
    source.mended = True
    assert (office.reports.openings.plan(at_once=True), opened(office)) == (failed, failed)
    assert figures(office) == (DUE, DUE, DUE, 0)


def test_a_kind_that_cannot_be_read_is_told_tried_again_and_keeps_no_other(office: Office):
    admin = office.people["admin"]
    whole = document(office, "unreadable")

    planned = [office.reports.openings.plan(), office.reports.openings.plan()]

    [broken] = [each for each in office.reports.opening_progress(admin).items if each.failure]
    assert (planned, broken.kind_code, broken.period, broken.failure.tries) == ([DUE - OF_ONE_KIND, 0], "TST-OUT", None, 1)
    office.clock.advance(opening_failures.RETRY)
    office.reports.openings.plan()
    failure = office.reports.progress_of_opening(admin, broken.id).failure
    assert (failure.code, failure.tries, failure.retry_at) == ("kind_invalid", 2, office.clock.now() + opening_failures.RETRY)
    document(office, whole)
    office.clock.advance(opening_failures.RETRY)
    assert office.reports.openings.plan() == OF_ONE_KIND
    assert [each for each in office.reports.opening_progress(admin).items if each.failure] == []
    document(office, "unreadable")
    assert (opened(office), figures(office)) == (DUE, (DUE, DUE, DUE - OF_ONE_KIND, OF_ONE_KIND))
    assert {code for code, _, _ in told(office, "TST-OUT")} == {"kind_invalid"}


def test_what_nobody_foresaw_is_told_as_a_failure_and_a_silent_database_goes_on_as_it_is():
    with pytest.raises(OpeningFailed) as unforeseen, opening_failures.foreseeing(kind="TST-01"):
        raise KeyError("source")

    assert unforeseen.value.fields == {"reason": "KeyError: 'source'"}
    for failure in (OperationalError("SELECT 1", {}, Exception("gone")), unforeseen.value):
        with pytest.raises(type(failure)) as met, opening_failures.foreseeing():
            raise failure
        assert met.value is failure


def document(office: Office, content: Any, kind: str = "TST-OUT") -> Any:
    """Put another document under a kind; gives the one before."""
    with transaction():
        row = session.scalars(sa.select(KindRow).where(KindRow.code == kind)).one()
        before, row.document = row.document, content
    office.register.forget()
    return before


def told(office: Office, kind: str) -> set[Any]:
    """Code, tries and next try of who was refused a report of a kind."""
    admin = office.people["admin"]
    [opening] = [each for each in office.reports.opening_progress(admin).items if each.kind_code == kind]
    return {(each.code, each.tries, each.retry_at) for each in office.reports.refused_openings(admin, opening.id).items}


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
    assert office.reports.openings.plan() == OF_ONE_KIND
    office.clock.advance(opening_failures.RETRY)
    assert (figures(office), count(OpeningShareRow)) == ((DUE, DUE - OF_ONE_KIND, 0, DUE), 1)
    assert (office.reports.openings.plan(), opened(office)) == (DUE - OF_ONE_KIND, DUE)
    assert (count(Report), count(OpeningRefusalRow), count(OpeningShareRow)) == (DUE, 0, 0)
    assert figures(office) == (DUE, DUE, DUE, 0)


def test_reports_of_one_batch_are_as_those_that_are_opened_alone(office: Office):
    """Rows of every table, but for ids and moments of writing."""
    alone = {about(office, report) for report in [office.opens(body=body) for body in bodies(office)]}
    with transaction():
        for table in (
            Report,
            InstanceRow,
            TaskRow,
            CandidateRow,
            TimerRow,
            SubscriptionRow,
            ActivityRow,
            ReportSection,
            ReportLine,
            JournalEntry,
        ):
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
    sections = [(row.code, row.position) for row in session.scalars(sa.select(ReportSection).where(ReportSection.report_id == report.id))]
    sections += [(row.line, row.cells) for row in session.scalars(sa.select(ReportLine).where(ReportLine.report_id == report.id))]
    facts = (report.business_key, report.stage, report.receiver_id, report.due_at, report.kind_version, report.responsible_id)
    return "\n".join(
        map(repr, (facts, sorted(variables.items(), key=str), tasks, timers, sorted(history), mine, sorted(sections, key=str)))
    )


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

    assert (len(page.items), sum(each.bodies for each in page.items), sum(each.done for each in page.items)) == (
        len(KINDS),
        DUE,
        OF_ONE_KIND,
    )
    assert (finished.opened, finished.refused, finished.period) == (0, 3, PERIOD)
    refused = office.reports.refused_openings(admin, finished.id, limit=2)
    assert [each.code for each in refused.items] == ["definition_not_startable"] * 2
    assert len(office.reports.refused_openings(admin, finished.id, after=refused.next).items) == 1
    with pytest.raises(NotPermitted):
        office.reports.opening_progress(office.people["head"])
    with pytest.raises(OpeningNotFound):
        office.reports.progress_of_opening(admin, office.body.id)
