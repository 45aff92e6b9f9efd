"""Element templates for BPMN editors: our operations, groups and forms offered by name, one file for each language.

The form is that of the public schemas of element templates (`$schema`), which the editors of both families read; each file holds the
templates of both, and an editor shows those of its own.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import texts
from engine.parsing.activities import DECISION_MAPPINGS
from forms.catalogue import DEFINITIONS
from organisations.roles import Role

FOLDER: Final = Path(__file__).parents[1] / "processes" / "element-templates"
_CAMUNDA: Final = "https://unpkg.com/@camunda/element-templates-json-schema/resources/schema.json"
_ZEEBE: Final = "https://unpkg.com/@camunda/zeebe-element-templates-json-schema/resources/schema.json"

Template = dict[str, Any]
Property = dict[str, Any]


def files(operations: Iterable[str]) -> dict[str, str]:
    """The text of every file by its name, for the operations that service tasks can name."""
    names = sorted(operations)
    return {f"esep.{language}.json": _text(_templates(language, names)) for language in texts.LANGUAGES}


def _text(templates: list[Template]) -> str:
    return json.dumps(templates, ensure_ascii=False, indent=2) + "\n"


def _templates(language: str, operations: list[str]) -> list[Template]:
    words = _Words(language)
    named = [(f"{words('operation_' + name.replace('.', '_'))} · {name}", name) for name in operations]
    groups = [(words(f"role_{role}"), role.value) for role in Role]
    forms = [(title, key) for key, title in _forms(language).items()]
    return [
        *_camunda(words, named, groups, forms),
        *_zeebe(words, named, groups, forms),
    ]


class _Words:
    """The sentences of one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, code: str) -> str:
        return texts.say(code, language=self.language)


Choices = list[tuple[str, str]]


def _camunda(words: _Words, operations: Choices, groups: Choices, forms: Choices) -> list[Template]:
    calls = [(label, f"${{{name}}}") for label, name in operations]
    return [
        _template(
            "kz.esep.operation",
            words("template_operation"),
            _CAMUNDA,
            "bpmn:ServiceTask",
            [
                _choice(words("template_which_operation"), calls, _attribute("camunda:delegateExpression")),
                _yes_or_no(words("template_in_background"), _attribute("camunda:asyncBefore")),
                *_names(words),
            ],
        ),
        _template(
            "kz.esep.user_task",
            words("template_user_task"),
            _CAMUNDA,
            "bpmn:UserTask",
            [
                _choice(words("template_group"), groups, _attribute("camunda:candidateGroups")),
                _choice(words("template_form"), forms, _attribute("camunda:formKey")),
                _written(words("template_due_date"), _attribute("camunda:dueDate"), value="${due_at}"),
                *_names(words),
            ],
        ),
        _template(
            "kz.esep.external_task",
            words("template_external_task"),
            _CAMUNDA,
            "bpmn:ServiceTask",
            [
                {"type": "Hidden", "value": "external", "binding": _attribute("camunda:type")},
                _written(words("template_topic"), _attribute("camunda:topic"), required=True),
                *_names(words),
            ],
        ),
        _template(
            "kz.esep.decision",
            words("template_decision"),
            _CAMUNDA,
            "bpmn:BusinessRuleTask",
            [
                _written(words("template_which_decision"), _attribute("camunda:decisionRef"), required=True),
                _written(words("template_result_variable"), _attribute("camunda:resultVariable"), required=True),
                _choice(
                    words("template_result_mapping"),
                    [(mapping, mapping) for mapping in sorted(DECISION_MAPPINGS - {"value"})],
                    _attribute("camunda:mapDecisionResult"),
                ),
                *_names(words),
            ],
        ),
        _template(
            "kz.esep.report_process",
            words("template_report_process"),
            _CAMUNDA,
            "bpmn:Process",
            [
                _written(words("template_version_tag"), _attribute("camunda:versionTag"), value="1.0", required=True),
                _written(words("template_retention"), _attribute("camunda:historyTimeToLive"), value="P1825D", required=True),
                _written(words("template_act_type"), _property("esep:actType"), required=True),
                _written(words("template_act_number"), _property("esep:actNumber"), required=True),
                _written(words("template_act_date"), _property("esep:actDate"), required=True),
                {"type": "Hidden", "value": "true", "binding": _property("esep:uniqueBusinessKey")},
            ],
        ),
    ]


def _zeebe(words: _Words, operations: Choices, groups: Choices, forms: Choices) -> list[Template]:
    return [
        _template(
            "kz.esep.zeebe.operation",
            words("template_operation"),
            _ZEEBE,
            "bpmn:ServiceTask",
            [
                _choice(words("template_which_operation"), operations, {"type": "zeebe:taskDefinition", "property": "type"}),
                *_names(words, kind="zeebe:property"),
            ],
        ),
        _template(
            "kz.esep.zeebe.user_task",
            words("template_user_task"),
            _ZEEBE,
            "bpmn:UserTask",
            [
                {"type": "Hidden", "binding": {"type": "zeebe:userTask"}},
                _choice(words("template_group"), groups, {"type": "zeebe:assignmentDefinition", "property": "candidateGroups"}),
                _choice(words("template_form"), forms, {"type": "zeebe:formDefinition", "property": "formId"}),
                _written(
                    words("template_due_date"), {"type": "zeebe:taskSchedule", "property": "dueDate"}, value="=due_at", feel="optional"
                ),
                *_names(words, kind="zeebe:property"),
            ],
        ),
    ]


def _template(identity: str, name: str, schema: str, element: str, properties: list[Property]) -> Template:
    return {
        "$schema": schema,
        "name": f"Esep: {name}",
        "id": identity,
        "version": 1,
        "appliesTo": ["bpmn:Task", element] if element.endswith("Task") else [element],
        **({"elementType": {"value": element}} if element.endswith("Task") else {}),
        "properties": properties,
    }


def _attribute(name: str) -> Mapping[str, str]:
    return {"type": "property", "name": name}


def _property(name: str, kind: str = "camunda:property") -> Mapping[str, str]:
    return {"type": kind, "name": name}


def _choice(label: str, choices: Choices, binding: Mapping[str, str]) -> Property:
    options = [{"name": shown, "value": value} for shown, value in choices]
    return {"label": label, "type": "Dropdown", "value": choices[0][1], "choices": options, "binding": dict(binding)}


def _written(label: str, binding: Mapping[str, str], *, value: str = "", required: bool = False, feel: str | None = None) -> Property:
    made: Property = {"label": label, "type": "String", "binding": dict(binding)}
    made |= {"value": value} if value else {}
    made |= {"feel": feel} if feel else {}
    return made | ({"constraints": {"notEmpty": True}} if required else {})


def _yes_or_no(label: str, binding: Mapping[str, str]) -> Property:
    return {"label": label, "type": "Boolean", "value": False, "binding": dict(binding)}


def _names(words: _Words, kind: str = "camunda:property") -> list[Property]:
    """The names of an element in all languages, as the rules of modelling want them."""
    return [
        _written(words(f"template_name_{language}"), _property(f"name.{language}", kind), required=True) for language in texts.LANGUAGES
    ]


def _forms(language: str) -> dict[str, str]:
    """The titles of the forms that the product comes with, by key."""
    found = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(DEFINITIONS.glob("*.form"))}
    return {key: f"{form.get('properties', {}).get(f'name.{language}', key)} · {key}" for key, form in found.items()}
