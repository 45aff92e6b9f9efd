"""What a new user task says of itself: who may do it, with which form, until when. Expressions are evaluated once, when it is created."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.errors import StepBroken
from engine.evaluation import Evaluation
from engine.parsing import timers
from engine.parsing.activity_facts import UserTaskFacts
from engine.parsing.elements import Element
from engine.parsing.form_keys import key_of
from engine.ports import GroupDirectory
from engine.tree import Token

MAX_TOPIC = 255
#: How long the names of people and groups may be that are kept of a task.
MAX_ASSIGNEE, MAX_CANDIDATE = 80, 255
DEFAULT_PRIORITY = 50


@dataclass(frozen=True)
class TaskFacts:
    """A user task as its element, evaluated now, wants it."""

    assignee: str | None
    candidate_users: tuple[str, ...]
    candidate_groups: tuple[str, ...]
    due_at: datetime | None
    follow_up_at: datetime | None
    priority: int
    form_key: str | None


def facts_of(
    token: Token, element: Element, evaluation: Evaluation, groups: GroupDirectory, body: str | None, decided: Mapping[str, Any]
) -> TaskFacts:
    """The facts of a user task that has just opened; what a listener has `decided` goes before what the model says.

    Raises StepBroken, or EvaluationFailed, when an expression gives nothing usable.
    """
    facts = element.user_task or UserTaskFacts()

    def value(name: str, expression: Any) -> Any:
        if name in decided:
            return decided[name]
        return None if expression is None else evaluation.evaluate(token, expression)

    def moment(name: str, expression: Any) -> datetime | None:
        return _moment(element, value(name, expression), evaluation)

    users = tuple(_texts(value("candidateUsers", facts.candidate_users)))
    wanted = list(_texts(value("candidateGroups", facts.candidate_groups)))
    if not wanted and not users and element.lane is not None:
        wanted = [_lane_group(token, element.lane, groups)]
    assignee = value("assignee", facts.assignee)
    return TaskFacts(
        assignee=next(_names(element, [str(assignee)], MAX_ASSIGNEE)) if assignee not in (None, "") else None,
        candidate_users=tuple(dict.fromkeys(_names(element, users, MAX_CANDIDATE))),
        candidate_groups=tuple(dict.fromkeys(_names(element, (at_body(group, body) for group in wanted), MAX_CANDIDATE))),
        due_at=moment("dueDate", facts.due_date),
        follow_up_at=moment("followUpDate", facts.follow_up_date),
        priority=_priority(element, value("priority", facts.priority)),
        form_key=_form_key(token, element, facts),
    )


def due_date_of(token: Token, element: Element, evaluation: Evaluation) -> datetime | None:
    """When a user task is due by what its expression gives now; None where the model says nothing. Raises what `facts_of` raises."""
    expression = None if element.user_task is None else element.user_task.due_date
    return None if expression is None else _moment(element, evaluation.evaluate(token, expression), evaluation)


def topic_of(token: Token, element: Element, evaluation: Evaluation) -> tuple[str, int]:
    """The topic of an external task and its priority, 0 when none is given. Raises StepBroken."""
    topic = None if element.topic is None else evaluation.evaluate(token, element.topic)
    if not isinstance(topic, str) or not 0 < len(topic) <= MAX_TOPIC or not topic.isprintable():
        raise StepBroken(element.id, "topic_unreadable", str(topic)[:200])
    priority = None if element.topic_priority is None else evaluation.evaluate(token, element.topic_priority)
    return topic, 0 if priority in (None, "") else _priority(element, priority)


def job_priority_of(token: Token, element: Element, evaluation: Evaluation) -> int:
    """How urgent a job is; 0 when nothing is said. Raises StepBroken."""
    priority = None if element.job_priority is None else evaluation.evaluate(token, element.job_priority)
    return 0 if priority in (None, "") else _priority(element, priority)


def at_body(group: str, body: str | None) -> str:
    """A plain role is meant at the instance's body; what names a body already, or has none to be meant at, stays as it is."""
    return group if "@" in group or body is None else f"{group}@{body}"


def _form_key(token: Token, element: Element, facts: UserTaskFacts) -> str | None:
    """The key of the form: of the catalogue, or of the diagram of the process that the token is in, called or not."""
    if element.form is None:
        return facts.form_key
    return key_of(token.workflow.spec.name.split("/", 1)[0], element.id)


def _lane_group(token: Token, lane: str, groups: GroupDirectory) -> str:
    name: str = token.workflow.spec.process.lanes.get(lane, lane)
    return name if groups.knows(name) else lane


def _texts(value: Any) -> Iterable[str]:
    parts = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else [] if value is None else [value]
    return [text for part in parts if (text := str(part).strip())]


def _names(element: Element, texts: Iterable[str], limit: int) -> Iterator[str]:
    for text in texts:
        if len(text) > limit or not text.isprintable():
            raise StepBroken(element.id, "people_unreadable", text[:200])
        yield text


def _moment(element: Element, value: Any, evaluation: Evaluation) -> datetime | None:
    if value in (None, ""):
        return None
    try:
        return timers.due(value, evaluation.now(), evaluation.zone)
    except (ValueError, TypeError, OverflowError) as invalid:
        raise StepBroken(element.id, "date_unreadable", str(value)[:200]) from invalid


def _priority(element: Element, value: Any) -> int:
    if value in (None, ""):
        return DEFAULT_PRIORITY
    try:
        return max(-(2**31), min(int(value), 2**31 - 1))
    except (ValueError, TypeError) as invalid:
        raise StepBroken(element.id, "priority_unreadable", str(value)[:200]) from invalid
