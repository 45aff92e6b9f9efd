"""Who does the work of a task: an operation of ours, or a worker outside that asks for its topic."""

import re
from collections.abc import Container
from dataclasses import replace
from typing import Final

from engine.parsing.elements import Element, ProcessModel
from engine.parsing.event_facts import WorkerError
from engine.parsing.markup import Node, camunda, extension, extensions, local, zeebe
from engine.parsing.model import Model
from engine.parsing.source import Source
from expressions import Expression

_OPERATION: Final = re.compile(r"[$#]\{\s*([^\W\d]\w*(?:\.[^\W\d]\w*)*)\s*\}")
_TASKS: Final = frozenset({"serviceTask", "sendTask", "businessRuleTask"})


def operation_of(node: Node, source: Source) -> str | None:
    """The name of the operation that a service, send or business rule task calls by `camunda:delegateExpression`; None for others."""
    if local(node) not in _TASKS or _is_something_else(node):
        return None
    delegate = node.get(camunda("delegateExpression"))
    if delegate is not None:
        return named(delegate, node, source)
    if extension(node, zeebe("taskDefinition")) is None:
        source.refuse("operation_not_named", node)
    return None


def named(text: str, node: Node, source: Source) -> str | None:
    """The operation that `${…}` names; anything else is noted."""
    match = _OPERATION.fullmatch(text.strip())
    if match is None:
        source.refuse("operation_unreadable", node, text=text)
    return match.group(1) if match else None


def topic_of(node: Node, source: Source) -> tuple[Expression | None, Expression | None]:
    """The topic and the priority of a task that a worker outside does; (None, None) for anything else.

    The type of a `zeebe:taskDefinition` is one too, until `with_operations` has found an operation of that name.
    """
    if local(node) in _TASKS and node.get(camunda("type")) is not None:
        topic = (node.get(camunda("topic")) or "").strip()
        if node.get(camunda("type")) != "external" or not topic:
            source.refuse("topic_missing", node)
            return None, None
        return source.template(topic, node), source.template(node.get(camunda("taskPriority")), node)
    job = extension(node, zeebe("taskDefinition"))
    if job is None or local(node) not in _TASKS | {"scriptTask"} or _is_done_by_camunda(node):
        return None, None
    kind = (job.get("type") or "").strip()
    if not kind:
        source.refuse("topic_missing", node)
        return None, None
    return source.template(kind, node), None


def errors_of(node: Node, source: Source) -> tuple[WorkerError, ...]:
    """Which answers of a worker outside are BPMN errors."""
    found: list[WorkerError] = []
    for item in extensions(node, camunda("errorEventDefinition")):
        error = source.errors.get(item.get("errorRef"))
        code = error.get("errorCode") if error is not None else None
        condition = source.value(item.get("expression"), item)
        if local(node) not in _TASKS or node.get(camunda("type")) != "external":
            source.refuse("extension_misplaced", item, name="camunda:errorEventDefinition", holder=local(node))
        elif not code:
            source.refuse("reference_dangling", item, attribute="errorRef", target=item.get("errorRef") or "")
        elif condition is not None:
            found.append(WorkerError(code, condition))
    return tuple(found)


def result_variable_of(node: Node, source: Source) -> str | None:
    """The variable that takes all that an operation gives."""
    name = node.get(camunda("resultVariable"))
    if name is None or local(node) not in _TASKS or node.get(camunda("delegateExpression")) is None:
        return None
    return name if source.is_name(name, node) else None


def with_operations(model: Model, operations: Container[str]) -> Model:
    """The same model in which each `zeebe:taskDefinition` whose type is the name of an operation calls it; the others are for workers."""
    return replace(model, processes={key: _named(process, operations) for key, process in model.processes.items()})


def _named(process: ProcessModel, operations: Container[str]) -> ProcessModel:
    found = {name: _calling(element) for name, element in process.elements.items() if _names_one(element, operations)}
    return replace(process, elements={**process.elements, **found}) if found else process


def _names_one(element: Element, operations: Container[str]) -> bool:
    return element.is_job and element.topic is not None and element.topic.constant and element.topic.text in operations


def _calling(element: Element) -> Element:
    return replace(element, operation=element.topic.text if element.topic is not None else None, topic=None)


def is_job_of(node: Node) -> bool:
    """Whether what does the task is named by a `zeebe:taskDefinition` alone."""
    return extension(node, zeebe("taskDefinition")) is not None and not _is_done_by_camunda(node)


def _is_done_by_camunda(node: Node) -> bool:
    return any(node.get(camunda(name)) is not None for name in ("delegateExpression", "expression", "type", "decisionRef"))


def _is_something_else(node: Node) -> bool:
    """Whether a task says in another way what it does: by a topic, an expression, a message, a decision."""
    if node.get(camunda("type")) == "external" or node.get(camunda("expression")) is not None:
        return True
    if local(node) == "businessRuleTask":
        return is_decision(node)
    return node.get("messageRef") is not None


def is_decision(node: Node) -> bool:
    """Whether a business rule task evaluates a decision, as it does unless it says something else."""
    if node.get(camunda("decisionRef")) is not None or extension(node, zeebe("calledDecision")) is not None:
        return True
    others = (node.get(camunda(name)) is not None for name in ("delegateExpression", "expression", "type"))
    return not any(others) and extension(node, zeebe("taskDefinition")) is None
