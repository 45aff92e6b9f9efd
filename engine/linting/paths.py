"""Ways through a process, boundary events and subprocesses included, for rules about what must come before what."""

from collections.abc import Collection, Iterable, Mapping

from engine.parsing.elements import Element, ProcessModel


class Paths:
    """The graph of a process with its subprocesses laid open: a token in one goes from its starts to what follows it.

    Non-interrupting boundary events are left out unless asked for: what they begin runs beside the way that goes on. Handlers of
    compensation are on no way.
    """

    def __init__(self, process: ProcessModel, *, beside: bool = False) -> None:
        self._process = process
        self._beside = beside
        self.following: Mapping[str, list[str]] = {element.id: self._after(element) for element in process.elements.values()}

    @property
    def starts(self) -> list[str]:
        """Where an instance of the process begins."""
        return list(dict.fromkeys(place.id for _, place in self._process.beginnings()))

    def reached(self, sources: Iterable[str], *, without: Collection[str] = ()) -> set[str]:
        """What tokens that leave the sources can come to, when they may not enter an element of `without`."""
        seen: set[str] = set()
        queue = [target for source in sources for target in self.following[source]]
        while queue:
            name = queue.pop()
            if name in seen or name in without:
                continue
            seen.add(name)
            queue += self.following[name]
        return seen

    def before(self, target: str, *, kinds: Collection[str]) -> set[str]:
        """The last elements of some kinds on the ways to an element."""
        leading: dict[str, list[str]] = {}
        for name, targets in self.following.items():
            for following in targets:
                leading.setdefault(following, []).append(name)
        found: set[str] = set()
        seen: set[str] = set()
        queue = list(leading.get(target, ()))
        while queue:
            name = queue.pop()
            if name in seen:
                continue
            seen.add(name)
            if self._process.elements[name].kind in kinds:
                found.add(name)
            else:
                queue += leading.get(name, ())
        return found

    def leaves(self) -> list[Element]:
        """The elements at which a way ends."""
        return [element for element in self._process.elements.values() if not self.following[element.id]]

    def _after(self, element: Element) -> list[str]:
        attached = [event for event in self._process.attached_to(element.id) if not event.catches_compensation]
        boundary = [event.id for event in attached if self._beside or event.event.interrupting]
        inside = [start.id for start in self._process.inside(element.id) if start.kind == "startEvent"]
        return boundary + (inside or self._leaving(element))

    def _leaving(self, element: Element) -> list[str]:
        """What the flows out of an element lead to; from an end inside a subprocess, what follows that."""
        scope: Element | None = element
        while scope is not None:
            if scope.outgoing:
                return [self._process.flows[flow].target for flow in scope.outgoing]
            scope = self._process.elements.get(scope.scope)
        return []
