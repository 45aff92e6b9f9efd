"""When the calendar changes, deadlines of reports under way move, with due date and timers of their steps, and the report says why."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from structlog.testing import capture_logs

from engine.models import InstanceRow
from register.calendar_acts import CalendarAct, DayOfAct
from register.names import Names
from reports import deadline_moves
from reports.models import Report
from storage.database import session
from storage.journal import entries_about
from storage.transaction import transaction
from tests.reports.office import Office

MOVED = Names("Көшірілген", "Перенос", "Moved")
ACT = "100, 01.09.2026"


def decrees(office: Office, *days: tuple[date, bool]) -> None:
    """An act on the calendar, and the deadlines that follow it."""
    said = [DayOfAct(day, working, MOVED) for day, working in days]
    with transaction():
        office.register.calendar.enter_act(CalendarAct("100", date(2026, 9, 1), said))
    after, rounds = None, 0
    while rounds == 0 or after is not None:
        with transaction():
            after = office.reports.deadlines.by_calendar(ACT, after)
        rounds += 1


def moments(office: Office, report: Report) -> dict[str, datetime]:
    """What waits for a moment at the report's step, by element."""
    task = office.task(report)
    timers = {timer.element_id.split("_at_")[0]: timer.due_at for timer in office.engine.timers.of_instance(task.instance_id)}
    return timers | {"task": task.due_at}


def test_a_day_off_before_a_deadline_moves_it_and_the_step_and_tells_why(office: Office):
    report = office.opens()
    before, was = moments(office, report), report.due_at

    decrees(office, (date(2026, 10, 2), False))

    after = moments(office, report)
    moved = office.now(report).due_at
    assert (was.date(), moved.date()) == (date(2026, 10, 5), date(2026, 10, 6))
    assert after["task"] == moved == after["deadline_passed"] - timedelta(seconds=1)
    assert (before["reminder_due"].date(), after["reminder_due"].date()) == (date(2026, 10, 2), date(2026, 10, 5))
    [told] = [entry for entry in entries_about("report", report.id) if entry.event == "report:deadline_moved"]
    assert {name: told.details[name] for name in ("was", "due_at", "reason", "act")} == {
        "was": was.isoformat(),
        "due_at": moved.isoformat(),
        "reason": "calendar",
        "act": ACT,
    }
    assert office.variables(report)["due_at"] == moved


def test_what_a_manager_set_by_hand_stays_and_the_journal_says_what_it_would_have_been(office: Office):
    report = office.opens()
    task, by_hand = office.task(report), report.due_at + timedelta(days=3)
    [reminder] = [timer for timer in office.engine.timers.of_instance(task.instance_id) if "reminder" in timer.element_id]
    with transaction():
        office.engine.tasks.update(task.id, due_at=by_hand, by=office.people["admin"].by)
        office.engine.schedule.set_due(reminder.id, by_hand - timedelta(days=1), office.people["admin"].by)

    decrees(office, (date(2026, 10, 2), False))
    decrees(office, (date(2026, 10, 5), False))
    decrees(office, (date(2026, 12, 14), False))

    after = moments(office, report)
    assert (after["task"], after["reminder_due"]) == (by_hand, by_hand - timedelta(days=1))
    assert office.now(report).due_at.date() == after["deadline_passed"].date() == date(2026, 10, 7)
    for subject, row_id, event, days in (
        ("user_task", task.id, "user_task:due_date_kept", [6, 7]),
        ("timer", reminder.id, "timer:kept", [5, 6]),
    ):
        kept = [entry.details for entry in entries_about(subject, row_id) if entry.event == event]
        assert [datetime.fromisoformat(told["by_value"]).day for told in kept] == days
        assert {told["due_at"] for told in kept} == {after["task" if subject == "user_task" else "reminder_due"].isoformat()}
    with transaction():
        office.engine.schedule.recalculate(reminder.id, from_start=True, by=office.people["admin"].by)
    decrees(office, (date(2026, 10, 6), False))
    assert moments(office, report)["reminder_due"].date() == date(2026, 10, 7)


def test_a_day_that_touches_no_deadline_moves_nothing(office: Office):
    report = office.opens()
    before = moments(office, report)

    decrees(office, (date(2026, 12, 14), False))

    assert moments(office, report) == before
    assert "report:deadline_moved" not in office.events(report)


def test_a_deadline_to_come_is_not_moved_into_the_past(office: Office):
    """A Saturday is worked: what was due on Monday the 5th should have been in on Saturday the 3rd."""
    report = office.opens()
    office.clock.move_to(datetime(2026, 10, 5, 6, tzinfo=report.due_at.tzinfo))

    decrees(office, (date(2026, 10, 3), True))

    assert office.now(report).due_at == report.due_at == office.register.calendar.end_of(date(2026, 10, 5))


def test_the_receivers_days_are_counted_anew_and_the_bodys_deadline_too(office: Office):
    report = office.brings(office.opens(), "review")
    before, was = moments(office, report), report.due_at

    decrees(office, (date(2026, 10, 2), False))

    assert moments(office, report)["task"] == office.register.calendar.add_working_days(before["task"], 1)
    assert office.now(report).due_at > was


def test_a_report_whose_process_cannot_go_on_does_not_keep_the_deadlines_of_others(office: Office):
    reports = [office.opens(), office.opens("TST-AKIM"), office.opens("TST-HEAD")]
    with transaction():
        broken = sa.update(InstanceRow).where(InstanceRow.business_key == reports[1].business_key)
        session.execute(broken.values(snapshot=b"broken"))

    with capture_logs() as told:
        decrees(office, (date(2026, 10, 2), False))

    assert [office.now(report).due_at.day for report in reports] == [6, 5, 6]
    assert [entry["report"] for entry in told if entry["event"] == "deadline_not_moved"] == [reports[1].business_key]


def test_reports_that_are_over_and_reports_of_other_days_stay(office: Office):
    over = office.brings(office.opens(), "review")
    office.does("review", over, decision="accept")
    was = over.due_at

    decrees(office, (date(2026, 10, 2), False))

    assert office.now(over).due_at == was


def test_many_reports_are_moved_some_at_a_time(office: Office):
    office.reports.openings.plan()
    while office.reports.openings.open_share():
        pass
    admin = office.people["admin"]
    before = {report.id: report.due_at for report in office.reports.list(admin, limit=200).items}

    decrees(office, (date(2026, 10, 1), False))

    after = {report.id: report.due_at for report in office.reports.list(admin, limit=200).items}
    assert len(before) > deadline_moves.MOVED
    assert all(after[report_id] > was for report_id, was in before.items())
    assert all(office.task(report).due_at == report.due_at for report in office.reports.list(admin, limit=200).items)
