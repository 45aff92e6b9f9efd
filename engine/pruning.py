"""Forgetting finished tokens, so that a step costs the same after a thousand revisions as after one.

What is kept in each tree: its root; every token that is not finished; the finished parent that an open token stands on; the split and its
children for every structured join that is still to come. Everything else goes, also from the middle of the tree, so that a branch that
forked early cannot pin what came after it. A kept token moves up to its nearest kept ancestor, so who descends from whom stays as it was.
(Our joins remember in the waiting token where it came from, see `engine.parsing.specs.gateways`, so they need no finished tokens.)
"""

from collections.abc import Iterator
from uuid import UUID

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.util.task import TaskState

from engine.tree import OPEN, Token, Tree, trees


def prune(top: Tree) -> int:
    """Forget all finished tokens of an instance that nothing needs any more, in every tree; gives how many."""
    gone = sum(_prune_tree(tree) for tree in list(trees(top)) if tree.top_workflow is top)
    forget_orphans(top)
    return gone


def _prune_tree(tree: Tree) -> int:
    kept = _needed(tree)
    gone = [token for token in tree.tasks.values() if token.id not in kept]
    if not gone:
        return 0
    _lift(tree, kept)
    for token in gone:
        del tree.tasks[token.id]
        _forget_inside(tree.top_workflow, token.id)
    if tree.last_task is not None and tree.last_task.id not in tree.tasks:
        tree.last_task = tree.task_tree
    return len(gone)


def _needed(tree: Tree) -> set[UUID]:
    kept = {tree.task_tree.id}
    for token in tree.tasks.values():
        if not token.state & TaskState.NOT_FINISHED_MASK or _echoes(token):
            continue
        kept.add(token.id)
        if token._parent is not None and token.state & OPEN:
            kept.add(token._parent)
        kept.update(_split_family(token))
    return kept


def _echoes(token: Token) -> bool:
    """Whether a token is what a non-interrupting boundary event left at the join behind its activity: there it waits for nothing."""
    return isinstance(token.task_spec, BoundaryEventJoin) and _is_over(token.parent)


def _is_over(token: Token) -> bool:
    """Whether a token is a non-interrupting boundary event that has happened."""
    finished = token is not None and token.state & TaskState.FINISHED_MASK
    return bool(finished) and isinstance(token.task_spec, BoundaryEvent) and not token.task_spec.cancel_activity


def _split_family(token: Token) -> Iterator[UUID]:
    """The split that a structured join will look for above itself, and what the split led to."""
    name = getattr(token.task_spec, "split_task", None)
    if name is None:
        return
    split = next((above for above in _ancestors(token) if above.task_spec.name == name), None)
    if split is not None:
        yield split.id
        led_to = (child for child in split.children if child.task_spec.name in split.task_spec._outputs)  # not what moved up there
        yield from (child.id for child in led_to if not _is_over(child))


def _ancestors(token: Token) -> Iterator[Token]:
    above = token.parent
    while above is not None:
        yield above
        above = above.parent


def _lift(tree: Tree, kept: set[UUID]) -> None:
    """Hang every kept token below its nearest kept ancestor, brothers in the order they had."""
    root = tree.task_tree
    children: dict[UUID, list[UUID]] = {identifier: [] for identifier in kept}
    stack = [(child, root.id) for child in reversed(root._children)]
    while stack:
        identifier, above = stack.pop()
        token = tree.tasks[identifier]
        if identifier in kept:
            children[above].append(identifier)
            token._parent = above
            above = identifier
        stack.extend((child, above) for child in reversed(token._children))
    for identifier, below in children.items():
        tree.tasks[identifier]._children = below


def forget_orphans(top: Tree) -> None:
    """Forget the trees inside tokens that are not there any more: cancelling a token drops what it holds from its tree."""
    if not top.subprocesses:
        return
    inside: dict[UUID, Tree] = {}
    queue = [top]
    while queue:
        found = {token: top.subprocesses[token] for token in queue.pop().tasks if token in top.subprocesses}
        inside.update(found)
        queue.extend(found.values())
    for token in top.subprocesses.keys() - inside.keys():
        del top.subprocesses[token]


def _forget_inside(top: Tree, token_id: UUID) -> None:
    """Forget the trees inside a token, however deep."""
    inside = top.subprocesses.pop(token_id, None)
    if inside is not None:
        for inner in list(inside.tasks):
            _forget_inside(top, inner)
