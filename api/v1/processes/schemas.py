"""Shapes of deployments, process definitions, process instances."""

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

import texts
from api import problems
from api.authentication import actor
from api.house import house
from api.pagination import Paging, page_of
from api.shapes import Shape
from operate import Instruction

STATES = ["active", "suspended", "completed", "cancelled"]
_KEY = validate.Length(max=255)


def _said(finding: Any) -> str:
    return texts.say(finding.code, finding.fields, problems.language())


class Actionable(Shape):
    """A thing of a process with what you may do with it now."""

    allowed_actions = fields.Function(
        lambda thing: house().operate.allowed_actions(actor(), thing), metadata={"type": "array", "items": {"type": "string"}}
    )


class FindingShape(Shape):
    """What is wrong, or worth knowing, about a model."""

    code = fields.String()
    severity = fields.String()
    resource = fields.String()
    line = fields.Integer()
    column = fields.Integer(allow_none=True)
    element_id = fields.String(allow_none=True)
    detail = fields.Function(_said, metadata={"type": "string"})
    fields_ = fields.Dict(attribute="fields", data_key="fields")


class Findings(Shape):
    """What the linter found."""

    items = fields.List(fields.Nested(FindingShape))


class ActOfDefinition(Shape):
    """The legal act that a definition carries."""

    type = fields.String()
    number = fields.String()
    date = fields.Date()


class DefinitionQuery(Paging):
    """Filters of the list of definitions."""

    key = fields.String(load_default=None, validate=_KEY)
    latest = fields.Boolean(load_default=None)
    executable = fields.Boolean(load_default=None)


class WithInstances(Shape):
    """Whether what is done with a definition is done with its open instances too; that needs the right to operate each of them."""

    instances = fields.Boolean(load_default=False)


class DefinitionShape(Actionable):
    """One version of a process."""

    id = fields.UUID()
    key = fields.String()
    name = fields.String(allow_none=True)
    version = fields.Integer()
    version_tag = fields.String(allow_none=True)
    deployment_id = fields.UUID()
    resource = fields.String()
    executable = fields.Boolean()
    suspended = fields.Boolean()
    history_ttl_days = fields.Integer(allow_none=True)
    start_form_key = fields.String(allow_none=True)
    unique_business_key = fields.Boolean()
    act = fields.Nested(ActOfDefinition, allow_none=True)


class DeploymentShape(Shape):
    """Files that were deployed together; what was made of them and what the linter remarked, right after the deployment."""

    id = fields.UUID()
    name = fields.String(allow_none=True)
    source = fields.String(allow_none=True)
    deployed_at = fields.AwareDateTime()
    deployed_by = fields.String(allow_none=True)
    definitions = fields.List(fields.Nested(DefinitionShape))
    warnings = fields.List(fields.Nested(FindingShape))
    created = fields.Boolean()


class InstanceQuery(Paging):
    """Filters of the list of instances."""

    definition_key = fields.String(load_default=None, validate=_KEY)
    definition_id = fields.UUID(load_default=None)
    business_key = fields.String(load_default=None, validate=_KEY)
    body_id = fields.UUID(load_default=None)
    state = fields.String(load_default=None, validate=validate.OneOf(STATES))
    with_incident = fields.Boolean(load_default=None)


class NewInstance(Shape):
    """What an instance starts with."""

    business_key = fields.String(load_default=None, allow_none=True, validate=_KEY)
    body_id = fields.UUID(load_default=None, allow_none=True)
    variables = fields.Dict(keys=fields.String(validate=_KEY), load_default=dict, validate=validate.Length(max=1000))


class InstanceShape(Actionable):
    """A process instance."""

    id = fields.UUID()
    definition_id = fields.UUID()
    definition_key = fields.String()
    business_key = fields.String(allow_none=True)
    body_id = fields.String(attribute="body", allow_none=True)
    state = fields.String(validate=validate.OneOf(STATES))
    started_at = fields.AwareDateTime()
    ended_at = fields.AwareDateTime(allow_none=True)
    started_by = fields.String(allow_none=True)
    end_reason = fields.String(allow_none=True)


class Variables(Shape):
    """Variables by name."""

    variables = fields.Dict(keys=fields.String(validate=_KEY), required=True, validate=validate.Length(max=1000))


