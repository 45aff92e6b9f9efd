"""What activities do: operations, scripts, calls, and the jobs before them."""

import re
from typing import Final

from engine.parsing.bindings import camunda_binding, zeebe_binding
from engine.parsing.elements import Call, DecisionCall, VariableMapping
from engine.parsing.markup import Node, bpmn, camunda, extension, extensions, flag, local, text_of, zeebe
from engine.parsing.source import NAME, Source, is_expression
from engine.parsing.timers import cycle, is_valid
from expressions import Expression

_OPERATION: Final = re.compile(r"[$#]\{\s*([^\W\d]\w*(?:\.[^\W\d]\w*)*)\s*\}")
_OPERATION_NAME: Final = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
#: What a business rule task may take of a decision's result.
DECISION_MAPPINGS: Final = frozenset({"value", "singleEntry", "singleResult", "collectEntries", "resultList"})
#: How editors write that a called process has the business key of its caller.
_SAME_KEY: Final = re.compile(r"[$#]\{\s*execution\.(?:processB|b)usinessKey\s*\}")
_ASSIGNMENT: Final = re.compile(rf"\s*({NAME.pattern})\s*:?=(?!=)\s*(.+?)\s*;?\s*")


def operation_of(node: Node, source: Source) -> str | None:
    """The name of the operation that a service task or send task calls; None for anything else, and for a send task with a message."""
    if local(node) not in ("serviceTask", "sendTask") or node.get("messageRef") is not None:
        return None
    if node.get(camunda("type")) == "external":
        return None
    delegate = node.get(camunda("delegateExpression"))
    job = extension(node, zeebe("taskDefinition"))
    if delegate is not None:
        match = _OPERATION.fullmatch(delegate.strip())
        if match is None:
            source.refuse("operation_unreadable", node, text=delegate)
        return match.group(1) if match else None
    named = (job.get("type") or "").strip() if job is not None else ""
    if named and not _OPERATION_NAME.fullmatch(named):
        source.refuse("operation_unreadable", node, text=named)
    elif not named:
        source.refuse("operation_not_named", node)
    return named or None


def topic_of(node: Node, source: Source) -> tuple[Expression | None, Expression | None]:
    """The topic and the priority of a task that a worker outside does; (None, None) for anything else."""
    if local(node) not in ("serviceTask", "sendTask") or node.get(camunda("type")) is None:
        return None, None
    topic = (node.get(camunda("topic")) or "").strip()
    if node.get(camunda("type")) != "external" or not topic:
        source.refuse("topic_missing", node)
        return None, None
    return source.template(topic, node), source.template(node.get(camunda("taskPriority")), node)


def assignments_of(node: Node, source: Source) -> tuple[VariableMapping, ...]:
    """The statements of a script task: one expression with a result variable, or lines `name = expression`."""
    if local(node) != "scriptTask":
        return ()
    job = extension(node, zeebe("script"))
    script = node.find(bpmn("script"))
    text = (job.get("expression") if job is not None else text_of(script)) or ""
    result = (job.get("resultVariable") if job is not None else None) or node.get(camunda("resultVariable"))
    if (node.get("scriptFormat") or "feel").lower() not in {"feel", "juel"}:
        source.refuse("script_language_not_supported", node, language=node.get("scriptFormat"))
        return ()
    if not text.strip():
        source.refuse("script_missing", node)
        return ()
    return _result(text.strip(), result, node, source) if result else _statements(text, node, source)


def decision_of(node: Node, source: Source) -> DecisionCall | None:
    """The decision that a business rule task evaluates; None for anything else."""
    if local(node) != "businessRuleTask":
        return None
    called = extension(node, zeebe("calledDecision"))
    text = (called.get("decisionId") if called is not None else node.get(camunda("decisionRef"))) or ""
    variable = called.get("resultVariable") if called is not None else node.get(camunda("resultVariable"))
    mapping = "value" if called is not None else node.get(camunda("mapDecisionResult"), "resultList")
    if not text.strip():
        source.refuse("decision_not_named", node)
        return None
    if mapping not in DECISION_MAPPINGS:
        source.refuse("decision_mapping_unknown", node, mapping=mapping)
    if variable is not None and not source.is_name(variable, node):
        return None
    key = source.template(text.strip(), node)
    binding = camunda_binding(node, "decisionRef", source) if called is None else zeebe_binding(called, source)
    return None if key is None else DecisionCall(key, variable, mapping, binding)


def call_of(node: Node, source: Source) -> Call | None:
    """What a call activity calls; None for anything else."""
    if local(node) != "callActivity":
        return None
    called = extension(node, zeebe("calledElement"))
    text = ((called.get("processId") if called is not None else node.get("calledElement")) or "").strip()
    key = source.template(text, node)
    if not text or key is None:
        if not text:
            source.refuse("called_process_missing", node)
        return None
    passed, returned = extensions(node, camunda("in")), extensions(node, camunda("out"))
    business_key = next((item.get("businessKey") for item in passed if item.get("businessKey")), None)
    same = business_key is not None and _SAME_KEY.fullmatch(business_key.strip()) is not None
    return Call(
        key=key,
        business_key=None if same else source.template(business_key, node),
        binding=camunda_binding(node, "calledElement", source) if called is None else zeebe_binding(called, source),
        pass_all=any(item.get("variables") == "all" for item in passed)
        or (called is not None and flag(called, "propagateAllParentVariables", default=True)),
        return_all=any(item.get("variables") == "all" for item in returned)
        or (called is not None and flag(called, "propagateAllChildVariables", default=True)),
    )


def async_before_of(node: Node) -> bool:
    """Whether a job stands before the element."""
    return flag(node, camunda("asyncBefore")) or flag(node, camunda("async"))


def retries_of(node: Node, source: Source) -> tuple[int | None, tuple[str, ...]]:
    """How often a job is tried and the pauses between: `R3/PT10M`, `PT1M,PT10M` or a plain number; (None, ()) when nothing is said."""
    job = extension(node, zeebe("taskDefinition"))
    retry = extension(node, camunda("failedJobRetryTimeCycle"))
    text = text_of(retry) or (job.get("retries") if job is not None else None)
    if text is None:
        return None, ()
    if text.isdigit():
        return int(text), ()
    pauses = tuple(part.strip() for part in text.split(","))
    if text.startswith("R") and is_valid("cycle", text) and "/P" in text:
        return cycle(text).count, (text.rsplit("/", 1)[-1],)
    if not all(is_valid("duration", pause) for pause in pauses):
        source.refuse("retries_unreadable", node, text=text)
    return len(pauses) + 1, pauses


def _result(text: str, variable: str, node: Node, source: Source) -> tuple[VariableMapping, ...]:
    expression = source.template(text, node) if is_expression(text) else source.feel(text, node)
    named = source.is_name(variable, node)
    return (VariableMapping(variable, expression),) if named and expression is not None else ()


def _statements(text: str, node: Node, source: Source) -> tuple[VariableMapping, ...]:
    made: list[VariableMapping] = []
    for line in text.splitlines():
        match = _ASSIGNMENT.fullmatch(line)
        if match is not None:
            made.extend(_result(match.group(2), match.group(1), node, source))
        elif line.strip():
            source.refuse("script_not_assignment", node, text=line.strip()[:200])
    return tuple(made)
