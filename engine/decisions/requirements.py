"""Where decisions require themselves, in a circle, which they must not (DMN 1.5, 6.3.7 and 6.3.10).

A decision service makes its output decisions anew, with what they require but for the decisions that it is given. Knowledge models may
call each other, and themselves.
"""

from collections.abc import Iterable, Mapping

from engine.decisions.model import Decision, Element, Knowledge, Service
from engine.linting.cycles import on_cycles

#: A decision, knowledge model or service, and the decisions that need not be made where it is looked at.
_Place = tuple[str, frozenset[str]]


def in_circles(elements: Mapping[str, Element], decisions: Iterable[str]) -> set[str]:
    """The decisions, of some, that lie on a circle of requirements."""
    graph: dict[_Place, list[_Place]] = {}
    queue: list[_Place] = [(ref, frozenset()) for ref in decisions]
    while queue:
        place = queue.pop()
        if place not in graph:
            graph[place] = list(_required(elements, *place))
            queue += graph[place]
    return {ref for ref, _ in on_cycles(graph) if isinstance(elements[ref], Decision)}


def _required(elements: Mapping[str, Element], ref: str, given: frozenset[str]) -> Iterable[_Place]:
    """What has to be made or known for one element."""
    match elements.get(ref):
        case Service() as service:
            return [(output, frozenset(service.decisions)) for output in service.outputs if output not in service.decisions]
        case Decision() | Knowledge() as element:
            return [(one.ref, given) for one in element.requires if one.ref not in given]
    return ()
