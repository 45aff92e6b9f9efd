"""Reads the forms that editors write into a diagram: `camunda:formData`, and form-js schemas in `zeebe:userTaskForm`."""

import re
from typing import Final, cast, get_args

from engine.parsing.form_facts import DiagramForm, FieldType, FormField
from engine.parsing.markup import Node, bpmn, camunda, children, extension, extensions, local, zeebe
from engine.parsing.source import Source, is_expression

_HOLDERS: Final = frozenset({"userTask", "startEvent"})
#: How a form definition names a form of its own process.
_EMBEDDED: Final = re.compile(r"camunda-forms:bpmn:(\S+)")
_NUMBERS: Final = frozenset({"min", "max", "minlength", "maxlength"})
#: Which rules each type of field can hold itself to.
RULES: Final[dict[FieldType, frozenset[str]]] = {
    "string": frozenset({"required", "readonly", "minlength", "maxlength"}),
    "long": frozenset({"required", "readonly", "min", "max"}),
    "boolean": frozenset({"required", "readonly"}),
    "date": frozenset({"required", "readonly"}),
    "enum": frozenset({"required", "readonly"}),
}


def form_of(node: Node, source: Source) -> DiagramForm | None:
    """The form of a user task or start event that stands in the diagram; None when it has none, or one of the catalogue."""
    if local(node) not in _HOLDERS:
        return None
    data = extension(node, camunda("formData"))
    if data is None:
        return _embedded(node, source)
    if node.get(camunda("formKey")) or node.get(camunda("formRef")):
        source.refuse("form_twice", node)
    found = [_field(item, source) for item in data.findall(camunda("formField"))]
    fields = tuple(one for one in found if one is not None)
    names = [one.id for one in fields]
    for name in sorted({name for name in names if names.count(name) > 1}):
        source.refuse("form_field_twice", data, field=name)
    return DiagramForm(fields) if fields else None


def embedded_form_id(node: Node) -> str | None:
    """The id of the form in its own process that a user task or start event names."""
    definition = extension(node, zeebe("formDefinition"))
    match = _EMBEDDED.fullmatch((definition.get("formKey") or "").strip()) if definition is not None else None
    return match.group(1) if match else None


def _embedded(node: Node, source: Source) -> DiagramForm | None:
    wanted = embedded_form_id(node)
    if wanted is None:
        return None
    for process in node.iterancestors(bpmn("process")):
        for form in extensions(process, zeebe("userTaskForm")):
            if form.get("id") == wanted:
                return DiagramForm(schema="".join(str(part) for part in form.itertext()))
    source.refuse("reference_dangling", node, attribute="formKey", target=wanted)
    return None


def _field(node: Node, source: Source) -> FormField | None:
    identity, kind = node.get("id") or "", node.get("type") or "string"
    if not source.is_name(identity, node):
        return None
    if kind not in get_args(FieldType):
        source.refuse("form_field_type_unknown", node, field=identity, type=kind)
        return None
    default = node.get("defaultValue")
    if default is not None and is_expression(default):
        source.refuse("form_default_expression", node, field=identity, text=default[:200])
    values = tuple((item.get("id") or "", item.get("name") or item.get("id") or "") for item in node.findall(camunda("value")))
    if kind == "enum" and not (values and all(value for value, _ in values)):
        source.refuse("form_values_missing", node, field=identity)
    boxes = node.findall(camunda("properties"))
    named = {item.get("name") or item.get("id") or "": item.get("value") or "" for box in boxes for item in children(box)}
    rules = _rules(node, identity, cast(FieldType, kind), source)
    return FormField(identity, cast(FieldType, kind), node.get("label"), default, rules, values, named)


def _rules(node: Node, identity: str, kind: FieldType, source: Source) -> dict[str, str]:
    rules: dict[str, str] = {}
    for item in (item for box in node.findall(camunda("validation")) for item in box.findall(camunda("constraint"))):
        name, config = item.get("name") or "", (item.get("config") or "").strip()
        if name not in RULES[kind]:
            source.refuse("form_rule_not_supported", item, field=identity, rule=name, rules=", ".join(sorted(RULES[kind])))
        elif name in _NUMBERS and not re.fullmatch(r"-?\d{1,15}", config):
            source.refuse("number_invalid", item, attribute=name, value=config)
        elif config.lower() != "false":
            rules[name] = config
    return rules
