"""Transactions that are cancelled: what is active ends, what has completed is undone, then the cancel event goes on (BPMN 2.0.2, 10.3.5).

A transaction that an error leaves is a hazard: nothing is undone, and the error event on it goes on (see `specs.errors`).
"""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.parsing.specs import compensation, memory
from engine.parsing.specs.base import ElementSpec
from engine.parsing.specs.errors import cancel_transaction, end_all_but, end_waiting_at
from engine.parsing.specs.tokens import hold_for_job

#: What is active inside a tree: the token of a subprocess, the id of its element, its tree, and the same of that.
_Active = tuple[Any, str, Any, list["_Active"]]


class CancelEnd(ElementSpec):
    """Cancels the transaction that it is in, directly or in an event subprocess. The token is STARTED while handlers run."""

    def _update_hook(self, my_task: Any) -> bool:
        if my_task.has_state(TaskState.STARTED | TaskState.READY) or hold_for_job(my_task):
            return False
        super()._update_hook(my_task)
        my_task._set_state(TaskState.STARTED)
        transaction = _transaction(my_task)
        active = _active(transaction, without=my_task.workflow)
        _end_all_around(my_task, transaction)
        for part in _parts(active):
            memory.remember(transaction, part)
        taken = memory.take(transaction)
        if taken:
            transaction.spec.compensation.begin(transaction, taken, my_task)
        return not taken

    def compensated(self, my_task: Any) -> None:
        """All that had completed has been undone."""
        my_task._set_state(TaskState.READY)

    def _run_hook(self, my_task: Any) -> bool:
        cancel_transaction(_holder(_transaction(my_task)))
        return True


def _transaction(my_task: Any) -> Any:
    """The tree of the transaction that an event is in."""
    return compensation.trees_seen(my_task)[-1]


def _holder(tree: Any) -> Any:
    """The token of the subprocess around a tree."""
    return tree.top_workflow.get_task_from_id(tree.parent_task_id)


def _active(tree: Any, without: Any = None) -> list[_Active]:
    """The subprocesses that are active in a tree, however deep, except the one around the event that cancels."""
    inner = [(token, activity, tree.top_workflow.subprocesses[token.id]) for token, activity in compensation.parts_of(tree)]
    return [(token, activity, inside, _active(inside)) for token, activity, inside in inner if inside is not without]


def _end_all_around(my_task: Any, transaction: Any) -> None:
    end_all_but(my_task)
    if transaction is not my_task.workflow:
        end_all_but(_holder(my_task.workflow))
    end_waiting_at(_holder(transaction), but=("cancel", "error"))


def _parts(active: list[_Active]) -> list[memory.Record]:
    """What completed inside of subprocesses that have been ended."""
    made: list[memory.Record] = []
    for token, activity, inside, below in active:
        part = compensation.part_of(token, activity, [*memory.records_in(inside), *_parts(below)])
        if part is not None:
            made.append(part)
    return made
