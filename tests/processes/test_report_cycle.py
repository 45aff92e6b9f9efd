"""Every path of report_cycle.bpmn, walked by the people of the office on the real engine."""

from datetime import timedelta
from pathlib import Path

import pytest

from engine.parsing import read
from organisations.roles import Role
from storage.transaction import transaction
from tests.reports.office import MEN, TOTAL, Office

DIAGRAM = Path(__file__).parents[2] / "processes" / "report_cycle.bpmn"


def test_a_report_goes_from_preparation_to_acceptance(office: Office):
    report = office.opens()

    office.saves(report)
    office.does("prepare", report)
    office.does("approve", report, decision="approve")
    office.does("review", report, decision="accept")

    assert office.now(report).stage == "accepted"
    assert office.tasks(report) == []
    assert office.engine.instances.list(business_key=report.business_key).items[0].state == "completed"


def test_a_report_without_a_standing_rule_waits_for_its_distribution(office: Office):
    report = office.opens(distributed=False)
    chosen = office.people["executor2"]

    assert office.now(report).stage == "scheduled"
    office.does("distribute", report, executor=chosen.by)

    task = office.task(report)
    assert (task.element_id, task.assignee) == ("prepare", chosen.by)
    assert office.now(report).responsible_id == chosen.user_id


def test_a_distribution_that_names_nobody_leaves_the_report_to_all_executors(office: Office):
    report = office.opens(distributed=False)

    office.does("distribute", report)

    task = office.task(report)
    assert (task.element_id, task.assignee, task.candidate_groups) == ("prepare", None, (f"executor@{office.body.id}",))


@pytest.mark.parametrize(("kind", "signatory", "groups"), [("TST-AKIM", "akim", ("akim", "deputy_akim")), ("TST-HEAD", "head", ("head",))])
def test_a_kind_that_asks_for_a_signature_goes_by_the_signatory(office: Office, kind, signatory, groups):
    report = office.brings(office.opens(kind), "sign")

    assert office.now(report).stage == "on_signing"
    assert office.task(report).candidate_groups == tuple(f"{role}@{office.body.id}" for role in groups)
    office.does("sign", report, who=office.people[signatory], decision="sign")

    assert office.task(report).element_id == "review"


@pytest.mark.parametrize(("kind", "step"), [("TST-01", "approve"), ("TST-AKIM", "sign"), ("TST-01", "review")])
def test_a_return_goes_back_to_who_sent_the_report(office: Office, kind, step):
    report = office.brings(office.opens(kind), step)

    office.returns(report)

    task = office.task(report)
    assert (task.element_id, task.assignee) == ("prepare", office.people["executor"].by)
    assert (office.now(report).stage, office.now(report).revision, office.now(report).returned) == ("in_preparation", 2, True)


def test_a_returned_report_is_revised_and_accepted(office: Office):
    report = office.brings(office.opens(), "review")
    office.returns(report, MEN)

    office.saves(report, {MEN: 5, TOTAL: 9})
    office.answers(report)
    office.brings(report, "review")
    office.does("review", report, decision="accept")

    assert (office.now(report).stage, office.now(report).revision) == ("accepted", 2)


def test_the_review_lies_with_the_officers_of_the_receiver(office: Office):
    report = office.brings(office.opens(), "review")

    assert office.task(report).candidate_groups == (f"officer@{office.receiver.id}",)


@pytest.mark.parametrize(("decision", "stage"), [("accept", "accepted"), ("return", "in_preparation")])
def test_the_answer_of_a_receiver_outside_is_recorded_by_the_chancery(office: Office, decision, stage):
    report = office.opens("TST-OUT")
    office.brings(report, "record_answer")
    if decision == "return":
        office.remarks(report, MEN)

    office.does("record_answer", report, decision=decision, answer_number="12-7/345", answer_date="2026-10-01")

    assert office.now(report).stage == stage
    [recorded] = [act for act in office.reports.acts(office.people["head"], report.id) if act.act == "answer_recorded"]
    assert (recorded.number, recorded.dated.isoformat()) == ("12-7/345", "2026-10-01")


WAITING = {
    "distribute": ("TST-01", "scheduled"),
    "prepare": ("TST-01", "in_preparation"),
    "approve": ("TST-01", "on_approval"),
    "sign": ("TST-AKIM", "on_signing"),
    "review": ("TST-01", "submitted"),
    "record_answer": ("TST-OUT", "submitted"),
}


