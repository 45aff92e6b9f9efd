"""Who is told of what: once, by the journal, and nobody who may not know."""

import json
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from notifications.news import EVENTS
from notifications.tables import NotificationRow
from notifications.telling import FRESH
from organisations.roles import Role
from reports import chronicle
from reports.lifecycle import Stage
from storage import journal, outbox, sealer
from storage.database import engine, session
from storage.journal import JournalEntry
from storage.transaction import transaction
from tests.reports.office import HERE

GIVEN, RETURNED, OVERDUE, REMINDER = "task_given", "report_returned", "overdue", "reminder"


def test_each_step_of_a_report_is_told_to_those_who_are_next_and_settled_when_it_is_done(desk):
    office = desk.office
    report = office.opens()
    desk.tells()

    assert {who: found for who in office.people if (found := desk.reads(who))} == {"executor": [GIVEN], "executor2": [GIVEN]}
    office.brings(report, "approve")
    desk.tells()
    assert (desk.reads("head"), desk.reads("executor2", unread=True)) == ([GIVEN], [])
    office.brings(report, "review")
    desk.tells()
    assert (desk.reads("officer"), desk.reads("head", unread=True)) == ([GIVEN], [])
    office.does("review", report, decision="accept")
    desk.tells()
    assert desk.reads("executor", unread=True) == ["report_accepted"]
    assert desk.reads("head", unread=True) == ["report_accepted"]
    assert desk.reads("stranger") == desk.reads("minister") == []


def test_what_comes_back_with_remarks_is_a_return_for_who_mends_it_and_for_the_head_where_the_receiver_sent_it_back(desk):
    office = desk.office
    report = office.brings(office.opens(), "approve")
    desk.tells()
    desk.marks_all()

    office.returns(report)
    desk.tells()

    assert desk.reads("executor", unread=True) == [RETURNED]
    assert desk.reads("head", unread=True) == desk.reads("executor2", unread=True) == []
    office.answers(report)
    office.brings(report, "review")
    desk.tells()
    desk.marks_all()
    office.returns(report)
    desk.tells()
    assert desk.reads("executor", unread=True) == desk.reads("head", unread=True) == [RETURNED]
    assert {row.report_id for row in desk.rows("head", report_id=report.id)} == {report.id}


def test_timers_remind_the_holders_and_tell_the_head_of_a_delay(desk):
    report = desk.office.opens()
    desk.tells()
    desk.marks_all()

    desk.waits(seconds=(report.due_at - desk.clock.now() - timedelta(hours=3)).total_seconds())
    assert desk.reads("executor", unread=True) == [REMINDER]
    assert desk.reads("head") == []

    desk.waits(hours=4)
    assert desk.reads("executor", unread=True) == [REMINDER, OVERDUE]
    assert desk.reads("head") == [OVERDUE]


def test_what_a_body_asks_is_told_to_the_officer_and_the_answer_to_who_asked(desk):
    office = desk.office
    report = office.opens()
    until = office.register.calendar.working_day_after(report.due_at.date(), 3)
    with transaction():
        office.reports.asking.extension(office.people["executor"], report.id, until, "Деректер кешікті")
    desk.tells()
    desk.marks_all("executor")

    assert desk.reads("officer") == ["request_asked"]
    assert "продлить" in desk.said("officer", "ru")
    [page] = office.engine.instances.list(business_key=f"{report.business_key}:extension").items
    [task] = office.engine.tasks.of_instance(page.id)
    with transaction():
        office.engine.tasks.complete(task.id, {"decision": "grant", "granted_until": until.isoformat()}, by=office.people["officer"].by)
    desk.tells()

    assert desk.reads("officer", unread=True) == []
    assert desk.reads("executor", unread=True) == ["request_decided"]
    assert f"{until:%d.%m.%Y}" in desk.said("executor", "kk")


def test_a_person_is_told_of_a_thing_once_however_often_it_is_delivered(desk):
    desk.office.opens()
    desk.tells()
    before = desk.rows("executor")
    with transaction():
        entries = [str(found) for found in session.scalars(sa.select(JournalEntry.id).where(JournalEntry.event.in_(EVENTS)))]
        outbox.put("notifications:tell", {"entries": entries}, due_at=desk.clock.now())

    assert desk.tells() == 1
    assert sealer.seal(desk.clock, heard=desk.news.hear) == 0
    assert [row.id for row in desk.rows("executor")] == [row.id for row in before]


def test_an_acting_person_is_told_beside_the_absent_one_and_only_while_the_order_holds(desk):
    office, clock = desk.office, desk.clock
    deputy = office.hires(Role.EXECUTOR, office.tree.other_district)
    office.people["deputy"] = deputy
    today = office.register.calendar.today()
    with transaction():
        office.organisations.acting.appoint(
            office.people["head"].user_id,
            deputy.user_id,
            Role.HEAD,
            office.body.id,
            order_number="7",
            order_date=today,
            valid_from=today,
            valid_to=today + timedelta(days=2),
        )
    office.people["deputy"] = office.organisations.actor(deputy.user_id)
    office.brings(office.opens(), "approve")
    desk.tells()

    assert desk.reads("deputy") == desk.reads("head") == [GIVEN]
    clock.advance(timedelta(days=5))
    office.people["deputy"] = office.organisations.actor(deputy.user_id)
    assert desk.reads("deputy") == []  # the order has ended: what they were told then is not theirs to know now
    office.brings(office.opens("TST-HEAD"), "approve")
    desk.tells()
    assert len(desk.reads("head")) == 2


