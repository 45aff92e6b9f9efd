"""Whether what a process names is there: operations, forms, groups, functions, called processes; and whether somebody can do each task."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from engine.findings import Finding, Findings
from engine.parsing.activity_facts import UserTaskFacts
from engine.parsing.call_facts import Call
from engine.parsing.elements import Element, ProcessModel
from engine.parsing.event_facts import Event
from engine.ports import FormCatalogue, GroupDirectory, Operations
from expressions import EvaluationFailed, Expression

#: Stands for what a variable will hold, to see what of a group's name is written in the model.
_ANYTHING: Final = "\ufffc"


#: Rules of a room for the processes that use its operations; they say what is wrong with an executable process whose flow holds together.
ProcessRules = Callable[[ProcessModel], Iterable[Finding]]


@dataclass(frozen=True)
class Surroundings:
    """What a model may name. `functions` are those that expressions can call besides the built-in ones.

    `processes` are the keys of processes that can be called, besides those of the model itself; None when that is not to be checked.
    `decisions` are the keys of decisions, in the same way. `rules` are what the rooms above ask of processes.
    """

    operations: Operations
    forms: FormCatalogue
    groups: GroupDirectory
    functions: frozenset[str] = frozenset()
    processes: frozenset[str] | None = None
    decisions: frozenset[str] | None = None
    rules: tuple[ProcessRules, ...] = ()


def faults_of_references(
    process: ProcessModel, own: frozenset[str], around: Surroundings, *, unread: frozenset[str | None] = frozenset()
) -> list[Finding]:
    """What an executable process names and nobody knows; `own` are the keys of the executable processes of the same deployment.

    Of elements with an expression that could not be read (`unread`, their ids) nothing is said to be missing.
    """
    found = Findings(process.resource)
    start = next(iter(process.starts()), None)
    _form(process.start_form_key, process.line if start is None else start.line, start.id if start else None, found, around)
    for element in process.elements.values():
        if element.is_job and element.topic is not None:
            _job(element, element.topic, found, around)
        _operations(element, found, around)
        if element.call is not None and element.call.key.constant and around.processes is not None:
            _called(element, element.call, own, around.processes, found)
        decision = element.decision.key if element.decision is not None else None
        if decision is not None and decision.constant and around.decisions is not None and decision.text not in around.decisions:
            found.error("decision_unknown", element.line, element.id, decision=decision.text)
        if element.user_task is not None:
            _user_task(element, element.user_task, found, around)
            if element.id not in unread and not _somebody(process, element, element.user_task, around.groups):
                found.error("nobody_to_do", element.line, element.id, lane=process.lanes.get(element.lane or "", ""))
    _process(process, found, around)
    for element_id, line, expression in expressions_of(process):
        for name in sorted(expression.functions - around.functions):
            found.error("function_not_known", line, element_id, function=name)
    return list(found)


def _process(process: ProcessModel, found: Findings, around: Surroundings) -> None:
    """Who may start a process, and what listens to it."""
    for group in process.starters.groups:
        if not around.groups.knows(group.partition("@")[0]):
            found.error("group_unknown", process.line, process.key, group=group)
    for listener in process.listeners:
        if listener.operation is not None and listener.operation not in around.operations:
            found.error("operation_unknown", process.line, process.key, operation=listener.operation)


def expressions_of(process: ProcessModel) -> Iterator[tuple[str, int, Expression]]:
    """Every expression of a process, with the id and line of the element or flow that it belongs to."""
    for flow in process.flows.values():
        if flow.condition is not None:
            yield flow.id, flow.line, flow.condition
    for listener in process.listeners:
        for assignment in listener.assignments:
            yield process.key, process.line, assignment.source
    for element in process.elements.values():
        for expression in _of_element(element):
            yield element.id, element.line, expression


def literal_groups(groups: Expression) -> list[str]:
    """The candidate groups, of a user task, whose role is written in the model and not worked out: `officer` of `officer@${receiver}`."""
    try:
        value = groups.evaluate(dict.fromkeys(groups.names, _ANYTHING))
    except EvaluationFailed:
        return []
    texts = value if isinstance(value, list) else [value]
    roles = [part.split("@", 1)[0].strip() for text in texts if isinstance(text, str) for part in text.split(",")]
    return [role for role in roles if role and _ANYTHING not in role]


def _called(element: Element, call: Call, own: frozenset[str], known: frozenset[str], found: Findings) -> None:
    """Whether a process that is called by name is there; one of the same deployment must be in it."""
    key = call.key.text.strip()
    if call.binding.kind == "deployment" and key not in own:
        found.error("called_process_not_in_deployment", element.line, element.id, process=key)
    elif key not in known | own:
        found.error("called_process_unknown", element.line, element.id, process=key)


def _operations(element: Element, found: Findings, around: Surroundings) -> None:
    """The operations that an element calls, its listeners included."""
    for name in (element.operation, *(listener.operation for listener in element.listeners)):
        if name is not None and name not in around.operations:
            found.error("operation_unknown", element.line, element.drawn_id, operation=name)


def _job(element: Element, topic: Expression, found: Findings, around: Surroundings) -> None:
    """The type of a job that is no operation's name: a misspelt operation of one of our rooms, or a topic for workers outside."""
    room, dot, _ = topic.text.partition(".")
    if topic.constant and dot and any(name.startswith(f"{room}.") for name in around.operations):
        found.error("operation_unknown", element.line, element.id, operation=topic.text)
    elif topic.constant:
        found.warning("job_for_workers", element.line, element.id, topic=topic.text)


