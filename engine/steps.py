"""One step of an instance, from the lock on its row to the rows that tell what has changed. The edge opens and commits the transaction."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import DataError, IntegrityError

from engine import bindings, saving, snapshots, tree
from engine.account import Account, Opening
from engine.decisions.decisions import Decisions
from engine.decisions.made import Made
from engine.definitions import Definitions
from engine.errors import InstanceNotFound, StepBroken, TaskNotOpen, in_words, not_active
from engine.evaluation import Evaluation
from engine.execution import Execution
from engine.models import ACTIVE, InstanceRow
from engine.new_rows import NewRows
from engine.operations import OperationRefused
from engine.parsing import Executable
from engine.parsing.specs.references import Reference
from engine.ports import Ports
from engine.scopes import Scopes
from engine.situation import Situation
from engine.tree import Token
from storage import database
from storage.clock import Clock


@dataclass
class Step:
    """A loaded instance. What is done to `execution` counts once `Steps.save` was called, and never after an exception."""

    row: InstanceRow
    execution: Execution
    situation: Situation
    is_new: bool = False

    @property
    def account(self) -> Account:
        """What is open and what has ended."""
        return self.execution.account

    def token_of(self, opening: Opening) -> Token:
        """The token that something open stands for."""
        token = tree.token_of(self.execution.top, opening.token_id)
        if token is None:
            raise TaskNotOpen(task_id=str(opening.id))
        return token


class Steps:
    """Loads instances under a lock and saves them."""

    def __init__(self, definitions: Definitions, decisions: Decisions, ports: Ports, clock: Clock) -> None:
        self.definitions = definitions
        self.decisions = decisions
        self.ports = ports
        self.clock = clock

    def lock(self, instance_id: UUID) -> InstanceRow:
        """The row of an instance, locked until the transaction ends. Raises InstanceNotFound."""
        query = sa.select(InstanceRow).where(InstanceRow.id == instance_id).with_for_update()
        row = database.session.scalar(query.execution_options(populate_existing=True))
        if row is None:
            raise InstanceNotFound(instance_id=str(instance_id))
        return row

    def look_at(self, instance_id: UUID) -> InstanceRow:
        """The row of an instance as it is now, for who changes nothing. Raises InstanceNotFound."""
        row = database.session.get(InstanceRow, instance_id, populate_existing=True)
        if row is None:
            raise InstanceNotFound(instance_id=str(instance_id))
        return row

    def load(self, row: InstanceRow, *, by: str | None = None, on_behalf_of: str | None = None, needed: UUID | None = None) -> Step:
        """A locked instance, restored from its snapshot; where the step is about one opening only, what it does not `need` may sleep.

        Raises InstanceNotActive, InstanceCannotContinue.
        """
        if row.state != ACTIVE:
            raise not_active(row.id, row.state)
        return self.restore(row, by=by, on_behalf_of=on_behalf_of, needed=needed)

    def restore(self, row: InstanceRow, *, by: str | None = None, on_behalf_of: str | None = None, needed: UUID | None = None) -> Step:
        """The same whether or not the instance is suspended."""
        if row.snapshot is None:
            raise not_active(row.id, row.state)
        document = snapshots.unpacked(row.snapshot, needed)
        scopes = Scopes(document["scopes"])
        evaluation = self._evaluation(scopes)
        executable = self.definitions.executable(row.definition_id)
        top = tree.restored(document["tree"], executable.spec, executable.subprocess_specs, evaluation)
        account = Account(evaluation.now())
        account.restore(document["open"], top, document.get("asleep", {}))
        return self._step(row, top, evaluation, account, by, on_behalf_of)

    def begin(self, row: InstanceRow, executable: Executable, variables: Mapping[str, Any], begins_at: str | None) -> Step:
        """A new instance with its first token, not run yet."""
        evaluation = self._evaluation(Scopes())
        evaluation.scopes.write([""], "", variables)
        top = tree.plant(executable.spec, executable.subprocess_specs, evaluation, begins_at)
        step = self._step(row, top, evaluation, Account(evaluation.now()), row.started_by, None)
        step.is_new = True
        return step

    def replanted(self, step: Step, state: Mapping[str, Any], executable: Executable) -> Step:
        """A loaded instance with other trees, of the definition that its row names now; its variables and its account go on."""
        evaluation, account = step.execution.evaluation, step.account
        top = tree.restored(state, executable.spec, executable.subprocess_specs, evaluation)
        account.replant(top)
        return self._step(step.row, top, evaluation, account, step.situation.by, step.situation.on_behalf_of)

    def save(self, step: Step) -> None:
        """Write everything that the step has changed, in as few statements as kinds of rows. Raises StepBroken for what no column holds."""
        try:
            saving.save(step.row, step.execution, step.situation, self.ports.groups, is_new=step.is_new)
        except (DataError, IntegrityError) as failure:
            raise StepBroken(None, "engine_failed", in_words(failure)) from failure

    def save_all(self, steps: Iterable[Step]) -> None:
        """Write several new instances, in as few statements as one; each is let go when the next is asked for. Raises the same."""
        rows = NewRows()
        try:
            for step in steps:
                saving.gather(rows, step.row, step.execution, step.situation, self.ports.groups, is_new=True)
            rows.write()
        except (DataError, IntegrityError) as failure:
            raise StepBroken(None, "engine_failed", in_words(failure)) from failure

    def _decide(self, chosen: dict[Reference, UUID], reference: Reference, variables: Mapping[str, Any]) -> Made:
        """A decision as it is referred to, the version `chosen` once in a step. One that breaks its own rules fails the step, where
        evaluating it alone gives null.
        """
        definition_id = chosen.get(reference) or chosen.setdefault(reference, bindings.decision_id(reference))
        outcome = self.decisions.evaluate(definition_id, dict(variables))
        if outcome.faults:
            raise outcome.faults[0].with_traceback(None)
        return Made(definition_id, reference.key, outcome)

    def _evaluation(self, scopes: Scopes) -> Evaluation:
        return Evaluation(scopes, self.clock.now(), self.ports.functions, self.ports.zone)

    def _step(
        self, row: InstanceRow, top: tree.Tree, evaluation: Evaluation, account: Account, by: str | None, on_behalf_of: str | None
    ) -> Step:
        situation = Situation(row.id, row.definition_key, row.business_key, row.body, by, on_behalf_of)
        ports = self.ports
        execution = Execution(top, evaluation, account, situation, ports.operations, partial(self._decide, {}), ports.watching)
        return Step(row, execution, situation)


@contextmanager
def told_to_a_person(failed: Callable[[StepBroken], Exception]) -> Iterator[None]:
    """A person's own step: the Refusal of an operation goes to the person as it is, any other failure as what `failed` makes of it."""
    try:
        yield
    except OperationRefused as refused:
        raise refused.refusal from refused
    except StepBroken as broken:
        raise failed(broken) from broken
