"""Tokens put down and taken away from outside the flow: by whoever mends an instance, moves it to another version or starts it anew.

What is put down has not arrived yet: the caller gives it variables first, then lets it `arrive`.
"""

from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.util.task import TaskState

from engine.parsing.elements import Element
from engine.parsing.specs.base import spec_name
from engine.parsing.specs.errors import instances_of
from engine.parsing.specs.events import BY_VALUE, CYCLE, DUE, HELD, LEFT
from engine.parsing.specs.gateways import ARRIVED_FROM, Join
from engine.parsing.specs.loops import DONE, TOTAL, MultiInstanceActivity
from engine.parsing.specs.repeated import INDEX
from engine.parsing.specs.tokens import BEGINS_AT, NOWHERE, RELEASED, is_moving

#: Where the body of a multi-instance activity keeps how many instances were ever begun, once that differs from how many there are to be.
BEGUN = "begun"


def put_before(tree: Any, element: Element, came_from: str | None = None) -> Any:
    """Put a token before an element of a tree, with its boundary events beside it; gives the token that will stand at the element.

    At a join it takes the place of a token from the element `came_from`, else of the first that is missing.
    """
    specs = tree.spec.task_specs
    split = specs.get(spec_name(element.id, "begin"))
    if split is not None:
        beginning = tree.task_tree._add_child(split, TaskState.FUTURE)
        split._update(beginning)
        return next(child for child in beginning.children if not isinstance(child.task_spec, BoundaryEvent))
    token = tree.task_tree._add_child(specs[spec_name(element.id)], TaskState.FUTURE)
    if isinstance(token.task_spec, Join):
        token.internal_data[ARRIVED_FROM] = spec_name(came_from) if came_from is not None else _missing(token)
    return token


def _missing(token: Any) -> str:
    """The name of the spec that the first token came from that a join still waits for."""
    there = [task.internal_data.get(ARRIVED_FROM) for task in token.workflow.tasks.values() if task.task_spec is token.task_spec]
    wanted = list(token.task_spec._inputs)
    for name in there:
        if name in wanted:
            wanted.remove(name)
    return str((wanted or token.task_spec._inputs)[0])


def arrive(token: Any) -> None:
    """Let a token that was put down come to its element."""
    before = token.parent
    if isinstance(before.task_spec, BoundaryEventSplit) and before.state == TaskState.READY:
        before.run()
    else:
        token.task_spec._update(token)


def begin_nowhere(token: Any) -> None:
    """Let a subprocess that is about to be entered put no token on its start event; what starts its event subprocesses waits as ever.

    It is entered at once, whether or not a job would come before it.
    """
    token._set_internal_data(**{BEGINS_AT: NOWHERE, RELEASED: True})


def foresee(token: Any) -> None:
    """Give a token that stands somewhere what it leads to, as it gets on arrival."""
    token.task_spec._predict_hook(token)


def arm(parent: Any, name: str) -> None:
    """Let an event that is new beside a token, or in a tree, begin to wait."""
    event = parent._add_child(parent.workflow.spec.task_specs[name], TaskState.FUTURE)
    if isinstance(event.task_spec, BoundaryEvent):
        event._set_state(TaskState.WAITING)
    event.task_spec._update(event)


def wait_anew(token: Any) -> None:
    """Let an event forget what it has waited for so far, and ask its element again."""
    for key in (DUE, CYCLE, LEFT, BY_VALUE, HELD, "event_fired"):
        token.internal_data.pop(key, None)
    token.task_spec._update(token)


def hold_none(body: Any) -> None:
    """Let an activity that is done several times, and is about to be entered, begin none of its instances or rounds by itself."""
    if isinstance(body.task_spec, MultiInstanceActivity):
        counts = {TOTAL: 0, DONE: 0, BEGUN: 0} if takes_instances(body) else {TOTAL: 1, DONE: 0}
        body._set_internal_data(**counts)
        collected = body.task_spec.loop.output_collection
        if collected is not None:
            body.workflow.script_engine.write_local(body, {collected: []})
    body._set_state(TaskState.STARTED)


def put_instance(body: Any) -> Any:
    """Put one more instance into a parallel multi-instance activity, or the first into another; gives its token.

    Its item is the one of its number in the collection as that is now; where there is none, the instance has no item.
    """
    spec, engine = body.task_spec, body.workflow.script_engine
    index = 0
    if takes_instances(body):
        index = body.internal_data.get(BEGUN, body.internal_data[TOTAL])
        body._set_internal_data(**{TOTAL: body.internal_data[TOTAL] + 1, BEGUN: index + 1})
    own: dict[str, Any] = {"loopCounter": index}
    if isinstance(spec, MultiInstanceActivity):
        if spec.loop.output_collection is not None:
            collected = spec.loop.output_collection
            engine.write_local(body, {collected: [*engine.read(body, collected), None]})
        item = spec.loop.item
        items = spec._items(body) if item is not None else []
        own |= {item: items[index]} if item is not None and index < len(items) else {}
    token = body._add_child(body.workflow.spec.task_specs[spec.inner], TaskState.WAITING)
    token.triggered = True
    token._set_internal_data(**{INDEX: index})
    engine.write_local(token, own)
    return token


def take_instance(body: Any, instance: Any) -> bool:
    """Take one instance out of a parallel multi-instance activity; where the others are done, so is the activity.

    Gives whether the activity is left with nothing that was or can be done.
    """
    data = body.internal_data
    data.setdefault(BEGUN, data[TOTAL])
    data[TOTAL] -= 1
    instance.cancel()
    if data[TOTAL] == data[DONE] and data[DONE]:
        body._set_state(TaskState.READY)
    return bool(data[TOTAL] == data[DONE] == 0)


def take_away(token: Any) -> None:
    """End a token where it stands, with what is inside it and what is attached to it."""
    beside, on = token.parent, token.task_spec.element.id
    for instance in instances_of(token):
        instance.cancel()
    token.cancel()
    if isinstance(beside.task_spec, BoundaryEventSplit):
        attached = [other for other in beside.children if isinstance(other.task_spec, BoundaryEvent) and other.state == TaskState.WAITING]
        for other in attached:
            if other.task_spec.element.event.attached_to == on:
                other.cancel()


def takes_instances(body: Any) -> bool:
    """Whether instances can be put into a token's activity and taken out of it: they all run side by side."""
    return isinstance(body.task_spec, MultiInstanceActivity) and not body.task_spec.loop.sequential


def inside(token: Any) -> Any:
    """The tree inside a token of a subprocess or a call activity."""
    return token.workflow.top_workflow.subprocesses[token.id]


def is_deserted(tree: Any) -> bool:
    """Whether nothing is left in a tree that could go on: what has come to its end only waits there for the others."""
    return not any(is_moving(token) for token in tree.tasks.values() if token.task_spec is not tree.spec.end)
