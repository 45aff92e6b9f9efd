"""How much of the public DMN test kit our decisions pass.

    python -m bench.dmn_kit DIR [--failures]

DIR is the kit's folder `TestCases`, which is not kept here. Prints cases, passed, failed and percent for each level. A case passes when
all its results are as the kit expects; a file that would be refused when it is deployed fails all its cases. Ends with a non-zero code
when a level is under its least share.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from engine.decisions.evaluating import Evaluator
from engine.decisions.model import DecisionModel, Knowledge, Service
from engine.decisions.reading import read
from engine.definition_errors import ModelRefused
from engine.findings import errors_of
from expressions.temporal import date_and_time_of, date_of, duration_of, time_of
from expressions.values import YearsMonths
from refusals import Refusal

LEAST = {"compliance-level-2": 100.0, "compliance-level-3": 97.0}
#: Functions written in Java are refused.
LEFT_OUT = ("0076-feel-external-java",)
NOW = datetime(2026, 10, 1, 9, 30, tzinfo=UTC)
CLOSE = Decimal("0.00000001")

Node = etree._Element


@dataclass(frozen=True)
class Case:
    """One case of the kit, and what is wrong with our answer (None: nothing)."""

    name: str
    fault: str | None


def cases_of(folder: Path) -> Iterator[Case]:
    """The cases in one folder of the kit."""
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.dmn"))}
    others = {_namespace(data): (name, data) for name, data in files.items()}
    models: dict[str, DecisionModel | str] = {}
    for path in sorted(folder.glob("*.xml")):
        root = etree.parse(path).getroot()
        name = _text(root, "modelName")
        if name not in models:
            models[name] = _model(files[name], name, others)
        for case in _all(root, "testCase"):
            label = f"{folder.name} {case.get('id')}"
            model = models[name]
            yield Case(label, model if isinstance(model, str) else _fault(model, case))


def _model(data: bytes, name: str, others: dict[str, tuple[str, bytes]]) -> DecisionModel | str:
    try:
        model = read(data, name, others)
    except ModelRefused as refused:
        return f"refused: {refused.findings}"
    errors = errors_of(model.findings)
    return "; ".join(f"refused at {one.line}: {one.code} {one.fields}" for one in errors) or model


def _fault(model: DecisionModel, case: Node) -> str | None:
    given = {str(node.get("name")): _value(node) for node in _all(case, "inputNode")}
    results = _all(case, "resultNode")
    for result in results:
        expected = _value(_all(result, "expected")[0]) if _all(result, "expected") else None
        try:
            got = _answer(model, case, str(result.get("name")), given)
        except (Refusal, LookupError) as failure:
            got = f"failed: {failure}"
        if not _alike(got, expected):
            return f"{result.get('name')}: expected {expected!r}, got {got!r}"
    return None


def _answer(model: DecisionModel, case: Node, name: str, given: dict[str, Any]) -> Any:
    evaluator = Evaluator(model, given, {}, NOW)
    if case.get("type", "decision") == "decision":
        decision = next(one for one in model.decisions.values() if name in (one.name, one.variable))
        return evaluator.decide(decision.key).value
    called = case.get("invocableName")
    element = next(one for one in model.elements.values() if isinstance(one, Service | Knowledge) and one.name == called)
    value = evaluator.call(element.ref)
    several = isinstance(element, Service) and len(element.outputs) > 1
    return value.get(name) if several and isinstance(value, dict) else value


def _value(node: Node) -> Any:
    """The value of an input or of what is expected."""
    listed = _all(node, "list")
    if listed:
        return None if _is_null(listed[0]) else [_value(item) for item in _all(listed[0], "item")]
    parts = _all(node, "component")
    if parts:
        return {str(part.get("name")): _value(part) for part in parts}
    value = _all(node, "value")
    if not value or _is_null(value[0]):
        return None
    return _scalar(value[0].text or "", str(value[0].get("{http://www.w3.org/2001/XMLSchema-instance}type", "")).rpartition(":")[2])


def _scalar(text: str, kind: str) -> Any:
    match kind:
        case "boolean":
            return text.strip() in ("true", "1")
        case "decimal" | "double" | "integer" | "int" | "long" | "float":
            return Decimal(text.strip())
        case "date":
            return date_of(text.strip()) or text
        case "time":
            return time_of(text.strip()) or text
        case "dateTime":
            return date_and_time_of(text.strip()) or text
        case "duration" | "dayTimeDuration" | "yearMonthDuration":
            found = duration_of(text.strip())
            return text if found is None else found
    return text


def _alike(got: Any, expected: Any) -> bool:
    match expected:
        case list():
            same = isinstance(got, list) and len(got) == len(expected)
            return same and all(_alike(one, other) for one, other in zip(got, expected, strict=True))
        case dict():
            return isinstance(got, dict) and got.keys() == expected.keys() and all(_alike(got[key], one) for key, one in expected.items())
        case Decimal():
            return isinstance(got, Decimal) and abs(got - expected) <= CLOSE * max(Decimal(1), abs(expected))
        case datetime() | time():
            return type(got) is type(expected) and (got.tzinfo is None) == (expected.tzinfo is None) and got == expected
        case timedelta() | YearsMonths() | date():
            return type(got) is type(expected) and bool(got == expected)
    return type(got) is type(expected) and bool(got == expected)


def _all(node: Node, name: str) -> list[Node]:
    return [child for child in node if isinstance(child.tag, str) and etree.QName(child).localname == name]


def _text(node: Node, name: str) -> str:
    return (_all(node, name)[0].text or "").strip()


def _namespace(data: bytes) -> str:
    return str(etree.fromstring(data).get("namespace") or "")


def _is_null(node: Node) -> bool:
    return node.get("{http://www.w3.org/2001/XMLSchema-instance}nil") == "true"


def main(arguments: list[str]) -> int:
    """Run the kit and print."""
    if not arguments:
        print("left out: no folder of the test kit was named")
        return 0
    missed = False
    print(f"{'level':<24}{'cases':>8}{'passed':>8}{'failed':>8}{'percent':>10}")
    for level, least in LEAST.items():
        folders = sorted(path for path in (Path(arguments[0]) / level).iterdir() if path.is_dir() and path.name not in LEFT_OUT)
        cases = [case for folder in folders for case in cases_of(folder)]
        passed = sum(case.fault is None for case in cases)
        share = 100 * passed / max(len(cases), 1)
        missed = missed or share < least
        print(f"{level:<24}{len(cases):>8}{passed:>8}{len(cases) - passed:>8}{share:>9.2f}%")
        if "--failures" in arguments:
            _print_failures(cases)
    return int(missed)


def _print_failures(cases: list[Case]) -> None:
    failed = [case for case in cases if case.fault is not None]
    for folder, count in Counter(case.name.partition(" ")[0] for case in failed).most_common():
        print(f"  {count:>4}  {folder}")
    for case in failed:
        print(f"    {case.name}: {(case.fault or '')[:300]}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
