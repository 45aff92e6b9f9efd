"""Bringing instances to another version of their process: plans made and judged, instances migrated one by one."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from engine.account import Opening
from engine.business_keys import unique_key
from engine.definitions import Definition
from engine.errors import BusinessKeyInUse, InstanceOfOther, MigrationRefused, PlanRefused, not_active
from engine.instances import Instance, failed_step, instance_of
from engine.migration.plan import Pair, Plan, pairs_of
from engine.migration.rewriting import Rewritten, rewritten
from engine.migration.validation import PairReport, reports_on
from engine.models import ACTIVE, SUSPENDED, ExternalTaskRow, IncidentRow, InstanceRow, JobRow, SubscriptionRow, TaskRow, TimerRow
from engine.parsing.specs import placing
from engine.scopes import PROCESS
from engine.situation import body_id
from engine.steps import Step, Steps, told_to_a_person
from engine import suspension, tree
from refusals import Fault
from storage import database
from storage.journal import record


class Migrations:
    """Everything is done in the caller's transaction."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps

    def generate(self, source_id: UUID, target_id: UUID, *, update_triggers: bool = False) -> Plan:
        """The plan that leaves every element what it is, where it is in both. Raises DefinitionNotFound, DefinitionNotExecutable."""
        source, target = (self._steps.definitions.executable(one).process for one in (source_id, target_id))
        return Plan(source_id, target_id, pairs_of(source, target, update_triggers=update_triggers))

    def validate(self, plan: Plan) -> list[PairReport]:
        """What is wrong with a plan. Raises DefinitionNotFound, DefinitionNotExecutable."""
        source, target = (self._steps.definitions.executable(one).process for one in (plan.source_id, plan.target_id))
        return reports_on(plan.pairs, source, target)

    def migrate(self, instance_id: UUID, plan: Plan, *, by: str | None) -> Instance:
        """Bring one instance, active or suspended, over; one that is there already stays as it is.

        Raises InstanceNotFound, InstanceNotActive, InstanceOfOther, PlanRefused, MigrationRefused, BusinessKeyInUse, StepFailed.
        """
        reports = self.validate(plan)
        if reports:
            raise PlanRefused(reports)
        row = self._steps.lock(instance_id)
        if row.state not in (ACTIVE, SUSPENDED):
            raise not_active(row.id, row.state)
        if row.definition_id == plan.target_id:
            return instance_of(row)
        if row.definition_id != plan.source_id:
            raise InstanceOfOther(instance_id=str(row.id), definition_id=str(plan.source_id))
        with told_to_a_person(failed_step):
            self._bring(row, plan, by)
        return instance_of(row)

    def _bring(self, row: InstanceRow, plan: Plan, by: str | None) -> None:
        old = self._steps.restore(row, by=by)
        executable = self._steps.definitions.executable(plan.target_id)
        made = rewritten(old.execution.top, old.account, plan.pairs, executable)
        if made.obstacles:
            raise MigrationRefused(row.id, made.obstacles)
        was = {opening.id: opening.element.drawn_id for opening in old.account.openings}
        source, target = self._steps.definitions.get(plan.source_id), self._steps.definitions.get(plan.target_id)
        self._rename(row, target)
        step = self._steps.replanted(old, made.state, executable)
        self._set_going(step, made, plan)
        self._steps.save(step)
        _rewrite_rows(row, [opening for opening in step.account.openings if opening.id in was], was, plan.pairs, target)
        if row.state == SUSPENDED:
            suspension.pause(row.id)
        self._record(row, source, target, by)

    def _set_going(self, step: Step, made: Rewritten, plan: Plan) -> None:
        execution, scopes = step.execution, step.execution.evaluation.scopes
        for scope, (around, inside) in reversed(made.dissolved.items()):
            scopes.dissolve(scope, around, inside)
        scopes.write([PROCESS], PROCESS, plan.variables)
        tokens = tree.by_id(execution.top)
        for token in tree.open_tokens(execution.top):
            placing.foresee(token)
        for parent, name in made.armed:
            execution.at(tokens[parent], lambda parent=parent, name=name: placing.arm(tokens[parent], name))
        for token_id in made.anew:
            execution.at(tokens[token_id], lambda token_id=token_id: placing.wait_anew(tokens[token_id]))
        if step.row.state == SUSPENDED:
            execution.stand()
        else:
            for grown in tree.trees(execution.top):
                grown.update_waiting_tasks()
            execution.go_on()
