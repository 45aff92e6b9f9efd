"""A report that its receiver does not answer in the days that its kind gives counts as accepted; every answer ends the silence."""

from datetime import date, timedelta

import pytest

from register.names import Names
from reports.models import Report
from storage.transaction import transaction
from tests.reports.office import MEN, Office

KIND = "TST-SILENCE"
WEEK = timedelta(days=7)


@pytest.fixture
def submitted(office: Office) -> Report:
    return office.brings(office.opens(KIND), "review")


def test_after_five_working_days_of_silence_a_report_counts_as_accepted(office: Office, submitted: Report):
    calendar, last = office.register.calendar, office.now(submitted).silent_at
    assert last == calendar.end_of(calendar.working_day_after(calendar.today(), 5))
    office.clock.advance(last - office.clock.now() - timedelta(minutes=1))
    assert (office.reports.silence.tell(), office.now(submitted).stage) == (0, "submitted")

    office.clock.advance(timedelta(minutes=1))
    assert office.reports.silence.tell() == 1

    now = office.now(submitted)
    assert (now.stage, now.accepted_revision, now.silent_at) == ("accepted", 1, None)
    assert now.accepted_at == office.clock.now()
    assert [(act.act, act.by) for act in office.reports.acts(office.people["executor"], submitted.id)][-1] == ("deemed_accepted", "esep")
    assert office.events(submitted)[-1] == "report:deemed_accepted"
    assert office.content(submitted, "oblast_akim").cells[MEN] == "3"
    assert (office.tasks(submitted), office.reports.silence.tell()) == ([], 0)


def test_a_kind_that_gives_no_days_waits_for_its_receiver_for_ever(office: Office):
    report = office.brings(office.opens(), "review")
    office.clock.advance(timedelta(days=300))

    assert (office.reports.silence.tell(), office.now(report).stage, office.now(report).silent_at) == (0, "submitted", None)


def test_a_remark_ends_the_silence_until_it_is_settled(office: Office, submitted: Report):
    remark = office.remarks(submitted, MEN)
    office.clock.advance(2 * WEEK)
    assert office.reports.silence.tell() == 0

    with transaction():
        office.reports.remarks.resolve(office.people["officer"], remark.id)

    assert (office.reports.silence.tell(), office.now(submitted).stage) == (1, "accepted")


def test_a_return_ends_the_silence_and_the_next_submission_begins_another(office: Office, submitted: Report):
    office.returns(submitted, MEN)
    office.clock.advance(2 * WEEK)
    assert (office.reports.silence.tell(), office.now(submitted).silent_at) == (0, None)

    office.answers(submitted)
    office.brings(submitted, "review")
    assert office.reports.silence.tell() == 0
    office.clock.advance(WEEK + timedelta(days=1))

    assert (office.reports.silence.tell(), office.now(submitted).accepted_revision) == (1, 2)


def test_an_act_on_the_calendar_moves_the_end_of_the_silence(office: Office, submitted: Report):
    was = office.now(submitted).silent_at
    last = office.register.calendar.day_of(was)
    with transaction():
        names = Names("Демалыс", "Выходной")
        office.register.calendar.set_day(last, working=False, names=names, act_number="15", act_date=date(2026, 1, 15))
    with transaction():
        office.reports.deadlines.by_calendar("15")

    assert office.now(submitted).silent_at > was


def test_a_process_that_cannot_hear_is_told_again_and_keeps_no_other_waiting(office: Office, submitted: Report):
    other = office.brings(office.opens(KIND, period="2026Q2"), "review")
    [instance] = office.engine.instances.list(business_key=submitted.business_key).items
    with transaction():
        office.engine.instances.suspend(instance.id, None)
    office.clock.advance(2 * WEEK)

    assert (office.reports.silence.tell(), office.now(submitted).stage, office.now(other).stage) == (1, "submitted", "accepted")

    with transaction():
        office.engine.instances.resume(instance.id, None)
    assert (office.reports.silence.tell(), office.now(submitted).stage) == (1, "accepted")


def test_the_message_alone_accepts_nothing_before_its_time(office: Office, submitted: Report):
    with pytest.raises(Exception, match=r"accept_by_silence|not_yet_silent"), transaction():
        office.engine.messages.correlate("receiver_silent", business_key=submitted.business_key, variables={}, by=None)

    assert (office.now(submitted).stage, office.task(submitted).element_id) == ("submitted", "review")
