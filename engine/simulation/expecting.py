"""Holds what has happened against what a scenario expected."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from engine.simulation.scenario import Expectation
from engine.simulation.seen import Seen, shown
from engine.simulation.telling import Told


def departures(expected: Expectation, seen: Sequence[Seen], process: str, at: datetime) -> Iterator[Told]:
    """Where what is seen is not as expected. `process` is the key that is meant when the expectation names none."""
    key = expected.process or process
    meant = [one for one in seen if one.instance.definition_key == key]
    if expected.instances is not None and len(meant) != expected.instances:
        yield _differs(expected, at, "instances", expected.instances, len(meant))
    if not meant:
        if expected.instances != 0:
            yield Told("simulation_no_instance", at, None, {"process": key}, expected.line)
        return
    yield from _of_one(expected, meant[-1] if expected.process else meant[0], at)


def _of_one(expected: Expectation, one: Seen, at: datetime) -> Iterator[Told]:
    for what in ("path", "ends"):
        wanted = getattr(expected, what)
        if wanted is not None and list(wanted) != getattr(one, what):
            yield _differs(expected, at, what, list(wanted), getattr(one, what))
    for what in ("tasks", "waits"):
        wanted = getattr(expected, what)
        if wanted is not None and Counter(wanted) != Counter(getattr(one, what)):
            yield _differs(expected, at, what, sorted(wanted), getattr(one, what))
    if expected.state is not None and expected.state != one.instance.state:
        yield _differs(expected, at, "state", expected.state, one.instance.state)
    yield from _visits(expected, one, at)
    yield from _variables(expected, one, at)
    if expected.incidents is not None:
        found = [f"{incident.element_id}: {incident.cause}" for incident in one.incidents]
        if list(expected.incidents) != found:
            yield _differs(expected, at, "incidents", list(expected.incidents), found)


def _visits(expected: Expectation, one: Seen, at: datetime) -> Iterator[Told]:
    if expected.visited is None and expected.not_visited is None:
        return
    visited = set(one.visited)
    for element_id in expected.visited or ():
        if element_id not in visited:
            yield Told("simulation_not_visited", at, element_id, {"element": element_id}, expected.line)
    for element_id in expected.not_visited or ():
        if element_id in visited:
            yield Told("simulation_visited", at, element_id, {"element": element_id}, expected.line)


def _variables(expected: Expectation, one: Seen, at: datetime) -> Iterator[Told]:
    if expected.variables is None:
        return
    found = one.variables
    for name, value in expected.variables.items():
        if shown(value) != found.get(name):
            fields = {"variable": name, "expected": _said(value), "found": _said(found.get(name))}
            yield Told("simulation_variable_differs", at, None, fields, expected.line)


def _differs(expected: Expectation, at: datetime, what: str, wanted: Any, found: Any) -> Told:
    return Told("simulation_differs", at, None, {"what": what, "expected": _said(wanted), "found": _said(found)}, expected.line)


def _said(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value)) or "nothing"
    return "null" if value is None else str(value)
