"""The tree of tokens that SpiffWorkflow keeps for an instance: walked, saved without its spec, and restored.

SpiffWorkflow calls a node of this tree a Task; here it is a token, for "task" means a user task everywhere else. This module and
`engine.pruning` are the only ones that touch the library's private fields; `tests/engine/test_tree.py` pins what they rely on.
"""

import logging
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias
from uuid import UUID

from SpiffWorkflow import task as task_module
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow, BpmnSubWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine import values
from engine.errors import InstanceCannotContinue
from engine.parsing.elements import Element
from engine.parsing.specs.activities import depth_of, inside_of
from engine.parsing.specs.tokens import BEGINS_AT
from storage.identifiers import new_id

Token: TypeAlias = Any
Tree: TypeAlias = Any
#: A token as it is saved: id, place of the parent's row, state, spec, internal data, and 1 when it was triggered.
Row: TypeAlias = list[Any]

#: States in which a token waits for somebody or something, or can run.
OPEN = TaskState.READY | TaskState.WAITING | TaskState.STARTED

# The library logs the data of tokens, and collects it whether or not anybody listens.
for _name in ("spiff.workflow", "spiff.task", "spiff"):
    logging.getLogger(_name).setLevel(logging.WARNING)


def _set_state(token: Task, state: int) -> None:
    token._state = state


# So does every change of a token's state: names, times and relatives are put together for nobody, which takes a tenth of a step.
Task._set_state = _set_state
# Its own ids take a journey to the system each.
task_module.uuid4 = new_id


class _Updates:
    """What a finished token sets going in its tree: joins look again; timers fire in steps of their own."""

    tasks: dict[UUID, Token]

    def update_waiting_tasks(self) -> None:
        """Called by the library whenever a token completes; its own walks the whole tree, to a depth of 1,000 and no further."""
        for token in list(self.tasks.values()):
            if token.state == TaskState.WAITING and not isinstance(token.task_spec, CatchingEvent):
                token.task_spec._update(token)

    def _remove_task(self, token_id: UUID) -> None:
        """Called by the library for all that a cancelled token leads to. Instances and rounds stand below their body, but inside it: they
        are cancelled, with all that is inside them. What throws an error in one of them is still on its way out.
        """
        token = self.tasks[token_id]
        if token.triggered and holds_instances(token.parent):
            token.cancel()
        else:
            BpmnBaseWorkflow._remove_task(self, token_id)


class _InnerTree(_Updates, BpmnSubWorkflow):  # type: ignore[misc]
    def _calculate_depth(self) -> int:
        """Called by the library for a new tree; its own asks the way to the top for every tree on it."""
        return depth_of(self.parent_workflow) + 1


class _ProcessTree(_Updates, BpmnWorkflow):  # type: ignore[misc]
    def create_subprocess(self, my_task: Token, spec_name: str) -> Tree:
        inner = _InnerTree(self.subprocess_specs[spec_name], parent_task_id=my_task.id, top_workflow=self)
        self.subprocesses[my_task.id] = inner
        return inner


def plant(spec: Any, subprocess_specs: Mapping[str, Any], evaluation: Any, begins_at: str | None = None) -> Tree:
    """A new tree of a process, with its first token ready; `begins_at` names a start event other than the plain one."""
    top = _ProcessTree(spec, subprocess_specs, script_engine=evaluation)
    top.subprocess_specs = subprocess_specs  # the library replaces an empty one, which may yet be filled
    setattr(top, BEGINS_AT, begins_at)
    return top


def trees(top: Tree) -> Iterator[Tree]:
    """The process's tree and those of all its subprocesses and called processes, outer ones first."""
    yield top
    yield from list(top.subprocesses.values())


def open_tokens(top: Tree) -> list[Token]:
    """The tokens of all trees that wait or can run; never walks a tree, so its depth cannot hurt."""
    return [token for tree in trees(top) for token in tree.tasks.values() if token.state & OPEN]


def token_of(top: Tree, token_id: str) -> Token | None:
    """The token of an id, in whichever tree it is."""
    key = UUID(token_id)
    return next((tree.tasks[key] for tree in trees(top) if key in tree.tasks), None)


