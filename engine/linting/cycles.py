"""Cycles in graphs, found without recursion."""

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def on_cycles(graph: Mapping[Node, Iterable[Node]]) -> set[Node]:
    """The nodes that lie on a cycle, or between two."""
    forward = {name: set(targets) for name, targets in graph.items()}
    backward: dict[Node, set[Node]] = {name: set() for name in forward}
    for name, targets in forward.items():
        for target in targets:
            backward[target].add(name)
    left = _without_ends(set(forward), forward, backward)
    return _without_ends(left, backward, forward)


def _without_ends(names: set[Node], forward: Mapping[Node, set[Node]], backward: Mapping[Node, set[Node]]) -> set[Node]:
    """What remains when nodes that lead nowhere are taken away, again and again."""
    left = set(names)
    degree = {name: len(forward[name] & left) for name in left}
    queue = [name for name in left if degree[name] == 0]
    while queue:
        gone = queue.pop()
        left.discard(gone)
        for origin in backward[gone] & left:
            degree[origin] -= 1
            if degree[origin] == 0:
                queue.append(origin)
    return left
