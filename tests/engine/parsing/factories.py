"""Models for tests: files as editors write them, and short ones written in place."""

from pathlib import Path

from engine.findings import Finding
from engine.linting import Surroundings, lint
from engine.parsing import Model, read, with_operations

MODELS = Path(__file__).parent / "models"
NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:esep="https://esep.kz/schema/bpmn" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
NAMED = (
    '<message id="m" name="go"/><error id="e1" name="Refused" errorCode="REFUSED"/><error id="e2" name="Late" errorCode="LATE"/>'
    '<signal id="sig" name="one is done"/><signalEventDefinition id="told" signalRef="sig"/>'
    '<timerEventDefinition id="due"><timeDate>2026-10-01</timeDate></timerEventDefinition>'
)


class Known:
    """Operations, forms and groups of a small office."""

    def has(self, key: str) -> bool:
        return key in {"leave", "decide", "petition"}

    def knows(self, role: str) -> bool:
        return role in {"executor", "head", "deputy_akim", "chancery", "officer"}


OPERATIONS = {name: lambda call: None for name in ("leave.record", "leave.remind", "petitions.draft", "office.note")}
AROUND = Surroundings(OPERATIONS, Known(), Known(), processes=frozenset({"archive_papers"}))


def file(name: str) -> Model:
    """A model from a file beside the tests."""
    return with_operations(read((MODELS / name).read_bytes(), name), OPERATIONS)


def text(body: str, *, head: str = NAMED, process: str = 'id="p" isExecutable="true"') -> bytes:
    """The bytes of a file with one process around some elements; its elements begin on line 3."""
    return f'<definitions {NAMESPACES} id="d" targetNamespace="x">{head}\n<process {process}>\n{body}\n</process></definitions>'.encode()


def model(body: str, **around: str) -> Model:
    """A model of one process `p` around some elements."""
    return with_operations(read(text(body, **around), "p.bpmn"), OPERATIONS)


def flows(*triples: str) -> str:
    """Sequence flows f0, f1, … from lines `source > target` or `source > target ? condition`."""
    made = []
    for number, triple in enumerate(triples):
        ends, _, condition = triple.partition(" ? ")
        source, target = ends.split(" > ")
        asked = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
        made.append(f'<sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}">{asked}</sequenceFlow>')
    return "".join(made)


def findings(body: str, **around: str) -> list[Finding]:
    """What the linter says of a process around some elements."""
    return lint(model(body, **around), AROUND)


def codes(body: str, **around: str) -> list[str]:
    """The codes of what the linter says."""
    return [finding.code for finding in findings(body, **around)]


def straight(element: str, name: str = "x", *, more: str = "") -> str:
    """A start event, an element of the id `x` and an end event, in a row."""
    return f'<startEvent id="s"/>{element}<endEvent id="e"/>{more}' + flows(f"s > {name}", f"{name} > e")
