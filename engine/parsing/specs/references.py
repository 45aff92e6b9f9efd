"""What a token refers to when it calls a process or asks for a decision: a key, and which of its versions."""

from dataclasses import dataclass
from typing import Any

from engine.definition_errors import ReferenceUnreadable
from engine.parsing.call_facts import Binding, BindingKind
from expressions import Expression


@dataclass(frozen=True)
class Reference:
    """A version of a process or decision: the latest, that of the deployment of `caller`, the one of a number, or the latest with a tag.

    `caller` is the name of the spec that refers to it: the id of its definition.
    """

    key: str
    kind: BindingKind = "latest"
    value: str | None = None
    caller: str = ""


def referred(my_task: Any, key: Expression, binding: Binding) -> Reference:
    """What a token refers to now. Raises ReferenceUnreadable when a key or version is not what it should be, EvaluationFailed."""
    engine = my_task.workflow.script_engine
    named = engine.evaluate(my_task, key)
    if not isinstance(named, str) or not named.strip():
        raise ReferenceUnreadable(key.text, named)
    value = None if binding.value is None else engine.evaluate(my_task, binding.value)
    text = "" if value is None or isinstance(value, bool) else str(value).strip()
    is_fitting = binding.value is None or (text.isdecimal() if binding.kind == "version" else bool(text))
    if not is_fitting:
        raise ReferenceUnreadable(binding.value.text if binding.value is not None else "", value)
    caller = my_task.workflow.spec.name.split("/", 1)[0]
    return Reference(named.strip(), binding.kind, None if binding.value is None else text, caller)
