"""Reminding by hand, and what managers hear when a delay goes on."""

from datetime import timedelta

import pytest

from organisations.errors import NotPermitted
from organisations.roles import Role
from reports.errors import NotAtThisStage, RemindedToday, ReportNotFound
from reports.filters import Filters
from storage import journal
from storage.transaction import transaction


def test_a_receiver_reminds_the_holders_of_a_report_once_a_day_by_name(desk):
    office = desk.office
    report = office.opens()
    desk.tells()
    desk.marks_all()

    with transaction():
        office.reports.reminding.of(office.people["officer"], report.id)
    desk.tells()
    assert desk.reads("executor", unread=True) == desk.reads("executor2", unread=True) == ["reminder"]
    assert desk.said("executor", "en").startswith("Айгүл Серікова reminds you: prepare the report")
    [told] = [entry for entry in journal.entries_about("report", report.id) if entry.event == "report:reminder_sent"]
    assert told.actor == office.people["officer"].by

    with pytest.raises(RemindedToday), transaction():
        office.reports.reminding.of(office.people["head"], report.id)
    desk.clock.advance(timedelta(days=1))
    with transaction():
        office.reports.reminding.of(office.people["head"], report.id)


def test_only_who_watches_over_a_report_reminds_and_only_while_it_waits(desk):
    office = desk.office
    report = office.opens()

    for who, refusal in (("executor", NotPermitted), ("stranger", ReportNotFound), ("admin", NotPermitted)):
        with pytest.raises(refusal), transaction():
            office.reports.reminding.of(office.people[who], report.id)
    assert not office.reports.reminding.may(office.people["executor"], report)
    office.brings(report, "review")
    office.does("review", report, decision="accept")
    with pytest.raises(NotAtThisStage), transaction():
        office.reports.reminding.of(office.people["officer"], report.id)


def test_a_list_is_reminded_of_at_once_within_bounds_and_without_those_of_today(desk):
    office = desk.office
    reports = [office.opens(period=f"2026Q{quarter}") for quarter in (1, 2, 3)]
    officer = office.people["officer"]
    with transaction():
        office.reports.reminding.of(officer, reports[0].id)

    with transaction():
        first = office.reports.remind_all(officer, Filters(), limit=2)
    with transaction():
        rest = office.reports.remind_all(officer, Filters(), limit=2, after=first.next)
    assert (first.reminded, first.already, rest.reminded, rest.already, rest.next) == (1, 1, 1, 0, None)
    desk.tells()
    assert desk.reads("executor").count("reminder") == 3
    elsewhere = office.hires(Role.OFFICER, office.tree.other_district)
    with pytest.raises(NotPermitted), transaction():
        office.reports.remind_all(elsewhere, Filters(body_id=office.body.id), limit=2)


def test_managers_of_the_akimat_and_of_the_receiver_hear_of_a_delay_that_goes_on_and_of_no_other(desk):
    office = desk.office
    bodies = {"of_akimat": office.tree.district, "of_receiver": office.receiver, "of_another": office.tree.other_district}
    office.people |= {who: office.hires(Role.MANAGER, body) for who, body in bodies.items()}
    late, done = office.opens(), office.opens("TST-SELF")
    desk.waits(seconds=(late.due_at - desk.clock.now() + timedelta(minutes=1)).total_seconds())
    assert desk.reads("of_akimat") == []
    office.brings(done, "review")

    desk.waits(days=1)
    assert desk.reads("of_akimat") == []
    desk.waits(days=5)

    assert [row.report_id for row in desk.rows("of_akimat")] == [row.report_id for row in desk.rows("of_receiver")] == [late.id]
    assert desk.reads("of_another") == []
    assert "2 раб. дн." in desk.said("of_akimat", "ru")
