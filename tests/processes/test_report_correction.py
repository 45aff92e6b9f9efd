"""Every path of report_correction.bpmn, walked by the people of the office on the real engine."""

from pathlib import Path

from engine.parsing import read
from reports.models import Report
from storage.transaction import transaction
from tests.reports.office import Office

DIAGRAM = Path(__file__).parents[2] / "processes" / "report_correction.bpmn"
LAST_STEPS: dict[str, dict[str, str]] = {"review": {}, "record_answer": {"answer_number": "1", "answer_date": "2026-10-01"}}


def corrected(office: Office, kind: str = "TST-01", period: str = "2026Q3") -> Report:
    """A report that was accepted and is being corrected."""
    report = office.opens(kind, period=period)
    last = "record_answer" if "OUT" in kind else "review"
    office.brings(report, last)
    office.does(last, report, decision="accept", **LAST_STEPS[last])
    with transaction():
        return office.reports.correct(office.people["executor"], report.id, "Қате табылды")


def visited(office: Office, report: Report) -> set[str]:
    instances = office.engine.instances.list(business_key=report.business_key).items
    ids = [instance.id for instance in instances if instance.definition_key == "report_correction"]
    return {activity.element_id for instance_id in ids for activity in office.engine.history.activities(instance_id)}


def late(office: Office, report: Report) -> None:
    """Let the deadline of the step that a report waits at come near and pass."""
    task = office.task(report)
    variables = office.engine.tasks.variables(task.id)
    for moment in ("remind_at", "escalate_at"):
        office.clock.move_to(variables[moment])
        office.engine.timers.fire_due()


def test_the_paths_of_these_tests_leave_no_element_out(office: Office):
    signed = corrected(office, "TST-AKIM")
    for step in ("prepare", "approve", "sign", "review"):
        office.brings(signed, step)
        late(office, signed)
    office.returns(signed)
    office.answers(signed)
    office.brings(signed, "review")
    office.does("review", signed, decision="accept")
    outside = office.brings(corrected(office, "TST-OUT"), "record_answer")
    late(office, outside)
    office.does("record_answer", outside, decision="accept", **LAST_STEPS["record_answer"])
    given_up = corrected(office)
    with transaction():
        office.reports.give_up_correction(office.people["executor"], given_up.id)
    silent = [corrected(office, kind) for kind in ("TST-SILENCE", "TST-SILENCE-OUT")]
    for report, step in zip(silent, LAST_STEPS, strict=True):
        office.hears_nothing(office.brings(report, step))

    reached = set().union(*(visited(office, report) for report in (signed, outside, given_up, *silent)))
    [process] = read(DIAGRAM.read_bytes(), DIAGRAM.name).processes.values()
    assert set(process.elements) - reached == set()
    assert {office.now(report).stage for report in (signed, outside, given_up, *silent)} == {"accepted"}