class VariableChanges(Variables):
    """Variables to be set, and the names of others to be removed."""

    removed = fields.List(fields.String(validate=_KEY), load_default=list, validate=validate.Length(max=1000))


class Cancellation(Shape):
    """Why an instance is cancelled."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=500))


class InstructionShape(Shape):
    """One thing to do in an instance: begin before or behind an element or on a flow, or cancel an element, or one open activity."""

    kind = fields.String(required=True, validate=validate.OneOf(["startBeforeActivity", "startAfterActivity", "startTransition", "cancel"]))
    element_id = fields.String(validate=_KEY)
    flow_id = fields.String(validate=_KEY)
    activity_id = fields.UUID()
    ancestor_id = fields.UUID()
    variables = fields.Dict(keys=fields.String(validate=_KEY), validate=validate.Length(max=1000))
    local_variables = fields.Dict(keys=fields.String(validate=_KEY), validate=validate.Length(max=1000))

    @post_load
    def instruction(self, given: dict[str, Any], **_: Any) -> Instruction:
        """The instruction; it names exactly what its kind needs."""
        needed = {"startTransition": {"flow_id"}, "cancel": {"element_id", "activity_id"}}.get(given["kind"], {"element_id"})
        named = {"element_id", "flow_id", "activity_id"} & set(given)
        if len(named) != 1 or not named <= needed or (given["kind"] == "cancel" and set(given) - {"kind", *needed}):
            raise ValidationError("instruction_unclear")
        return Instruction(**given)


class Modification(Shape):
    """What is to be done in an instance, in this order, and why."""

    instructions = fields.List(fields.Nested(InstructionShape), required=True, validate=validate.Length(min=1, max=100))
    reason = fields.String(required=True, validate=validate.Length(min=1, max=500))


class ChoiceShape(Shape):
    """An element that can be begun by hand."""

    element_id = fields.String()
    kind = fields.String()
    name = fields.String(allow_none=True)


class OpenAdHocShape(Shape):
    """An open ad-hoc subprocess: its activity, its element, and what can be begun there now."""

    activity_id = fields.UUID()
    element_id = fields.String()
    name = fields.String(allow_none=True)
    choices = fields.List(fields.Nested(ChoiceShape))


class OpenAdHocs(Shape):
    """The open ad-hoc subprocesses of an instance."""

    items = fields.List(fields.Nested(OpenAdHocShape))


class AdHocCompletion(Shape):
    """The ad-hoc subprocess that is done: by its activity, where several are open."""

    activity_id = fields.UUID(load_default=None)


class AdHocBeginning(AdHocCompletion):
    """What is begun in an ad-hoc subprocess, and with which variables."""

    elements = fields.List(fields.String(validate=_KEY), required=True, validate=validate.Length(min=1, max=100))
    variables = fields.Dict(keys=fields.String(validate=_KEY), load_default=dict, validate=validate.Length(max=1000))


class ActivityQuery(Paging):
    """A page of what was done in an instance."""


class ActivityShape(Shape):
    """One visit of an element of a diagram."""

    id = fields.UUID()
    element_id = fields.String()
    kind = fields.String()
    name = fields.String(allow_none=True)
    started_at = fields.AwareDateTime()
    ended_at = fields.AwareDateTime(allow_none=True)
    cancelled = fields.Boolean()
    task = fields.Dict(allow_none=True)


class NewSignal(Shape):
    """A signal, for everybody who waits for it."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=255))
    variables = fields.Dict(keys=fields.String(validate=_KEY), load_default=dict, validate=validate.Length(max=1000))


class NewMessage(Shape):
    """A message and whom it is for: by business key, instance or variables that the receiver has; else it starts what it starts."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=255))
    business_key = fields.String(load_default=None, validate=_KEY)
    instance_id = fields.UUID(load_default=None)
    correlation_keys = fields.Dict(keys=fields.String(validate=_KEY), load_default=dict, validate=validate.Length(max=100))
    variables = fields.Dict(keys=fields.String(validate=_KEY), load_default=dict, validate=validate.Length(max=1000))


DeploymentPage = page_of(DeploymentShape)
DefinitionPage = page_of(DefinitionShape)
InstancePage = page_of(InstanceShape)
ActivityPage = page_of(ActivityShape)
