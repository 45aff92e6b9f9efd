"""Bringing instances to another version of their process: plans made and judged, instances migrated one by one."""

from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from engine import tree
from engine.definitions import Definition
from engine.errors import BusinessKeyInUse, InstanceOfOther, MigrationRefused, PlanRefused, failed_step, not_active
from engine.instances import Instance, instance_of, pause, unique_key
from engine.migration.plan import Plan, SoundPlan, pairs_of
from engine.migration.rewriting import Rewritten, rewritten
from engine.migration.rows import follow
from engine.migration.validation import PairReport, reports_on
from engine.models import ACTIVE, SUSPENDED, InstanceRow
from engine.parsing.specs import placing
from engine.scopes import PROCESS
from engine.situation import body_id
from engine.steps import Step, Steps, told_to_a_person
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

    def require(self, plan: Plan) -> SoundPlan:
        """The plan, once it is judged: definitions never change, so it stays sound. Raises PlanRefused for one that cannot be followed."""
        if reports := self.validate(plan):
            raise PlanRefused(reports)
        return SoundPlan(plan)

    def migrate(self, instance_id: UUID, plan: SoundPlan, *, by: str | None) -> Instance:
        """Bring one instance, active or suspended, over; one that is there already stays as it is.

        Raises InstanceNotFound, InstanceNotActive, InstanceOfOther, MigrationRefused, BusinessKeyInUse, StepFailed.
        """
        row = self._steps.lock(instance_id)
        if self._is_to_go(row, plan):
            with told_to_a_person(failed_step):
                self._bring(row, plan, by)
        return instance_of(row)

    def try_out(self, instance_id: UUID, plan: SoundPlan) -> None:
        """See whether an instance could be brought over as it stands; nothing is changed, and nobody who works in it has to wait.

        Raises InstanceNotFound, InstanceNotActive, InstanceOfOther, MigrationRefused.
        """
        row = self._steps.look_at(instance_id)
        if self._is_to_go(row, plan):
            self._rewritten(self._steps.restore(row), plan)

    def _is_to_go(self, row: InstanceRow, plan: Plan) -> bool:
        """Whether an instance is at the source of a plan, not at its target yet. Raises InstanceNotActive, InstanceOfOther."""
        if row.state not in (ACTIVE, SUSPENDED):
            raise not_active(row.id, row.state)
        if row.definition_id not in (plan.source_id, plan.target_id):
            raise InstanceOfOther(instance_id=str(row.id), definition_id=str(plan.source_id))
        return row.definition_id != plan.target_id

    def _rewritten(self, old: Step, plan: Plan) -> Rewritten:
        executable = self._steps.definitions.executable(plan.target_id)
        made = rewritten(old.execution.top, old.account, plan.pairs, executable)
        if made.obstacles:
            raise MigrationRefused(old.row.id, made.obstacles)
        return made

    def _bring(self, row: InstanceRow, plan: Plan, by: str | None) -> None:
        definitions = self._steps.definitions
        old, executable = self._steps.restore(row, by=by), definitions.executable(plan.target_id)
        made = self._rewritten(old, plan)
        was = {opening.id: opening.element.drawn_id for opening in old.account.openings}
        source, target = definitions.get(plan.source_id), definitions.get(plan.target_id)
        _rename(row, target)
        step = self._steps.replanted(old, made.state, executable)
        self._set_going(step, made, plan)
        self._steps.save(step)
        follow(row, step.account.openings, was, set(made.anew))
        if row.state == SUSPENDED:
            pause(row)
        self._record(row, source, target, by)

    def _set_going(self, step: Step, made: Rewritten, plan: Plan) -> None:
        execution, scopes = step.execution, step.execution.evaluation.scopes
        for scope, (around, inside) in reversed(list(made.dissolved.items())):
            scopes.dissolve(scope, around, inside)
        scopes.write([PROCESS], PROCESS, plan.variables)
        tokens = tree.by_id(execution.top)
        for token in tree.open_tokens(execution.top):
            placing.foresee(token)
        for parent, name in made.armed:
            execution.at(tokens[parent], partial(placing.arm, tokens[parent], name))
        for token_id in made.anew:
            execution.at(tokens[token_id], partial(placing.wait_anew, tokens[token_id]))
        if step.row.state == SUSPENDED:
            execution.stand()
        else:
            for grown in tree.trees(execution.top):
                grown.update_waiting_tasks()
            execution.go_on()
        step.account.replant(execution.top)  # what was entered on the way has an account only now

    def _record(self, row: InstanceRow, source: Definition, target: Definition, by: str | None) -> None:
        about: dict[str, Any] = {"definition_key": row.definition_key, "business_key": row.business_key}
        about |= {"source": str(source.id), "source_version": source.version, "target": str(target.id), "target_version": target.version}
        event, subject = "process_instance:migrated", ("process_instance", row.id)
        record(event, at=self._steps.clock.now(), subject=subject, actor=by, body_id=body_id(row.body), **about)
        database.session.flush()


def _rename(row: InstanceRow, target: Definition) -> None:
    """Let an instance be of another definition. Raises BusinessKeyInUse."""
    row.definition_id, row.definition_key = target.id, target.key
    row.unique_key = unique_key(target, row.business_key)
    taken = sa.select(InstanceRow.id).where(InstanceRow.unique_key == row.unique_key, InstanceRow.id != row.id)
    with database.session.no_autoflush:
        other = None if row.unique_key is None else database.session.scalar(taken)
    if other is not None:
        raise BusinessKeyInUse(business_key=row.business_key, instance_id=str(other))
    try:
        database.session.flush()
    except IntegrityError as taken_meanwhile:
        raise BusinessKeyInUse(business_key=row.business_key, instance_id=None) from taken_meanwhile