def _user_task(element: Element, facts: UserTaskFacts, found: Findings, around: Surroundings) -> None:
    _form(facts.form_key, element.line, element.id, found, around)
    if facts.candidate_groups is not None:
        for role in literal_groups(facts.candidate_groups):
            if not around.groups.knows(role):
                found.error("group_unknown", element.line, element.id, group=role)


def _somebody(process: ProcessModel, element: Element, facts: UserTaskFacts, groups: GroupDirectory) -> bool:
    """Whether a user task names a person or group, or lies in a lane that is named after a group."""
    if any(who is not None for who in (facts.assignee, facts.candidate_users, facts.candidate_groups)):
        return True
    if element.lane is None:
        return False
    return groups.knows(process.lanes.get(element.lane, "")) or groups.knows(element.lane)


def _form(key: str | None, line: int, element_id: str | None, found: Findings, around: Surroundings) -> None:
    if key is not None and not around.forms.has(key):
        found.error("form_unknown", line, element_id, form=key)


def _of_event(event: Event) -> list[Any]:
    given = [event.condition, event.business_key, event.named, event.correlation_key, event.time_to_live]
    return given + [mapping.source for mapping in event.payload]


def _of_element(element: Element) -> Iterator[Expression]:
    user, loop, call = element.user_task, element.multi_instance, element.call
    given: list[Any] = [mapping.source for mapping in (*element.inputs, *element.outputs, *element.assignments)]
    if user is not None:
        given += [user.assignee, user.candidate_users, user.candidate_groups, user.due_date, user.follow_up_date, user.priority]
    if loop is not None:
        given += [loop.cardinality, loop.collection, loop.output_element, loop.completion_condition]
        given += [thrown.condition for thrown in loop.throws]
    given += [element.activation]
    given += [element.ad_hoc.condition, element.ad_hoc.active] if element.ad_hoc is not None else []
    given += [element.standard_loop.condition] if element.standard_loop is not None else []
    given += [call.key, call.binding.value, call.business_key] if call is not None else []
    given += [element.decision.key, element.decision.binding.value] if element.decision is not None else []
    given += [event.timer.value for event in element.event.alternatives if event.timer is not None]
    given += [expression for event in element.event.alternatives for expression in _of_event(event)]
    given += [element.topic, element.topic_priority]
    given += [element.job_priority, *(assignment.source for listener in element.listeners for assignment in listener.assignments)]
    given += [caught.condition for caught in element.worker_errors]
    given += [listener.timer.value for listener in element.listeners if listener.timer is not None]
    yield from (expression for expression in given if expression is not None)
