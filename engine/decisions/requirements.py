"""Where decisions require themselves, in a circle, which they must not (DMN 1.5, 6.3.7 and 6.3.10).

A decision service makes its output decisions anew, with what they require but for the decisions that it is given. Knowledge models may
call each other, and themselves.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from engine.decisions.model import Decision, Element, Knowledge, Service
from engine.linting.cycles import circles

#: No more places and ways between them are looked at in elements that would all require each other but for what services are given.
MAX_WAYS: Final = 100_000
#: A decision, knowledge model or service, and the service (or none) whose given decisions need not be made where it is looked at.
_Place = tuple[str, str]


def in_circles(elements: Mapping[str, Element], decisions: Iterable[str]) -> set[str]:
    """The decisions, of some, that lie on a circle of requirements.

    Of elements that would all require each other without what services are given, and are too many to be looked at from each service, all.
    """
    wanted = set(decisions)
    knots = circles(_reached(elements, wanted))
    return {ref for knot in knots if knot & wanted for ref in _on_circles(elements, knot, knot & wanted)}


def _reached(elements: Mapping[str, Element], decisions: Iterable[str]) -> dict[str, list[str]]:
    """What decisions and what they reach require, whatever services are given."""
    graph: dict[str, list[str]] = {}
    queue = list(decisions)
    while queue:
        ref = queue.pop()
        if ref not in graph:
            graph[ref] = [required for required, _ in _required(elements, (ref, ""), frozenset())]
            queue += graph[ref]
    return graph


def _on_circles(elements: Mapping[str, Element], knot: Collection[str], decisions: Collection[str]) -> set[str]:
    """Those decisions of a knot that are on a circle when services are given what they are given; a circle is inside one knot."""
    given = {ref: frozenset(one.decisions) & frozenset(knot) for ref in knot if isinstance(one := elements[ref], Service)}
    graph: dict[_Place, list[_Place]] = {}
    queue: list[_Place] = [(ref, "") for ref in decisions]
    ways = 0
    while queue:
        place = queue.pop()
        if place in graph:
            continue
        if ways > MAX_WAYS:
            return set(decisions)
        required = _required(elements, place, given.get(place[1], frozenset()))
        graph[place] = [(ref, service if given.get(service) else "") for ref, service in required if ref in knot]
        queue += graph[place]
        ways += 1 + len(graph[place])
    return {ref for circle in circles(graph) for ref, _ in circle} & set(decisions)


def _required(elements: Mapping[str, Element], place: _Place, given: Collection[str]) -> Iterable[_Place]:
    """What has to be made or known for one element."""
    ref, service = place
    match elements.get(ref):
        case Service() as made:
            return [(output, ref) for output in made.outputs if output not in made.decisions]
        case Decision() | Knowledge() as element:
            return [(one.ref, service) for one in element.requires if one.ref not in given]
    return ()