def test_who_may_not_read_the_report_is_not_told_even_when_a_diagram_or_a_colleague_names_them(desk):
    office = desk.office
    report = office.opens()
    task = office.task(report)
    with transaction():
        office.engine.tasks.assign(task.id, office.people["stranger"].by, by=office.people["head"].by)
    desk.tells()

    assert desk.reads("stranger") == []
    with transaction():
        office.engine.tasks.assign(task.id, office.people["executor2"].by, by=office.people["head"].by)
    desk.tells()
    assert desk.reads("executor2") == [GIVEN]
    assert desk.reads("executor") == []


def test_administrators_hear_once_of_a_process_that_stands_and_old_news_wakes_nobody(desk):
    about = {"instance_id": None, "element_id": "prefill", "cause": "x", "kind": "job", "definition_key": "report_cycle"}
    for moment in (desk.clock.now(), desk.clock.now(), desk.clock.now() - FRESH - timedelta(seconds=1)):
        subject = ("incident", "one" if moment == desk.clock.now() else "another")
        with transaction():
            journal.record("incident:raised", at=moment, subject=subject, **about)
        desk.tells()

    assert desk.reads("admin") == ["incident"]
    assert "prefill" in desk.said("admin", "en")


def test_an_entry_that_no_news_can_be_made_of_keeps_no_other_back(desk):
    desk.office.opens()
    with transaction():
        journal.record("user_task:created", at=desk.clock.now(), subject=("user_task", "no id at all"))
    desk.tells()
    while desk.tells():
        pass

    assert desk.reads("executor") == [GIVEN]
    session.rollback()
    assert [item.attempts for item in session.scalars(sa.select(outbox.OutboxItem))] == [1]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_acceptance_by_silence_is_told_to_the_makers_and_to_the_head_of_who_was_silent(desk):
    office = desk.office
    office.people["receiver_head"] = office.hires(Role.HEAD, office.receiver)
    report = office.brings(office.opens(), "review")
    with transaction():
        chronicle.tell("deemed_accepted", report, desk.clock.now(), figures=0, days=5)
    desk.tells()

    assert "report_accepted" in desk.reads("executor")
    assert "report_accepted" in desk.reads("head")
    assert desk.reads("receiver_head") == ["report_accepted"]
    assert "за 5 раб. дн." in desk.said("receiver_head", "ru")


def test_of_a_restricted_report_its_own_people_hear_and_nobody_outside(desk):
    office = desk.office
    kind = json.loads((HERE / "kind.json").read_text("utf-8")) | {
        "code": "TST-DSP",
        "report_class": "restricted",
        "sections": [],
        "checks": [],
    }
    office.people["manager"] = office.hires(Role.MANAGER, office.tree.district)
    with transaction():
        office.register.import_kind(kind, act_number="1", act_date=date(2020, 1, 1), places={"directorate": office.receiver.code})
    report = office.opens("TST-DSP")
    desk.tells()

    assert desk.reads("chancery") == desk.reads("head") == ["report_due"]
    with transaction():
        office.reports.reminding.of(office.people["officer"], report.id)
    desk.tells()
    assert desk.reads("chancery") == ["report_due", REMINDER]
    assert desk.reads("manager") == desk.reads("oblast_akim") == desk.reads("admin") == []
    desk.marks_all()
    desk.waits(seconds=(report.due_at - desk.clock.now() - timedelta(hours=1)).total_seconds())
    desk.waits(hours=2)
    assert desk.reads("chancery", unread=True) == desk.reads("head", unread=True) == [REMINDER, OVERDUE]
    with transaction():
        office.reports.record_dispatch(office.people["chancery"], report.id, number="1", dated=office.register.calendar.today())
    [outside, _] = [desk.news.said(desk.rows("chancery"), "ru", outside=outside) for outside in (True, False)]
    assert all("TST" not in said and "3 квартал" not in said for said in outside.values())


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_storm_is_told_in_as_many_statements_for_many_reports_as_for_one(desk):
    def statements(periods: list[str]) -> int:
        for period in periods:
            desk.office.opens(period=period)
        sealer.seal(desk.clock, heard=desk.news.hear)
        counted: list[str] = []
        count = lambda *given: counted.append(given[2])  # noqa: E731
        sa.event.listen(engine(), "before_cursor_execute", count)
        try:
            outbox.deliver_due(desk.news.handlers(), desk.clock)
        finally:
            sa.event.remove(engine(), "before_cursor_execute", count)
        return len(counted)

    one = statements(["2026Q2"])
    many = statements([f"{year}Q{quarter}" for year in (2023, 2024, 2025) for quarter in (1, 2, 3, 4)])

    assert one == many
    assert session.scalar(sa.select(sa.func.count()).select_from(NotificationRow)) == 2 * 13


def test_a_sentence_is_said_in_the_readers_language_with_the_names_of_now(desk):
    report = desk.office.opens()
    desk.tells()
    with transaction():
        desk.office.organisations.bodies.update(desk.office.body.id, name_ru="Отдел занятости")

    assert desk.said("executor", "ru").startswith("Вам поручено: подготовить отчёт — «")
    assert "Отдел занятости" in desk.said("executor", "ru")
    assert "3 квартал" in desk.said("executor", "ru") or "3-й квартал" in desk.said("executor", "ru")
    assert report.stage is Stage.IN_PREPARATION
