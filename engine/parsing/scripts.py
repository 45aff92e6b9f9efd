"""Scripts: FEEL or JUEL that gives a value, or lines of assignments. Nothing else is run."""

import re
from typing import Final

from engine.parsing.markup import Node, bpmn, camunda, extension, local, text_of, zeebe
from engine.parsing.source import NAME, Source, is_expression
from engine.parsing.variable_mapping import VariableMapping
from expressions import Expression

_ASSIGNMENT: Final = re.compile(rf"\s*((?:task\.)?{NAME.pattern})\s*:?=(?!=)\s*(.+?)\s*;?\s*")
_LANGUAGES: Final = frozenset({"feel", "juel"})


def assignments_of(node: Node, source: Source) -> tuple[VariableMapping, ...]:
    """What a script task assigns, or a task with `camunda:expression`: one value to a result variable, or lines `name = expression`."""
    if node.get(camunda("expression")) is not None and local(node) != "scriptTask":
        return _evaluated(node, source)
    if local(node) != "scriptTask" or _is_job(node):
        return ()
    job = extension(node, zeebe("script"))
    script = node.find(bpmn("script"))
    if node.get(camunda("resource")) is not None:
        source.refuse("script_resource_not_supported", node)
        return ()
    text = (job.get("expression") if job is not None else text_of(script)) or ""
    result = (job.get("resultVariable") if job is not None else None) or node.get(camunda("resultVariable"))
    return script_of(node, node.get("scriptFormat"), text, result, source)


def script_of(node: Node, language: str | None, text: str, result: str | None, source: Source) -> tuple[VariableMapping, ...]:
    """What a script assigns: its value to the variable `result`, or else line by line."""
    if (language or "feel").lower() not in _LANGUAGES:
        source.refuse("script_language_not_supported", node, language=language)
        return ()
    if not text.strip():
        source.refuse("script_missing", node)
        return ()
    if result:
        return _result(text.strip(), language, result, node, source)
    made: list[VariableMapping] = []
    for line in text.splitlines():
        match = _ASSIGNMENT.fullmatch(line)
        if match is not None:
            made.extend(_result(match.group(2), language, match.group(1), node, source))
        elif line.strip():
            source.refuse("script_not_assignment", node, text=line.strip()[:200])
    return tuple(made)


def script_value_of(node: Node, source: Source) -> Expression | None:
    """The value of a `camunda:script` inside a parameter."""
    language, text = node.get("scriptFormat"), text_of(node)
    if node.get("resource") is not None:
        source.refuse("script_resource_not_supported", node)
    elif (language or "feel").lower() not in _LANGUAGES:
        source.refuse("script_language_not_supported", node, language=language)
    elif text is None:
        source.refuse("script_missing", node)
    else:
        return _value(text, language, node, source)
    return None


def _evaluated(node: Node, source: Source) -> tuple[VariableMapping, ...]:
    """A service, send or business rule task that works out an expression."""
    text, result = str(node.get(camunda("expression"))).strip(), node.get(camunda("resultVariable"))
    if not result:
        source.refuse("expression_without_result", node, text=text[:200])
        return ()
    expression = source.value(text, node)
    named = source.is_name(result, node)
    return (VariableMapping(result, expression),) if named and expression is not None else ()


def _is_job(node: Node) -> bool:
    """Whether a script task is left to a job worker, as `zeebe:taskDefinition` says."""
    return extension(node, zeebe("taskDefinition")) is not None


def _result(text: str, language: str | None, variable: str, node: Node, source: Source) -> tuple[VariableMapping, ...]:
    expression = _value(text, language, node, source)
    named = source.is_name(variable.removeprefix("task."), node)
    return (VariableMapping(variable, expression),) if named and expression is not None else ()


def _value(text: str, language: str | None, node: Node, source: Source) -> Expression | None:
    if is_expression(text):
        return source.template(text, node)
    return source.template(f"${{{text}}}", node) if (language or "").lower() == "juel" else source.feel(text, node)
