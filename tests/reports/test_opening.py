"""Opening: one report per kind, body and period; batches that can be run again; deadlines of steps; figures held after acceptance."""

from datetime import timedelta
from decimal import Decimal

import pytest

from organisations.errors import NotPermitted
from register.errors import PeriodInvalid
from reports import deadlines, held
from reports.errors import BodyDoesNotReport, ExecutorUnknown, ReportAlreadyOpen
from storage.transaction import transaction
from tests.reports.office import MEN, MONEY, PERIOD, TOTAL, Office


def test_a_report_has_one_business_key_and_is_opened_once(office: Office):
    report = office.opens()

    assert report.business_key == f"TST-01:{office.body.code}:{PERIOD}"
    with pytest.raises(ReportAlreadyOpen):
        office.opens()


def test_a_withdrawn_report_can_be_opened_anew(office: Office):
    report = office.opens()
    with transaction():
        office.reports.withdraw(office.people["head"], report.id, "Қате ашылған")

    again = office.opens()

    assert again.id != report.id
    assert office.task(again).element_id == "prepare"


def test_a_body_that_does_not_owe_the_report_opens_none(office: Office):
    with pytest.raises(BodyDoesNotReport):
        office.opens(body=office.tree.district)
    with pytest.raises(PeriodInvalid):
        office.opens(period="2026-09")


def test_opening_needs_the_right_at_the_body(office: Office):
    with pytest.raises(NotPermitted), transaction():
        office.reports.opening.open("TST-01", office.body.id, PERIOD, by=office.people["executor"])

    with transaction():
        report = office.reports.opening.open("TST-01", office.body.id, PERIOD, by=office.people["officer"])
    assert office.events(report)[0] == "report:opened"


def test_the_deadline_is_the_registers(office: Office):
    report = office.opens()

    assert report.due_at == office.register.deadline(office.register.kind("TST-01"), office.body, PERIOD)
    assert not office.reports.is_overdue(report)
    office.clock.move_to(report.due_at + timedelta(seconds=1))
    assert office.reports.is_overdue(report)


@pytest.mark.parametrize("hours", [-100, -30, -10, -1, 0, 1, 500])
def test_the_moments_of_a_step_are_always_to_come_and_in_order(office: Office, hours):
    due_at = office.opens().due_at
    now = due_at + timedelta(hours=hours)

    moments = deadlines.of_step(now, due_at, office.register.calendar)

    assert now < moments["remind_at"] < moments["escalate_at"]
    assert moments["due_at"] < moments["escalate_at"]
    assert moments["due_at"] == due_at if hours < 0 else moments["due_at"] > due_at


def test_a_reminder_before_a_monday_comes_on_a_friday_morning(office: Office):
    calendar = office.register.calendar
    monday = calendar.end_of(calendar.day_of(office.clock.now()).replace(month=10, day=5))

    reminded = deadlines.of_step(office.clock.now(), monday, calendar)["remind_at"]

    assert calendar.day_of(reminded).isoformat() == "2026-10-02"


def test_acceptance_moves_the_figures_into_the_register(office: Office):
    report = office.brings(office.opens(), "review")
    assert held.figures(office.body.id, PERIOD) == {}

    office.does("review", report, decision="accept")

    figures = held.figures(office.body.id, PERIOD)
    assert {name: figure.value for name, figure in figures.items()} == {
        ("placed", "sex=men"): Decimal(3),
        ("placed", "sex=women"): Decimal(4),
        ("placed", ""): Decimal(7),
        ("spent", ""): Decimal("1200.50"),
    }
    assert figures["placed", ""].address == TOTAL


def test_a_standing_rule_names_an_executor_of_the_body(office: Office):
    head, stranger = office.people["head"], office.people["stranger"]
    with pytest.raises(ExecutorUnknown), transaction():
        office.reports.distribution.set_rule(head, office.body.id, "TST-01", stranger.user_id)
    with pytest.raises(NotPermitted), transaction():
        office.reports.distribution.set_rule(stranger, office.body.id)

    with transaction():
        office.reports.distribution.set_rule(head, office.body.id, "TST-01", office.people["executor2"].user_id)
    report = office.opens(distributed=False)

    assert office.task(report).assignee == office.people["executor2"].by
    with transaction():
        office.reports.distribution.lift_rule(head, office.body.id, "TST-01")
    assert office.reports.distribution.rules(office.body.id) == []


def test_two_revisions_differ_by_cell_and_stay_as_they_were(office: Office):
    report = office.brings(office.opens(), "review")
    office.returns(report, MEN)
    office.saves(report, {MEN: 5, TOTAL: 9})
    drafted = office.reports.difference(office.people["executor"], report.id, 1, 2)
    office.answers(report)
    office.brings(report, "review")

    changed = office.reports.difference(office.people["officer"], report.id, 1, 2)

    assert [(each.address, each.before, each.after) for each in changed] == [(MEN, "3", "5"), (TOTAL, "7", "9")]
    assert set(drafted) == set(changed)
    first, second = office.reports.revisions(office.people["officer"], report.id)
    assert (first.cells[MEN], second.cells[MEN], first.sha256 == second.sha256) == ("3", "5", False)
    assert (first.cells[MONEY], second.cells[MONEY]) == ("1200.50", "1200.50")
    assert first.receipt_number == f"{report.business_key}/1-{first.sha256[:8].upper()}"


def test_the_timeline_tells_the_way_of_a_report(office: Office):
    report = office.brings(office.opens(), "review")
    office.does("review", report, decision="accept")

    assert office.events(report) == [
        "report:opened",
        "report:prefilled",
        "report:preparation_begun",
        "report:cells_saved",
        "report:sent_for_approval",
        "report:approved",
        "report:submitted",
        "report:review_begun",
        "report:accepted",
    ]
    assert "report:cells_saved" not in office.events(report, "officer")
