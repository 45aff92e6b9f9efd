"""Every path of deadline_extension.bpmn and not_applicable.bpmn, walked by the people of the office on the real engine."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engine.models import DeliveryRow, IncidentRow
from organisations.errors import NotPermitted
from organisations.roles import Role
from reports.asking import key_of
from reports.errors import (
    AskedAlready,
    AskedByYourself,
    ExtensionInvalid,
    NotAtThisStage,
    ReportNotFound,
    RequestNotOpen,
    RequestsPrivate,
    TextNeeded,
)
from reports.models import Report
from reports.request_tables import Asked, ReportRequest
from storage.database import session
from storage.journal import entries_about
from storage.transaction import transaction
from tests.reports.office import Office
from tests.reports.test_deadline_moves import decrees, moments

FRIDAY = date(2026, 10, 9)
WHY = "Жол жабылды"


class Desk:
    """The office, with the tasks of what was asked about a report."""

    def __init__(self, office: Office, kind: str = "TST-01") -> None:
        self.office = office
        self.report: Report = office.opens(kind)

    def asks(self, what: Asked = Asked.EXTENSION, until: date = FRIDAY, who: str = "executor") -> ReportRequest:
        asking, actor = self.office.reports.asking, self.office.people[who]
        with transaction():
            if what is Asked.EXTENSION:
                return asking.extension(actor, self.report.id, until, WHY)
            return asking.not_applicable(actor, self.report.id, WHY)

    def decides(self, what: Asked, *, who: str = "officer", **values: Any) -> None:
        office = self.office
        [instance] = office.engine.instances.list(business_key=key_of(self.report, what), state="active").items
        [task] = office.engine.tasks.of_instance(instance.id)
        with transaction():
            office.engine.tasks.claim(task.id, office.people[who].by)
            cleaned = office.forms.validate(str(task.form_key), values, context=office.engine.tasks.variables(task.id))
            office.engine.tasks.complete(task.id, cleaned, by=office.people[who].by)
        office.engine.deliveries.deliver_due()

    def takes_back(self, asked: ReportRequest, who: str = "executor") -> None:
        with transaction():
            self.office.reports.asking.take_back(self.office.people[who], asked.id)

    def waits(self) -> list[str]:
        """What was asked about the report and still has a process under way."""
        instances = self.office.engine.instances
        return [what.value for what in Asked if instances.list(business_key=key_of(self.report, what), state="active").items]

    def asked(self) -> list[tuple[str, str]]:
        return [(each.what, each.state) for each in self.office.reports.asking.of(self.office.people["executor"], self.report.id)]

    def events(self) -> list[str]:
        return [event.removeprefix("report:") for event in self.office.events(self.office.now(self.report))]

    def allows(self, who: str) -> set[str]:
        about = {"ask_extension", "ask_not_applicable", "grant_request", "refuse_request", "take_back_request"}
        return set(self.office.reports.allowed_actions(self.office.people[who], self.office.now(self.report))) & about


def count(model: Any) -> int:
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office)


def test_an_extension_that_is_granted_moves_the_deadline_and_the_timers_of_the_step(desk: Desk):
    was = desk.report.due_at
    desk.asks()

    desk.decides(Asked.EXTENSION, decision="grant")

    report = desk.office.now(desk.report)
    after = moments(desk.office, report)
    assert report.due_at == desk.office.register.calendar.end_of(FRIDAY) > was
    assert (after["task"], after["deadline_passed"]) == (report.due_at, report.due_at + timedelta(seconds=1))
    assert after["reminder_due"].date() == date(2026, 10, 8)
    assert desk.asked() == [("extension", "granted")]
    assert [event for event in desk.events() if "ext" in event or "moved" in event] == [
        "extension_asked",
        "deadline_moved",
        "extension_granted",
    ]


def test_an_officer_may_grant_another_day_and_no_act_moves_what_was_granted(desk: Desk):
    desk.asks()
    desk.decides(Asked.EXTENSION, decision="grant", granted_until="2026-10-07")
    granted = desk.office.now(desk.report).due_at

    decrees(desk.office, (date(2026, 10, 2), False))
    decrees(desk.office, (date(2026, 12, 14), False))

    assert granted == desk.office.now(desk.report).due_at == desk.office.register.calendar.end_of(date(2026, 10, 7))
    [kept] = [entry.details for entry in entries_about("report", desk.report.id) if entry.event == "report:deadline_kept"]
    by_register = desk.office.register.calendar.end_of(date(2026, 10, 6))
    assert (kept["due_at"], kept["by_register"], kept["reason"]) == (granted.isoformat(), by_register.isoformat(), "extension")


def test_an_extension_that_is_refused_needs_a_reason_and_leaves_the_deadline(desk: Desk):
    was = desk.report.due_at
    desk.asks()

    with pytest.raises(TextNeeded):
        desk.decides(Asked.EXTENSION, decision="refuse")
    desk.decides(Asked.EXTENSION, decision="refuse", decision_reason="Негіз жоқ")

    assert (desk.office.now(desk.report).due_at, desk.asked()) == (was, [("extension", "refused")])
    assert "extension_refused" in desk.events()
    desk.asks()
    assert desk.asked()[-1] == ("extension", "asked")


def test_who_decides_late_is_reminded_and_told_of(desk: Desk):
    desk.asks()

    desk.office.clock.advance(timedelta(days=10))
    desk.office.engine.timers.fire_due()

    assert {"request_reminded", "request_escalated"} <= set(desk.events())


@pytest.mark.parametrize("what", list(Asked))
def test_what_was_asked_can_be_taken_back_until_it_is_decided(desk: Desk, what: Asked):
    asked = desk.asks(what)

    with pytest.raises(NotPermitted):
        desk.takes_back(asked, "officer")
    desk.takes_back(asked)

    assert desk.asked() == [(what.value, "taken_back")]
    assert f"{what.value}_taken_back" in desk.events()
    with pytest.raises(RequestNotOpen):
        desk.takes_back(asked)


def test_a_report_that_its_receiver_confirms_not_to_be_applicable_is_withdrawn_as_such(desk: Desk):
    desk.asks(Asked.NOT_APPLICABLE)

    desk.decides(Asked.NOT_APPLICABLE, decision="grant")

    report = desk.office.now(desk.report)
    assert (report.stage, desk.office.reports.is_not_applicable(report), desk.office.tasks(report)) == ("withdrawn", True, [])
    assert desk.events()[-2:] == ["not_applicable_granted", "withdrawn"]
    [act] = desk.office.reports.acts(desk.office.people["executor"], report.id)
    assert (act.act, act.by) == ("withdrawn", desk.office.people["officer"].by)


def test_what_is_asked_lapses_when_its_report_is_withdrawn_and_its_process_ends(desk: Desk):
    for what in Asked:
        desk.asks(what)
    with transaction():
        desk.office.reports.withdraw(desk.office.people["head"], desk.report.id, "Қате ашылды")

    desk.office.clock.advance(timedelta(days=10))
    desk.office.engine.timers.fire_due()
    for values in ({"decision": "grant"}, {"decision": "refuse", "decision_reason": "Кеш"}):
        with pytest.raises(ReportNotFound):
            desk.decides(Asked.EXTENSION, **values)
    again = desk.office.opens()
    desk.office.engine.deliveries.deliver_due()

    assert desk.asked() == [("extension", "lapsed"), ("not_applicable", "lapsed")]
    assert (desk.waits(), count(DeliveryRow), count(IncidentRow)) == ([], 0, 0)
    assert desk.events()[-3:] == ["withdrawn", "extension_lapsed", "not_applicable_lapsed"]
    assert desk.office.task(again).element_id == "prepare"


def test_what_else_is_asked_lapses_when_the_report_is_granted_not_to_be_applicable(desk: Desk):
    for what in Asked:
        desk.asks(what)

    desk.decides(Asked.NOT_APPLICABLE, decision="grant")

    assert desk.asked() == [("extension", "lapsed"), ("not_applicable", "granted")]
    assert (desk.waits(), count(IncidentRow)) == ([], 0)


def test_what_was_asked_can_be_taken_back_after_the_report_was_submitted(desk: Desk):
    asked = desk.asks(Asked.NOT_APPLICABLE)
    desk.office.brings(desk.report, "review")
    offered = desk.allows("executor")

    desk.takes_back(asked)

    assert (offered, desk.allows("executor")) == ({"take_back_request"}, set())
    assert (desk.asked(), desk.waits()) == ([("not_applicable", "taken_back")], [])


def test_why_something_is_asked_is_for_the_body_and_the_receiver(desk: Desk):
    for what in Asked:
        desk.asks(what)
    desk.decides(Asked.EXTENSION, decision="refuse", decision_reason="Негіз жоқ")
    desk.decides(Asked.NOT_APPLICABLE, decision="grant")
    reports, people = desk.office.reports, desk.office.people

    assert [each.reason for each in reports.asking.of(people["officer"], desk.report.id)] == [WHY, WHY]
    with pytest.raises(RequestsPrivate):
        reports.asking.of(people["oblast_akim"], desk.report.id)
    assert [entry.event for entry in reports.timeline(people["oblast_akim"], desk.report.id) if "reason" in entry.details] == []


def test_a_report_that_is_said_to_be_applicable_goes_on(desk: Desk):
    desk.asks(Asked.NOT_APPLICABLE)

    desk.decides(Asked.NOT_APPLICABLE, decision="refuse", decision_reason="Кезеңде жұмыс болған")

    report = desk.office.brings(desk.report, "review")
    assert (report.stage, desk.asked()) == ("submitted", [("not_applicable", "refused")])
    assert not desk.office.reports.is_not_applicable(report)


def test_where_the_receiver_is_outside_the_chancery_records_its_decision(office: Office):
    desk = Desk(office, "TST-OUT")
    desk.asks()

    desk.decides(Asked.EXTENSION, who="chancery", decision="grant")

    assert desk.asked() == [("extension", "granted")]


def test_who_asks_does_not_decide(desk: Desk):
    with transaction():
        desk.office.organisations.memberships.grant(
            desk.office.people["executor"].user_id, Role.OFFICER, desk.office.receiver.id, valid_from=date(2020, 1, 1)
        )
    desk.asks()

    with pytest.raises(AskedByYourself):
        desk.decides(Asked.EXTENSION, who="executor", decision="grant")


def test_one_of_a_kind_is_asked_at_a_time_and_only_before_submission(desk: Desk):
    desk.asks()
    with pytest.raises(AskedAlready):
        desk.asks()
    desk.asks(Asked.NOT_APPLICABLE)
    desk.office.brings(desk.report, "review")

    for what in Asked:
        with pytest.raises(NotAtThisStage):
            desk.decides(what, decision="grant")
        desk.decides(what, decision="refuse", decision_reason="Есеп ұсынылды")
        with pytest.raises(NotAtThisStage):
            desk.asks(what)


@pytest.mark.parametrize(
    ("until", "code"),
    [
        (date(2026, 10, 5), "extension_not_later"),
        (date(2026, 10, 10), "extension_on_day_off"),
        (date(2027, 10, 11), "extension_too_long"),
    ],
)
def test_no_deadline_is_extended_to_a_day_that_makes_no_sense(desk: Desk, until: date, code: str):
    with pytest.raises(ExtensionInvalid) as refused:
        desk.asks(until=until)

    assert [fault.code for fault in refused.value.faults] == [code]


def test_what_may_be_asked_and_decided_is_offered_to_those_who_may(desk: Desk):
    before = {who: desk.allows(who) for who in ("executor", "officer")}
    desk.asks()

    assert before == {"executor": {"ask_extension", "ask_not_applicable"}, "officer": set()}
    assert (desk.allows("executor"), desk.allows("officer")) == (
        {"ask_not_applicable", "take_back_request"},
        {"grant_request", "refuse_request"},
    )