def by_id(top: Tree) -> dict[str, Token]:
    """All tokens of all trees by id."""
    return {token.id.hex: token for tree in trees(top) for token in tree.tasks.values()}


def parent_token(token: Token) -> Token | None:
    """The token of the subprocess or call activity that a token is inside of; None directly in the process."""
    outer = token.workflow.parent_task_id
    return None if outer is None else token.workflow.top_workflow.get_task_from_id(outer)


def element_of(token: Token) -> Element | None:
    """The element of the model that a token stands at; None for what the library adds of its own."""
    element = getattr(token.task_spec, "element", None)
    return element if isinstance(element, Element) else None


def holds_instances(token: Token) -> bool:
    """Whether a token is the body of a multi-instance activity or loop, around the tokens of its instances or rounds."""
    return bool(getattr(token.task_spec, "holds_instances", False))


def body_of(token: Token) -> Token | None:
    """The body of the multi-instance activity or loop that a token is one instance or round of, else None."""
    above = token.parent
    return above if token.triggered and above is not None and holds_instances(above) else None


def keeps_variables(token: Token) -> bool:
    """Whether new variables of a token are its own: instances of a multi-instance activity have theirs, rounds of a loop share them."""
    body = body_of(token)
    return body is not None and bool(body.task_spec.instances_keep_variables)


def saved(top: Tree) -> dict[str, Any]:
    """The tokens of all trees as JSON, without their specs."""
    inner = [[outer.hex, rows_of(tree), tree.completed] for outer, tree in top.subprocesses.items()]
    return {"tokens": rows_of(top), "inner": inner, "completed": top.completed}


def restored(state: Mapping[str, Any], spec: Any, subprocess_specs: Mapping[str, Any], evaluation: Any) -> Tree:
    """The trees of a saved state. Raises InstanceCannotContinue when the specs do not know an element that the state stands at."""
    top = _ProcessTree(spec, subprocess_specs, script_engine=evaluation, deserializing=True)
    top.subprocess_specs = subprocess_specs
    grown = _grow(top, state["tokens"])
    top.completed = state["completed"]
    for outer, rows, completed in state["inner"]:
        token = grown.get(outer)
        inner_spec = None if token is None else subprocess_specs.get(inside_of(token))
        if token is None or inner_spec is None:
            raise InstanceCannotContinue(element=outer)
        tree = _InnerTree(inner_spec, token.id, top, deserializing=True)
        top.subprocesses[token.id] = tree
        grown.update(_grow(tree, rows))
        tree.completed = completed
        tree.completed_event.connect(token.task_spec._on_subworkflow_completed, token)
    return top


def rows_of(tree: Tree) -> list[Row]:
    """One row per token of a tree, parents first."""
    rows: list[Row] = []
    places: dict[UUID, int] = {}
    stack = [tree.task_tree]
    while stack:
        token = stack.pop()
        places[token.id] = len(rows)
        parent = places.get(token._parent, -1)
        rows.append([token.id.hex, parent, token.state, token.task_spec.name, internal_of(token), int(token.triggered)])
        stack.extend(reversed(token.children))
    return rows


def internal_of(token: Token) -> dict[str, Any]:
    """The internal data of a token as JSON."""
    return {key: values.to_json(values.plain(value)) for key, value in token.internal_data.items()}


def _grow(tree: Tree, rows: list[Row]) -> dict[str, Token]:
    grown: list[Token] = []
    manager = tree.top_workflow.event_manager
    for identifier, parent, state, name, internal, triggered in rows:
        spec = tree.spec.task_specs.get(name)
        if spec is None:
            raise InstanceCannotContinue(element=name)
        token = Task(tree, spec, grown[parent] if parent >= 0 else None, state=state, id=UUID(identifier))
        token.triggered = bool(triggered)
        token.internal_data = {key: values.from_json(value) for key, value in internal.items()}
        if state == TaskState.WAITING and isinstance(spec, CatchingEvent):
            manager.add_task(token)
        grown.append(token)
    tree.task_tree = grown[0]
    return {token.id.hex: token for token in grown}
