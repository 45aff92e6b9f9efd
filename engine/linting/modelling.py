"""The house's own rules of modelling (`processes/README.md`), asked for by `esep lint --rules modelling`; all are warnings."""

import re
from pathlib import PurePath
from typing import Final

from engine.findings import Finding, Findings
from engine.linting.drawing import faults_of_drawing, has_drawing
from engine.parsing.elements import Element, ProcessModel
from engine.parsing.markup import bpmn, line_of, local
from engine.parsing.model import Model

#: More elements than this are hard to read on one sheet.
MAX_ELEMENTS: Final = 100

_SNAKE: Final = re.compile(r"[^\W_A-Z]+(?:_[^\W_A-Z]+)*")
_LANGUAGES: Final = ("kk", "ru", "en")
_NAMED: Final = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
_DEFINITIONS: Final = frozenset({"message", "signal", "error", "escalation"})
_REFERENCES: Final = frozenset({"messageRef", "signalRef", "errorRef", "escalationRef"})
_QUESTIONS: Final = frozenset({"exclusiveGateway", "inclusiveGateway"})


def faults_of_modelling(model: Model) -> list[Finding]:
    """Where the executable processes of a file depart from the rules of modelling."""
    found = Findings(model.resource)
    if not has_drawing(model):
        found.warning("drawing_missing", int(model.root.sourceline or 0))
    found.extend(faults_of_drawing(model))
    _unused(model, found)
    if len(model.executable) == 1:
        _file_name(model.executable[0], found)
    for process in (process for process in model.executable if not process.is_task):
        _process(process, found)
        for element in process.elements.values():
            if not element.inserted:
                _element(process, element, found)
    return list(found)


def _file_name(process: ProcessModel, found: Findings) -> None:
    stem = PurePath(process.resource).name.split(".", 1)[0]
    if stem != process.key:
        found.warning("file_name_differs", process.line, process.key, file=PurePath(process.resource).name)


def _process(process: ProcessModel, found: Findings) -> None:
    if process.version_tag is None:
        found.warning("version_tag_missing", process.line, process.key)
    if process.history_ttl_days is None:
        found.warning("retention_missing", process.line, process.key)
    if process.act is None:
        found.warning("act_missing", process.line, process.key)
    for scope in (process.key, *(element.id for element in process.elements.values() if process.inside(element.id))):
        _end_event(process, scope, found)
    if len(process.elements) > MAX_ELEMENTS:
        found.warning("process_large", process.line, process.key, count=len(process.elements), limit=MAX_ELEMENTS)


def _end_event(process: ProcessModel, scope: str, found: Findings) -> None:
    """BPMN 2.0.2, 10.5.3: a level with a start event has an end event."""
    inside = process.inside(scope)
    begun = (element for element in inside if (element.kind == "startEvent" or element.instantiates) and not element.inserted)
    start = next(begun, None)
    if start is not None and not any(element.kind == "endEvent" for element in inside):
        found.warning("end_missing", start.line, start.id, level=scope)


def _element(process: ProcessModel, element: Element, found: Findings) -> None:
    if not _SNAKE.fullmatch(element.id):
        found.warning("id_not_snake_case", element.line, element.id)
    asks = element.kind in _QUESTIONS and len(element.outgoing) > 1
    if element.is_activity or element.kind in _NAMED or asks:
        if not element.name:
            found.warning("label_missing", element.line, element.id)
        missing = [language for language in _LANGUAGES if not element.properties.get(f"name.{language}")]
        if missing:
            found.warning("name_not_translated", element.line, element.id, languages=", ".join(missing))
    if element.user_task is not None:
        _user_task(process, element, found)


def _user_task(process: ProcessModel, element: Element, found: Findings) -> None:
    facts = element.user_task
    if facts is None:
        return
    if facts.form_key is None and element.form is None:
        found.warning("form_missing", element.line, element.id)
    if facts.due_date is None:
        found.warning("due_date_missing", element.line, element.id)
    if not any(one.kind == "timer" for event in process.attached_to(element.id) for one in event.event.alternatives):
        found.warning("timer_missing", element.line, element.id)


def _unused(model: Model, found: Findings) -> None:
    """Messages, signals, errors and escalations that nothing refers to: left over, or something still refers to another one."""
    references = {
        value.rsplit(":", 1)[-1]
        for node in model.root.iter()
        for attribute, value in node.attrib.items()
        if str(attribute) in _REFERENCES or local(node).endswith("EventDefinition")
    }
    for node in model.root:
        if str(node.tag).startswith(bpmn("")) and local(node) in _DEFINITIONS and node.get("id") not in references:
            found.warning("definition_unused", line_of(node), node.get("id"), kind=local(node))
