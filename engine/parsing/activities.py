"""What activities do: decisions and calls, and how their jobs are tried."""

import re
from typing import Final

from engine.parsing.bindings import camunda_binding, zeebe_binding
from engine.parsing.call_facts import Call, DecisionCall
from engine.parsing.markup import Node, bpmn, camunda, extension, extensions, flag, local, text_of, zeebe
from engine.parsing.source import Source, is_expression
from engine.parsing.timers import cycle, is_valid
from engine.parsing.workers import is_decision
from expressions import Expression

#: What a business rule task may take of a decision's result.
DECISION_MAPPINGS: Final = frozenset({"value", "singleEntry", "singleResult", "collectEntries", "resultList"})
#: How editors write that a called process has the business key of its caller.
_SAME_KEY: Final = re.compile(r"[$#]\{\s*execution\.(?:processB|b)usinessKey\s*\}")


def decision_of(node: Node, source: Source) -> DecisionCall | None:
    """The decision that a business rule task evaluates; None for anything else."""
    if local(node) != "businessRuleTask" or not is_decision(node):
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


def job_priority_of(node: Node, source: Source) -> Expression | None:
    """How urgent the jobs of an element are: its own word, else that of its process."""
    above = next((outer.get(camunda("jobPriority")) for outer in node.iterancestors(bpmn("process"))), None)
    text = (node.get(camunda("jobPriority")) or above or "").strip()
    if text and not is_expression(text) and not re.fullmatch(r"-?\d{1,9}", text):
        source.refuse("number_invalid", node, attribute="camunda:jobPriority", value=text)
    return source.template(text, node) if text else None


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
