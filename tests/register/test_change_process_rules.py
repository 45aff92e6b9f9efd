"""What a diagram for changes of the Register must not leave out; each test takes something from the shipped one."""

from collections.abc import Callable

import pytest
from lxml import etree

import app
from engine.parsing import read
from engine.parsing.markup import bpmn
from register.changes.process_rules import faults_of_change_process

DIAGRAM = (app.PROCESSES / "register_change.bpmn").read_bytes()
Change = Callable[[str], str]


def said(*changes: Change) -> set[tuple[str, str | None]]:
    """The findings about the shipped diagram after some changes of its text."""
    text = DIAGRAM.decode()
    for change in changes:
        text = change(text)
    model = read(text.encode(), "register_change.bpmn")
    return {(finding.code, finding.element_id) for process in model.executable for finding in faults_of_change_process(process)}


def without(operation: str) -> Change:
    """A service task calls something harmless instead."""
    return lambda text: text.replace(f"${{{operation}}}", "${register.remind}")


def lead(flow: str, target: str) -> Change:
    """A sequence flow leads somewhere else."""

    def change(text: str) -> str:
        root = etree.fromstring(text.encode())
        (found,) = [node for node in root.iter(bpmn("sequenceFlow")) if node.get("id") == flow]
        found.set("targetRef", target)
        return etree.tostring(root).decode()

    return change


def test_the_shipped_diagram_keeps_all_rules_and_other_processes_are_not_asked():
    other = read((app.PROCESSES / "report_cycle.bpmn").read_bytes(), "report_cycle.bpmn")

    assert said() == set()
    assert [faults_of_change_process(process) for process in other.executable] == [[]]


@pytest.mark.parametrize(
    ("change", "code", "element"),
    [
        (without("register.check_duplicates"), "change_sent_unchecked", "send_for_agreement"),
        (lead("draft_change_to_check_duplicates", "agreement_joined"), "change_sent_unchecked", "send_for_agreement"),
        (without("register.send_for_agreement"), "change_agreement_unasked", "record_agreement"),
        (without("register.send_for_agreement"), "change_agreement_unasked", "complete_agreement"),
        (without("register.complete_agreement"), "change_approved_unagreed", "approve"),
        (without("register.complete_agreement"), "change_approved_unagreed", "edition_approved"),
        (lead("unique", "approve_by_act"), "change_approved_unagreed", "approve"),
        (without("register.approve"), "change_in_force_unapproved", "take_effect"),
        (lead("explained", "approval_joined"), "change_in_force_unapproved", "take_effect"),
        (lead("approval_joined_to_in_force_day", "take_effect"), "change_in_force_before_its_day", "take_effect"),
        (lead("abandonments_joined_to_abandon", "record_withdrawal"), "change_ended_before_in_force", "record_withdrawal"),
        (lead("is_over_to_succession_told", "abandonments_joined"), "change_abandoned_approved", "abandon"),
        (lead("return_change_to_draft_joined", "check_duplicates"), "change_resent_unrevised", "check_duplicates"),
        (lead("returned_by_owner", "change_abandoned"), "change_left_open", "change_abandoned"),
        (without("register.take_effect"), "change_never_in_force", "register_change"),
        (without("register.record_agreement"), "change_never_agreed", "register_change"),
        (lambda text: text.replace(' esep:uniqueBusinessKey="true"', ""), "change_process_not_unique", "register_change"),
    ],
)
def test_what_would_be_refused_or_come_too_early_is_found_with_its_element(change: Change, code: str, element: str):
    assert (code, element) in said(change)


@pytest.mark.parametrize(
    ("change", "code", "element"),
    [
        (without("register.return_change"), "change_cannot_be_returned", "register_change"),
        (lambda text: text.replace('"register_change_abandoned"', '"something_else"'), "change_cannot_be_abandoned", "draft_change"),
        (lambda text: text.replace('"head,akim,deputy_akim"', '"${author}"'), "change_same_hands", "approve_by_act"),
        (lambda text: text.replace("camunda:dueDate", "camunda:followUpDate"), "due_date_missing", "agree"),
    ],
)
def test_what_people_would_be_unhappy_with_is_a_warning(change: Change, code: str, element: str):
    model = read(change(DIAGRAM.decode()).encode(), "register_change.bpmn")
    found = [finding for process in model.executable for finding in faults_of_change_process(process)]

    assert (code, element) in {(finding.code, finding.element_id) for finding in found if not finding.is_error}
