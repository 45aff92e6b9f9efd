"""What a diagram for reports must not leave out; each test takes something from the shipped one."""

from collections.abc import Callable

from lxml import etree

import app
from engine.parsing import read
from engine.parsing.markup import bpmn
from reports.process_rules import faults_of_report_process

DIAGRAM = (app.PROCESSES / "report_cycle.bpmn").read_bytes()


def said(change: Callable[[etree._Element], None] | None = None, text: Callable[[str], str] = str) -> set[tuple[str, str | None]]:
    """The findings about the shipped diagram after a change."""
    root = etree.fromstring(text(DIAGRAM.decode()).encode())
    if change is not None:
        change(root)
    model = read(etree.tostring(root), "report_cycle.bpmn")
    return {(finding.code, finding.element_id) for process in model.executable for finding in faults_of_report_process(process)}


def lead(flow: str, target: str) -> Callable[[etree._Element], None]:
    """Let a sequence flow lead somewhere else."""

    def change(root: etree._Element) -> None:
        (found,) = [node for node in root.iter(bpmn("sequenceFlow")) if node.get("id") == flow]
        found.set("targetRef", target)

    return change


def without(operation: str) -> Callable[[str], str]:
    """A diagram whose service task calls something harmless instead."""
    return lambda text: text.replace(f"${{{operation}}}", "${reports.remind}")


def test_the_shipped_diagram_keeps_all_rules():
    assert said() == set()


def test_a_report_is_not_submitted_unapproved():
    assert ("report_submitted_unapproved", "submit") in said(text=without("reports.record_approval"))
    assert ("report_submitted_unapproved", "submit") in said(lead("send_for_approval_to_approve", "submission_joined"))


def test_a_report_is_not_approved_before_a_revision_is_frozen():
    assert ("report_approved_unfrozen", "record_approval") in said(text=without("reports.send_for_approval"))


def test_a_report_is_not_accepted_unsubmitted():
    assert ("report_accepted_unsubmitted", "accept") in said(text=without("reports.submit"))


def test_a_returned_report_comes_back_only_after_somebodys_work():
    assert ("report_resent_unrevised", "send_for_approval") in said(lead("return_for_revision_to_preparation_joined", "send_for_approval"))


def test_a_process_does_not_end_with_its_report_open():
    assert ("report_left_open", "report_accepted") in said(lead("returned_by_head", "report_accepted"))
    assert ("report_never_accepted", "report_cycle") in said(text=without("reports.accept"))


def test_a_report_can_be_returned():
    assert ("report_cannot_be_returned", "report_cycle") in said(text=without("reports.return_for_revision"))


def test_approval_is_not_offered_to_those_who_prepare():
    same = said(text=lambda text: text.replace('camunda:candidateGroups="${approvers}"', 'camunda:assignee="${executor}"'))
    assert ("report_same_hands", "approve") in same


def test_every_task_can_be_withdrawn_reminded_of_and_has_a_due_date_and_a_form():
    withdrawn = said(text=lambda text: text.replace('name="report_withdrawn"', 'name="something_else"'))
    assert ("report_cannot_be_withdrawn", "prepare") in withdrawn
    undated = said(text=lambda text: text.replace("camunda:dueDate", "camunda:followUpDate"))
    assert ("due_date_missing", "prepare") in undated


def test_a_report_has_one_process():
    assert ("report_process_not_unique", "report_cycle") in said(text=lambda text: text.replace('esep:uniqueBusinessKey="true"', ""))


def test_a_process_of_something_else_is_left_in_peace():
    other = DIAGRAM.decode().replace("${reports.", "${papers.")
    model = read(other.encode(), "p.bpmn")
    assert [finding for process in model.executable for finding in faults_of_report_process(process)] == []
