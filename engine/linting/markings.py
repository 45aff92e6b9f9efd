"""Plays the token game of each level of a process, to find what no look at single gateways can: joins that wait for ever, ways that meet.

A marking says on which sequence flows tokens stand. Tokens of different elements do not disturb each other (every flow has one target), so
in each marking one element is let go and only its choices are followed; inclusive joins, which wait for others, are let go last. That keeps
the number of markings small and loses no dead end. What is explored is what the drawing allows: conditions are taken to be independent.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Final

from engine.findings import Finding, Findings
from engine.parsing.elements import Element, ProcessModel

#: Markings of one level that are looked at, and their number times that of its elements; a level with more is left to people.
MAX_MARKINGS: Final = 2000
_MAX_WORK: Final = 200_000
#: Ways out of an inclusive gateway whose combinations are followed.
_MAX_CHOICES: Final = 6
_SHOWN: Final = 8

Marking = frozenset[str]

#: Levels whose tokens do not follow flows alone.
_FREE: Final = frozenset({"adHocSubProcess"})
_JOINS: Final = frozenset({"parallelGateway", "inclusiveGateway"})
_ONE_OF: Final = frozenset({"exclusiveGateway", "eventBasedGateway"})
#: Ends that take all other tokens of their level with them.
_SWEEPING: Final = frozenset({"terminate", "error", "cancel"})


class _TooMany(Exception):
    """The level cannot be explored."""


def faults_of_markings(process: ProcessModel, *, told: frozenset[str | None] = frozenset()) -> list[Finding]:
    """Joins that may wait for ever and merges that two tokens may reach at once, each with one way how. All are warnings.

    Of gateways that something was `told` about already, nothing is said. The references of the process must hold.
    """
    found = Findings(process.resource)
    for scope in (process.key, *(element.id for element in process.elements.values() if process.inside(element.id))):
        owner = process.elements.get(scope)
        if owner is None or owner.kind not in _FREE:
            _explore(_Level(process, scope), found, set(told))
    return list(found)


def _explore(level: "_Level", found: Findings, told: set[str | None]) -> None:
    seen: dict[Marking, tuple[Marking | None, str]] = {marking: (None, name) for name, marking in level.beginnings()}
    queue = list(seen)
    try:
        while queue:
            marking = queue.pop()
            after = list(level.after(marking))
            for fault in level.faults(marking, is_dead=not after):
                if fault.element.id not in told:
                    told.add(fault.element.id)
                    found.warning(fault.code, fault.element.line, fault.element.id, way=_way(marking, seen), **fault.fields)
            for name, following in after:
                if following not in seen:
                    seen[following] = (marking, name)
                    queue.append(following)
            if len(seen) > level.limit:
                return
    except _TooMany:
        return


def _way(marking: Marking, seen: Mapping[Marking, tuple[Marking | None, str]]) -> str:
    """The last elements that were passed to come to a marking."""
    names: list[str] = []
    at: Marking | None = marking
    while at is not None:
        at, name = seen[at]
        if name and (not names or names[-1] != name):
            names.append(name)
    shown = names[:_SHOWN][::-1]
    return " → ".join((["…"] if len(names) > _SHOWN else []) + shown)


@dataclass(frozen=True)
class _Fault:
    code: str
    element: Element
    fields: dict[str, Any] = field(default_factory=dict)


class _Level:
    """The elements of one process or subprocess and how tokens pass them."""

    def __init__(self, process: ProcessModel, scope: str) -> None:
        self._process = process
        self._elements = [element for element in process.inside(scope) if not element.triggered_by_event]
        self._target = {flow: element for element in self._elements for flow in element.incoming}
        self._upstream: dict[str, set[str]] = {}
        self._interrupting: dict[str | None, list[Marking]] = {}
        for event in self._elements:
            if event.event.attached_to is not None and event.event.interrupting and event.outgoing:
                self._interrupting.setdefault(event.event.attached_to, []).append(frozenset(event.outgoing))
        self.limit = min(MAX_MARKINGS, _MAX_WORK // max(len(self._elements), 1))

    def beginnings(self) -> Iterator[tuple[str, Marking]]:
        """Each start with what it puts tokens on."""
        for element in self._elements:
            if not element.incoming and element.event.attached_to is None and element.outgoing:
                for taken in self._outcomes(element):
                    yield _name(element), frozenset(taken)

    def after(self, marking: Marking) -> Iterator[tuple[str, Marking]]:
        """What can come next: the choices of the one element that is let go."""
        for flow in sorted(marking, key=self._patience):
            element = self._target[flow]
            used = self._used(element, flow, marking)
            if used is None:
                continue
            sweeps = element.kind == "endEvent" and any(event.kind in _SWEEPING for event in element.event.alternatives)
            rest = frozenset() if sweeps else marking - used
            for taken in self._outcomes(element):
                yield _name(element), rest | taken
            return

    def faults(self, marking: Marking, *, is_dead: bool) -> Iterator[_Fault]:
        """What is wrong with a marking."""
        for element in {self._target[flow].id: self._target[flow] for flow in sorted(marking)}.values():
            here = [flow for flow in element.incoming if flow in marking]
            if is_dead and element.kind in _JOINS:
                missing = next((flow for flow in element.incoming if flow not in marking), "")
                yield _Fault("join_waits_for_ever", element, {"arrived": here[0], "missing": missing})
            elif len(here) > 1 and element.kind not in _JOINS and element.kind != "endEvent":
                yield _Fault("tokens_meet", element, {"first": here[0], "second": here[1]})

    def _patience(self, flow: str) -> tuple[int, str]:
        """Merges are let go after all else, so that tokens that meet there are seen; inclusive joins last."""
        element = self._target[flow]
        return (2 if element.kind == "inclusiveGateway" else 1) if len(element.incoming) > 1 else 0, flow

    def _used(self, element: Element, flow: str, marking: Marking) -> Marking | None:
        """The tokens that an element takes when it is let go by this one; None when it must wait."""
        if element.kind == "parallelGateway":
            return frozenset(element.incoming) if marking.issuperset(element.incoming) else None
        if element.kind == "inclusiveGateway" and len(element.incoming) > 1:
            here = marking.intersection(element.incoming)
            waits = any(self._may_reach(other, element, here) for other in marking - here)
            return None if waits else here
        return frozenset({flow})

    def _may_reach(self, flow: str, join: Element, here: Marking) -> bool:
        """Whether a token can still come in where none stands, and not where one stands (BPMN 2.0.2, 13.4.3)."""
        reached = {name for name in join.incoming if flow in self._into(name, join)}
        return bool(reached) and not reached & here

    def _into(self, incoming: str, join: Element) -> set[str]:
        """The flows from which an incoming flow of a join can be reached without passing the join."""
        if incoming not in self._upstream:
            found, queue = {incoming}, [incoming]
            while queue:
                source = self._process.elements[self._process.flows[queue.pop()].source]
                before = source.incoming if source.event.attached_to is None else self._process.elements[source.event.attached_to].incoming
                if source.id != join.id:
                    queue += [name for name in before if name not in found]
                    found.update(before)
            self._upstream[incoming] = found
        return self._upstream[incoming]

    def _outcomes(self, element: Element) -> Iterator[Marking]:
        """Each set of flows that tokens may leave an element by; what interrupts an activity is one more."""
        if element.kind == "complexGateway" or element.start_quantity > 1 or element.completion_quantity > 1:
            raise _TooMany
        if element.kind in _ONE_OF:
            yield from (frozenset({flow}) for flow in element.outgoing)
        elif element.kind == "inclusiveGateway" and len(element.outgoing) > 1:
            yield from self._combinations(element)
        else:
            yield frozenset(element.outgoing)
        yield from self._interrupting.get(element.id, ())

    def _combinations(self, element: Element) -> Iterator[Marking]:
        flows = [self._process.flows[name] for name in element.outgoing]
        always = frozenset(flow.id for flow in flows if flow.condition is None and not flow.default)
        free = [flow.id for flow in flows if flow.condition is not None and not flow.default]
        if len(free) > _MAX_CHOICES:
            raise _TooMany
        for count in range(len(free) + 1):
            for taken in combinations(free, count):
                if taken or always:
                    yield always | frozenset(taken)
        yield from (frozenset({flow.id}) for flow in flows if flow.default and not always)


def _name(element: Element) -> str:
    return "" if element.inserted else element.id
