"""Forms that stand in diagrams, as form-js schemas: those that are one already, and those made of form fields."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from engine.findings import Finding, Severity
from engine.parsing.elements import Element, ProcessModel
from engine.parsing.form_facts import DiagramForm, FieldType, FormField
from forms.linting import SCHEMA_VERSION, lint

_TYPES: Final[Mapping[FieldType, Mapping[str, Any]]] = {
    "string": {"type": "textfield"},
    "long": {"type": "number", "decimalDigits": 0},
    "boolean": {"type": "checkbox"},
    "date": {"type": "datetime", "subtype": "date"},
    "enum": {"type": "select"},
}
_RULES: Final = {"minlength": "minLength", "maxlength": "maxLength", "min": "min", "max": "max"}
#: Texts of a form in a diagram may lack translations, as its other texts may.
_MILD: Final = frozenset({"form_translation_missing"})


def schema_of(form: DiagramForm) -> Any:
    """The schema of a form; None when its text is no JSON."""
    if form.schema is None:
        return {"schemaVersion": SCHEMA_VERSION, "type": "default", "components": [_component(field) for field in form.fields]}
    try:
        return json.loads(form.schema)
    except (ValueError, RecursionError):
        return None


def faults_of_diagram_forms(process: ProcessModel) -> Iterator[Finding]:
    """What is wrong with the forms that stand in an executable process, as the linter of forms says it."""
    for element in process.elements.values():
        if element.form is not None:
            yield from _faults(process, element, element.form)


def _faults(process: ProcessModel, element: Element, form: DiagramForm) -> Iterator[Finding]:
    for finding in lint(schema_of(form)):
        severity: Severity = "warning" if finding.code in _MILD or finding.severity != "error" else "error"
        fields = {**finding.fields, "pointer": finding.pointer}
        yield Finding(finding.code, severity, process.resource, element.line, None, element.id, fields)


def _component(field: FormField) -> dict[str, Any]:
    label = field.label or field.id
    made: dict[str, Any] = {**_TYPES[field.type], "id": f"Field_{field.id}", "key": field.id}
    made["dateLabel" if field.type == "date" else "label"] = label
    if field.values:
        made["values"] = [{"value": value, "label": name} for value, name in field.values]
    if (default := _default(field)) is not None:
        made["defaultValue"] = default
    if "readonly" in field.rules:
        made["readonly"] = True
    rules: dict[str, Any] = {name: int(field.rules[rule]) for rule, name in _RULES.items() if rule in field.rules}
    if "required" in field.rules and field.type != "boolean":  # an unticked box says no, it does not say nothing
        rules["required"] = True
    if rules:
        made["validate"] = rules
    if field.properties:
        made["properties"] = dict(field.properties)
    return made


def _default(field: FormField) -> Any:
    if not field.default:
        return None
    if field.type == "boolean":
        return field.default.strip().lower() == "true"
    if field.type == "long":
        return int(field.default) if field.default.strip().lstrip("-").isdigit() else field.default
    return field.default
