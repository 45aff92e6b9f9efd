"""Reads a scenario file. It is JSON: every editor knows it, and nothing else is needed to read it.

A text that begins with `=` among the variables of a scenario is an expression, worked out at the moment it is needed.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from engine.parsing.timers import is_valid
from engine.simulation.nodes import Faults, Node, mapping_at, text_at, texts_at
from engine.simulation.positions import lines_of
from engine.simulation.scenario import BEGINNING, Act, Answer, Case, Expectation, Mock, Refused, Scenario, Step
from refusals import Fault, Invalid

MAX_BYTES: Final = 1024 * 1024

_MESSAGE: Final = frozenset({"variables", "business_key", "correlation_keys", "body", "by"})
#: The verbs of steps, and what may stand beside each.
VERBS: Final = {
    "start": frozenset({"variables", "business_key", "body", "by"}),
    "complete": frozenset({"variables", "by"}),
    "throw": frozenset({"error", "reason", "variables"}),
    "fail": frozenset({"reason", "retries"}),
    "message": _MESSAGE,
    "signal": frozenset({"variables", "by"}),
    "wait": frozenset(),
    "until": frozenset(),
    "condition": frozenset(),
    "set": frozenset(),
    "cancel": frozenset(),
    "retry": frozenset(),
    "begin": frozenset({"variables"}),
    "finish": frozenset(),
}
_EXPECTED: Final = frozenset(name for name in Expectation.__dataclass_fields__ if name != "line")
_ANSWER: Final = frozenset({"variables", "refusal", "error", "failure", "reason"})


class ScenarioRefused(Invalid):
    """A scenario cannot be read; the field `line` of its faults says where."""

    def __init__(self, name: str, faults: Sequence[Fault]) -> None:
        super().__init__(faults=faults, name=name)


def read_scenario(data: bytes, name: str) -> Scenario:
    """The scenario in a file. Raises ScenarioRefused."""
    try:
        text = data.decode("utf-8") if len(data) <= MAX_BYTES else ""
        value = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as failure:
        line = getattr(failure, "lineno", 1)
        raise ScenarioRefused(name, [Fault("", "scenario_not_json", {"line": line, "reason": str(failure)[:200]})]) from failure
    faults = Faults(lines_of(text))
    root = Node(value, "", faults)
    root.only({"process", "at", "operations", "cases", "left_out", "refused", "about"})
    begins = _moment(root.get("at")) or BEGINNING
    shared = _mocks(root.get("operations"))
    cases = root.get("cases")
    made = [_case(node, shared, begins) for node in cases.items()] if cases is not None else []
    refused = root.get("refused")
    findings = [_refused(node) for node in refused.items()] if refused is not None else []
    if not made and not findings:
        root.refuse("scenario_empty")
    left_out = texts_at(root, "left_out") or []
    if faults.found:
        raise ScenarioRefused(name, faults.found)
    return Scenario(name, text_at(root, "process"), made, findings, frozenset(left_out))


def _refused(node: Node) -> Refused:
    node.only({"code", "element"})
    return Refused(node.line, text_at(node, "code") or "", text_at(node, "element"))


def _case(node: Node, shared: Sequence[Mock], begins: datetime) -> Case:
    node.only({"name", "at", "start", "operations", "steps", "expect", "about"})
    own = _mocks(node.get("operations"))
    named = {mock.name for mock in own}
    steps = node.get("steps")
    made = [_step(step) for step in steps.items()] if steps is not None else []
    start = node.get("start")
    if start is None or start.value is not None:
        made.insert(0, _start(start, node))
    return Case(
        name=text_at(node, "name") or "",
        line=node.line,
        steps=made,
        mocks=[*own, *(mock for mock in shared if mock.name not in named)],
        expected=_expectations(node.get("expect")),
        at=_moment(node.get("at")) or begins,
    )


def _start(node: Node | None, case: Node) -> Act:
    """How an instance of the scenario's own process is started; by nothing but its plain start when nothing is said."""
    if node is None:
        return Act(case.line, "start", None)
    node.only(VERBS["start"])
    return Act(node.line, "start", None, _details(node, VERBS["start"]))


def _step(node: Node) -> Step:
    verbs = [key for key in node.mapping() if key in VERBS or key == "expect"]
    known = ", ".join([*VERBS, "expect"])
    if len(verbs) != 1:
        node.refuse("scenario_step_not_one", known=known)
        return Expectation(node.line)
    if verbs[0] == "expect":
        node.only({"expect"})
        return _expectation(Node(node.value["expect"], f"{node.pointer}/expect", node.faults))
    return _act(node, verbs[0])


def _act(node: Node, verb: str) -> Act:
    node.only({verb, "refused", "about", *VERBS[verb]})
    subject = Node(node.value[verb], f"{node.pointer}/{verb}", node.faults)
    value: Any = subject.mapping() if verb in ("set", "condition") else subject.text()
    if verb == "wait" and not is_valid("duration", value):
        subject.refuse("scenario_value_wrong", expected="a duration, such as P3D or PT1H")
    if verb == "until":
        value = _moment(subject)
    return Act(node.line, verb, value, _details(node, VERBS[verb]), text_at(node, "refused"))


def _details(node: Node, keys: frozenset[str]) -> dict[str, Any]:
    for key in keys & {"variables", "correlation_keys"}:
        mapping_at(node, key)
    for key in keys & {"business_key", "body", "by", "reason", "error"}:
        text_at(node, key)
    return {key: node.value[key] for key in keys if key in node.mapping()}


def _mocks(node: Node | None) -> list[Mock]:
    if node is None:
        return []
    made: list[Mock] = []
    for name in node.mapping():
        item = node.get(name)
        if item is not None:
            answers = [_answer(one) for one in (item.items() if isinstance(item.value, list) else (item,))]
            made.append(Mock(name, answers or [Answer()], item.line))
    return made


def _answer(node: Node) -> Answer:
    node.only(_ANSWER)
    if sum(key in node.mapping() for key in ("refusal", "error", "failure")) > 1:
        node.refuse("scenario_answer_not_one")
    words = {key: text_at(node, key) for key in ("refusal", "error", "failure")}
    return Answer(mapping_at(node, "variables") or {}, **words, reason=text_at(node, "reason") or "")


def _expectations(node: Node | None) -> list[Expectation]:
    if node is None:
        return []
    return [_expectation(one) for one in (node.items() if isinstance(node.value, list) else (node,))]


def _expectation(node: Node) -> Expectation:
    node.only(_EXPECTED)
    lists = {key: texts_at(node, key) for key in ("path", "visited", "not_visited", "ends", "tasks", "waits", "incidents")}
    instances = node.get("instances")
    return Expectation(
        line=node.line,
        process=text_at(node, "process"),
        **lists,
        state=text_at(node, "state"),
        variables=mapping_at(node, "variables"),
        instances=None if instances is None else instances.number(),
    )


def _moment(node: Node | None) -> datetime | None:
    if node is None:
        return None
    try:
        moment = datetime.fromisoformat(node.text())
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        node.refuse("scenario_value_wrong", expected="a moment with its zone, such as 2026-10-01T09:00:00+05:00")
        return None
    return moment