def at(office: Office, step: str):
    report = office.opens(WAITING[step][0], distributed=step != "distribute")
    return office.brings(report, step) if step != "distribute" else report


@pytest.mark.parametrize("step", WAITING)
def test_a_report_can_be_withdrawn_from_every_waiting_step(office: Office, step):
    report = at(office, step)
    assert office.now(report).stage == WAITING[step][1]

    with transaction():
        office.reports.withdraw(office.people["head"], report.id, "Қате ашылған")

    assert office.now(report).stage == "withdrawn"
    assert office.tasks(report) == []


@pytest.mark.parametrize("step", WAITING)
def test_every_waiting_step_reminds_once_and_escalates_once(office: Office, step):
    report = at(office, step)
    moments = office.variables(report)

    office.clock.move_to(moments["remind_at"])
    assert office.engine.timers.fire_due() == 1
    office.clock.move_to(moments["escalate_at"])
    assert office.engine.timers.fire_due() == 1
    office.clock.advance(timedelta(days=30))
    assert office.engine.timers.fire_due() == 0

    assert office.task(report).element_id == step
    assert [event for event in office.events(report) if event in ("report:reminded", "report:escalated")] == [
        "report:reminded",
        "report:escalated",
    ]


def test_a_late_report_that_goes_round_is_not_told_of_again_at_once(office: Office):
    report = office.brings(office.opens(), "approve")
    office.clock.advance(timedelta(days=40))
    office.engine.timers.fire_due()
    before = office.events(report)

    office.returns(report)
    fired = office.engine.timers.fire_due()

    assert (fired, office.events(report)[len(before) :].count("report:escalated")) == (0, 0)
    assert office.variables(report)["remind_at"] > office.clock.now()


def test_an_old_decision_never_routes_again(office: Office):
    report = office.brings(office.opens("TST-AKIM"), "sign")

    assert office.variables(report)["decision"] is None


def test_many_rounds_of_revision_cost_the_same(office: Office):
    report = office.brings(office.opens(), "approve")

    for _ in range(12):
        office.returns(report)
        office.answers(report)
        office.brings(report, "approve")

    assert office.now(report).revision == 13


def test_a_report_of_a_rural_akimat_can_be_approved_by_its_akim(office: Office):
    rural = office.tree.rural
    akim, executor = office.hires(Role.AKIM, rural), office.hires(Role.EXECUTOR, rural)

    report = office.opens("TST-01", body=rural)
    office.saves(report, who=executor)
    office.does("prepare", report, who=executor)
    office.does("approve", report, who=akim, decision="approve")

    assert office.task(report).candidate_groups == (f"officer@{office.tree.district.id}",)


def visited(office: Office, report) -> set[str]:
    """The elements that were reached, as the history tells."""
    [instance] = office.engine.instances.list(business_key=report.business_key).items
    return {activity.element_id for activity in office.engine.history.activities(instance.id)}


def told_and_withdrawn(office: Office, step: str, period: str) -> set[str]:
    """What a report visits that waits at a step until its deadline has passed, and is withdrawn there."""
    report = office.opens(WAITING[step][0], distributed=step != "distribute", period=period)
    if step != "distribute":
        office.brings(report, step)
    for moment in ("remind_at", "escalate_at"):
        office.clock.move_to(office.variables(report)[moment])
        office.engine.timers.fire_due()
    with transaction():
        office.reports.withdraw(office.people["head"], report.id, "Сынақ")
    return visited(office, report)


def test_the_paths_of_these_tests_leave_no_element_out(office: Office):
    reached = told_and_withdrawn(office, "distribute", "2026Q2")
    signed = office.brings(office.opens("TST-AKIM"), "sign")
    office.returns(signed)
    office.answers(signed)
    office.brings(signed, "review")
    office.does("review", signed, decision="accept")
    outside = office.brings(office.opens("TST-OUT"), "record_answer")
    office.does("record_answer", outside, decision="accept", answer_number="1", answer_date="2026-10-01")
    reached |= visited(office, signed) | visited(office, outside)
    for kind, step in (("TST-SILENCE", "review"), ("TST-SILENCE-OUT", "record_answer")):
        silent = office.brings(office.opens(kind), step)
        office.hears_nothing(silent)
        reached |= visited(office, silent)
    for number, step in enumerate(list(WAITING)[1:]):
        reached |= told_and_withdrawn(office, step, f"{2025 - number}Q2")

    [process] = read(DIAGRAM.read_bytes(), DIAGRAM.name).processes.values()

    assert set(process.elements) - reached == set()
