"""Who does a user task, with which form, until when."""

import re
from typing import Final

from engine.parsing.activity_facts import UserTaskFacts
from engine.parsing.form_fields import embedded_form_id
from engine.parsing.markup import Node, camunda, extension, local, zeebe
from engine.parsing.source import Source, is_expression
from engine.parsing.timers import is_valid
from expressions import Expression

_FORM_PREFIX: Final = re.compile(r"^(?:camunda-forms|embedded|bpmn):(?:(?:app|deployment|engine|bpmn):)?")


def user_task_of(node: Node, source: Source) -> UserTaskFacts | None:
    """Who does a user task, with which form, until when, in the words of either family of editors; None for anything else."""
    if local(node) != "userTask":
        return None
    people = extension(node, zeebe("assignmentDefinition"))
    schedule = extension(node, zeebe("taskSchedule"))
    priority = extension(node, zeebe("priorityDefinition"))
    return UserTaskFacts(
        assignee=_either(node, "assignee", people, "assignee", source),
        candidate_users=_either(node, "candidateUsers", people, "candidateUsers", source),
        candidate_groups=_either(node, "candidateGroups", people, "candidateGroups", source),
        due_date=_moment(node, "dueDate", schedule, "dueDate", source),
        follow_up_date=_moment(node, "followUpDate", schedule, "followUpDate", source),
        priority=_whole_number(node, "priority", priority, "priority", source),
        form_key=form_key_of(node, source),
    )


def form_key_of(node: Node, source: Source) -> str | None:
    """The key of the form of a user task or start event, without the prefixes and file endings that editors write before and after it."""
    if embedded_form_id(node) is not None:
        return None
    definition = extension(node, zeebe("formDefinition"))
    named = [node.get(camunda("formKey")), node.get(camunda("formRef"))]
    if definition is not None:
        named += [definition.get(name) for name in ("formId", "formKey", "externalReference")]
    given = next((text for text in named if text), None)
    key = source.literal(given, node, "formKey")
    return _FORM_PREFIX.sub("", key).rsplit("/", 1)[-1].removesuffix(".form").removesuffix(".html") if key else None


def _either(node: Node, name: str, other: Node | None, other_name: str, source: Source) -> Expression | None:
    """An attribute of the `camunda` family, or else of a `zeebe` extension element."""
    text = node.get(camunda(name)) or (other.get(other_name) if other is not None else None)
    return source.template(text.strip(), node) if text and text.strip() else None


def _moment(node: Node, name: str, other: Node | None, other_name: str, source: Source) -> Expression | None:
    expression = _either(node, name, other, other_name, source)
    text = (node.get(camunda(name)) or (other.get(other_name) if other is not None else None) or "").strip()
    if text and not is_expression(text) and not (is_valid("date", text) or is_valid("duration", text)):
        source.refuse("date_invalid", node, attribute=name, value=text)
    return expression


def _whole_number(node: Node, name: str, other: Node | None, other_name: str, source: Source) -> Expression | None:
    expression = _either(node, name, other, other_name, source)
    text = (node.get(camunda(name)) or (other.get(other_name) if other is not None else None) or "").strip()
    if text and not is_expression(text) and not re.fullmatch(r"-?\d{1,9}", text):
        source.refuse("number_invalid", node, attribute=name, value=text)
    return expression
