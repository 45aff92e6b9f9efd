"""Circles in graphs, found without recursion."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Generic, TypeVar

Node = TypeVar("Node", bound=Hashable)


def circles(graph: Mapping[Node, Iterable[Node]]) -> list[set[Node]]:
    """The largest sets of nodes of which each is reached from each, and from itself (R. Tarjan, Depth-first search, 1972)."""
    search = _Search(graph)
    for node in graph:
        search.walk(node)
    return [nodes for nodes in search.found if len(nodes) > 1 or any(node in graph[node] for node in nodes)]


class _Search(Generic[Node]):
    """A walk through a graph that takes each node once; `_low` is the first node that can be got back to from one and what follows it."""

    def __init__(self, graph: Mapping[Node, Iterable[Node]]) -> None:
        self.found: list[set[Node]] = []
        self._graph = graph
        self._place: dict[Node, int] = {}
        self._low: dict[Node, int] = {}
        self._open: dict[Node, None] = {}
        self._way: list[tuple[Node, Iterator[Node]]] = []

    def walk(self, start: Node) -> None:
        """Take a node and all that is reached from it, where they have not been taken."""
        self._enter(start)
        while self._way:
            node, targets = self._way[-1]
            target = next(targets, None)
            if target is None:
                self._leave()
            elif target in self._open:
                self._low[node] = min(self._low[node], self._place[target])
            else:
                self._enter(target)

    def _enter(self, node: Node) -> None:
        if node not in self._place:
            self._place[node] = self._low[node] = len(self._place)
            self._open[node] = None
            self._way.append((node, iter(self._graph[node])))

    def _leave(self) -> None:
        node, _ = self._way.pop()
        if self._way:
            before = self._way[-1][0]
            self._low[before] = min(self._low[before], self._low[node])
        if self._low[node] == self._place[node]:
            circle: set[Node] = set()
            while node not in circle:
                circle.add(self._open.popitem()[0])
            self.found.append(circle)
