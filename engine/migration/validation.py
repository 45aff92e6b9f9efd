"""What is wrong with a plan, whatever instance it is for: each fault at the pair it is about."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.migration.plan import Pair, has_trigger, is_behind_event_gateway, nature_of
from engine.parsing.elements import Element, ProcessModel
from refusals import Fault


@dataclass(frozen=True)
class PairReport:
    """A pair that cannot be followed, and why."""

    pair: Pair
    faults: tuple[Fault, ...]


def reports_on(pairs: Sequence[Pair], source: ProcessModel, target: ProcessModel) -> list[PairReport]:
    """A report on each pair that cannot be followed."""
    judged = _Judged(pairs, source, target)
    made = (PairReport(pair, tuple(judged.faults(number, pair))) for number, pair in enumerate(pairs))
    return [report for report in made if report.faults]


class _Judged:
    """A plan with its two processes."""

    def __init__(self, pairs: Sequence[Pair], source: ProcessModel, target: ProcessModel) -> None:
        self._source = source
        self._target = target
        self._by_source = {pair.source: pair for pair in pairs}
        self._sources = Counter(pair.source for pair in pairs)
        self._targets = Counter(pair.target for pair in pairs)

    def faults(self, number: int, pair: Pair) -> Iterator[Fault]:
        """What is wrong with one pair."""

        def fault(code: str, **fields: object) -> Fault:
            return Fault(f"/instructions/{number}", code, {"source": pair.source, "target": pair.target, **fields})

        one, other = _named(self._source, pair.source), _named(self._target, pair.target)
        if one is None:
            yield fault("migration_source_unknown")
        if other is None:
            yield fault("migration_target_unknown")
        if self._sources[pair.source] > 1:
            yield fault("migration_source_twice")
        if one is None or other is None:
            return
        if nature_of(one) != nature_of(other):
            yield fault("migration_nature_differs", was=_words(one), now=_words(other))
        if pair.update_trigger and not has_trigger(other):
            yield fault("migration_trigger_missing")
        if one.event.attached_to is not None and self._become(one.event.attached_to) != other.event.attached_to:
            yield fault("migration_attached_differs", activity=other.event.attached_to)
        if is_behind_event_gateway(one, self._source) != is_behind_event_gateway(other, self._target):
            yield fault("migration_event_gateway_differs")
        if one.is_gateway and self._targets[pair.target] > 1:
            yield fault("migration_gateway_twice")
        if one.is_gateway and len(other.incoming) < len(one.incoming):
            yield fault("migration_gateway_narrower", flows=len(one.incoming))
        yield from (fault(code, scope=scope) for code, scope in self._scope_faults(one, other))

    def _become(self, element_id: str) -> str | None:
        pair = self._by_source.get(element_id)
        return None if pair is None else pair.target

    def _scope_faults(self, one: Element, other: Element) -> Iterator[tuple[str, str]]:
        """Tokens may move into new embedded subprocesses and out of ones that are no longer there, but not from one scope to another."""
        context = self._target.key
        for scope in _around(one, self._source):
            if scope.id in self._by_source:
                context = self._by_source[scope.id].target
                break
            if not is_plain(scope):
                yield "migration_scope_lost", scope.id
        for scope in _around(other, self._target):
            if scope.id == context:
                return
            if not is_plain(scope):
                yield "migration_scope_not_enterable", scope.id
        if context != self._target.key:
            yield "migration_scope_differs", context


def is_plain(scope: Element) -> bool:
    """Whether a subprocess can be put around tokens, or taken from around them: it is entered once, and by a flow."""
    return not scope.is_repeated and not scope.triggered_by_event and not scope.for_compensation and scope.kind != "adHocSubProcess"


def _named(process: ProcessModel, element_id: str) -> Element | None:
    element = process.elements.get(element_id)
    return None if element is None or element.inserted else element


def _around(element: Element, process: ProcessModel) -> Iterator[Element]:
    """The subprocesses around an element, the innermost first."""
    scope = process.elements.get(element.scope)
    while scope is not None:
        yield scope
        scope = process.elements.get(scope.scope)


def _words(element: Element) -> str:
    """The nature of an element in BPMN's words."""
    loop = element.multi_instance
    marks = (
        element.event.kind if element.event.kind != "none" else "",
        "" if loop is None else "sequential multi-instance" if loop.sequential else "parallel multi-instance",
        "loop" if element.standard_loop else "",
        "external" if element.topic is not None else "",
        "event subprocess" if element.triggered_by_event else "",
        "compensation" if element.for_compensation else "",
    )
    return " ".join([element.kind, *(f"({mark})" for mark in marks if mark)])
