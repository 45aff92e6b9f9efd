"""The due date of the user task that a timer stands on, as the two arrive together."""

from datetime import UTC, datetime
from typing import Any

from engine.definition_errors import TimerValueInvalid
from engine.parsing import timers


def task_due_date(my_task: Any) -> datetime | None:
    """When the user task beside a boundary timer is due; None when it says nothing. Raises TimerValueInvalid for what is no moment."""
    host = my_task.task_spec.element.event.attached_to
    beside = next((child for child in my_task.parent.children if child.task_spec.bpmn_id == host), None)
    facts = None if beside is None else beside.task_spec.element.user_task
    if facts is None or facts.due_date is None:
        return None
    engine = my_task.workflow.script_engine
    value = engine.evaluate(beside, facts.due_date)
    try:
        return None if value in (None, "") else timers.due(value, engine.now(), getattr(engine, "zone", UTC))
    except (ValueError, TypeError, OverflowError) as invalid:
        raise TimerValueInvalid(host, str(value)[:200]) from invalid
