"""Shapes of migrations and restarts: plans, what is wrong with them, what became of each instance."""

from typing import Any

from marshmallow import fields, post_load, validate

from api.shapes import Shape
from api.v1.processes.schemas import InstanceShape, InstructionShape
from operate import Pair, Plan

_KEY = validate.Length(max=255)
_IDS = validate.Length(min=1, max=1000)


class NewPlan(Shape):
    """Between which definitions a plan is to be made; with `update_triggers` events wait anew for what the target gives."""

    source_id = fields.UUID(required=True)
    target_id = fields.UUID(required=True)
    update_triggers = fields.Boolean(load_default=False)


class PairShape(Shape):
    """What an element of the source becomes in the target."""

    source = fields.String(required=True, validate=_KEY)
    target = fields.String(required=True, validate=_KEY)
    update_trigger = fields.Boolean(load_default=False)

    @post_load
    def pair(self, given: dict[str, Any], **_: Any) -> Pair:
        """The pair."""
        return Pair(**given)


class PlanShape(Shape):
    """A plan: from one definition to another, pair by pair; `variables` are set in each instance on the way."""

    source_id = fields.UUID(required=True)
    target_id = fields.UUID(required=True)
    pairs = fields.List(fields.Nested(PairShape), required=True, validate=validate.Length(max=1000))
    variables = fields.Dict(keys=fields.String(validate=_KEY), load_default=dict, validate=validate.Length(max=1000))

    @post_load
    def plan(self, given: dict[str, Any], **_: Any) -> Plan:
        """The plan."""
        return Plan(given["source_id"], given["target_id"], tuple(given["pairs"]), given["variables"])


class Migration(Shape):
    """A plan and the instances that are to follow it."""

    plan = fields.Nested(PlanShape, required=True)
    instance_ids = fields.List(fields.UUID(), required=True, validate=_IDS)


class ObstacleShape(Shape):
    """One thing that stands in the way."""

    code = fields.String()
    detail = fields.String()


class PairFaults(Shape):
    """A pair that cannot be followed, and why."""

    pair = fields.Nested(PairShape)
    reasons = fields.List(fields.Nested(ObstacleShape))


class MigrationCheck(Shape):
    """A plan to be judged and, where they are named, instances that might follow it."""

    plan = fields.Nested(PlanShape, required=True)
    instance_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=1000))


class OutcomeShape(Shape):
    """What became, or would become, of one instance: migrated, or refused for these reasons and left as it was."""

    instance_id = fields.UUID()
    migrated = fields.Boolean()
    reasons = fields.List(fields.Nested(ObstacleShape))


class Outcomes(Shape):
    """What became of each instance."""

    items = fields.List(fields.Nested(OutcomeShape))


class MigrationFaults(Outcomes):
    """What is wrong with a plan, and what would become of each instance that was named; that is asked of a sound plan only."""

    pairs = fields.List(fields.Nested(PairFaults))


class Restart(Shape):
    """From which ended instances new ones are to begin, at which places, and how."""

    instance_ids = fields.List(fields.UUID(), required=True, validate=_IDS)
    instructions = fields.List(fields.Nested(InstructionShape), required=True, validate=validate.Length(min=1, max=100))
    initial_variables = fields.Boolean(load_default=False)
    without_business_key = fields.Boolean(load_default=False)
    skip_mappings = fields.Boolean(load_default=False)
    skip_listeners = fields.Boolean(load_default=False)


class Restarted(Shape):
    """The new instances, in the order of those that they began from."""

    items = fields.List(fields.Nested(InstanceShape))
