"""Process instances: started, found, suspended, resumed, cancelled; their variables."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, overload
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import defer

from engine import failures, integrity, snapshots, suspended_jobs
from engine.definitions import Definition
from engine.errors import (
    BusinessKeyInUse,
    DefinitionNotStartable,
    InstanceCannotContinue,
    InstanceNotFound,
    failed_step,
    not_active,
)
from engine.history import History
from engine.models import ACTIVE, CANCELLED, SUSPENDED, ExternalTaskRow, InstanceRow, JobRow, SubscriptionRow, TaskRow, TimerRow
from engine.parsing import Executable
from engine.scopes import PROCESS, Scopes
from engine.situation import body_id
from engine.steps import Step, Steps, told_to_a_person
from engine.values import TypedValue
from storage import database
from storage.identifiers import new_id
from storage.journal import record
from storage.pages import Key, Page, page


@dataclass(frozen=True)
class Instance:
    """A process instance, as the rest of the product sees it. `state` is active, suspended, completed or cancelled."""

    id: UUID
    definition_id: UUID
    definition_key: str
    business_key: str | None
    body: str | None
    state: str
    started_at: datetime
    ended_at: datetime | None
    started_by: str | None
    end_reason: str | None = None


@dataclass(frozen=True)
class NewInstance:
    """What one of several instances that are started together begins with."""

    business_key: str
    body: str | None
    variables: Mapping[str, Any]


class Instances:
    """Everything is done in the caller's transaction."""

    def __init__(self, steps: Steps, history: History) -> None:
        self._steps = steps
        self._history = history

    def start(
        self,
        key: str | None = None,
        *,
        business_key: str | None = None,
        body: str | None = None,
        variables: Mapping[str, Any] | None = None,
        by: str | None = None,
        definition_id: UUID | None = None,
        message: str | None = None,
        start_event: str | None = None,
    ) -> Instance:
        """Start an instance of the latest version of a process, or of one definition, by its plain start, by that of a message, or by the
        start event of an id.

        Raises DefinitionNotFound, DefinitionNotStartable, BusinessKeyInUse, StepFailed, and what an operation refuses.
        """
        definition = self._definition(key, definition_id)
        executable = self._steps.definitions.executable(definition.id)
        begins_at = start_event or _start_of(definition, executable, message)
        row = self.new(definition, business_key=business_key, body=body, by=by)
        step = self._steps.begin(row, executable, {**(variables or {}), **_initiated(executable, begins_at, by)}, begins_at)
        with told_to_a_person(failed_step):
            step.execution.go_on()
            self._steps.save(step)
        return instance_of(row)

    def new(self, definition: Definition, *, business_key: str | None, body: str | None, by: str | None) -> InstanceRow:
        """The row of an instance that is about to begin, its business key kept for it. Raises DefinitionNotStartable, BusinessKeyInUse."""
        row = self._new(definition, business_key, body, by)
        self._claim_key(row)
        return row

    def start_all(self, key: str, starts: Sequence[NewInstance]) -> None:
        """Start several instances of the latest version of a process by its plain start, all or none, in as few statements as one.

        Nobody stands behind them. Raises what `start` raises; which of them failed is not said.
        """
        definition = self._definition(key, None)
        executable = self._steps.definitions.executable(definition.id)
        _start_of(definition, executable, None)
        rows = [self._new(definition, start.business_key, start.body, None) for start in starts]
        _require_free([row.unique_key for row in rows if row.unique_key is not None])
        with told_to_a_person(failed_step):
            self._steps.save_all(self._begun(executable, zip(rows, starts, strict=True)))

    def get(self, instance_id: UUID) -> Instance:
        """An instance by id. Raises InstanceNotFound."""
        return instance_of(_row(instance_id))

    def list(
        self,
        *,
        business_key: str | None = None,
        definition_key: str | None = None,
        definition_id: UUID | None = None,
        state: str | None = None,
        body_in: Collection[str] | None = None,
        limit: int = 50,
        after: Key | None = None,
    ) -> Page[Instance]:
        """Instances, the newest first."""
        query = sa.select(InstanceRow).options(defer(InstanceRow.snapshot)).order_by(InstanceRow.id.desc()).limit(limit + 1)
        for column, wanted in (
            (InstanceRow.business_key, business_key),
            (InstanceRow.definition_key, definition_key),
            (InstanceRow.definition_id, definition_id),
            (InstanceRow.state, state),
        ):
            if wanted is not None:
                query = query.where(column == wanted)
        if body_in is not None:
            query = query.where(InstanceRow.body.in_(body_in))
        if after is not None:
            query = query.where(InstanceRow.id < after[0])
        return page(database.session.scalars(query).all(), limit, item=instance_of, key=lambda row: (row.id,))

    @overload
    def variables(self, instance_id: UUID, typed: Literal[False] = False) -> dict[str, Any]: ...
    @overload
    def variables(self, instance_id: UUID, typed: Literal[True]) -> dict[str, TypedValue]: ...
    def variables(self, instance_id: UUID, typed: bool = False) -> dict[str, Any]:
        """The variables of the process scope; of an instance that has ended, their last values."""
        row = _row(instance_id)
        if row.snapshot is None:
            found = self._history.last_values(instance_id)
        else:
            found = Scopes(snapshots.unpacked(row.snapshot)["scopes"]).typed([PROCESS])
        return dict(found) if typed else {name: value.value for name, value in found.items()}

    def set_variables(self, instance_id: UUID, variables: Mapping[str, Any], by: str | None, *, removed: Collection[str] = ()) -> None:
        """Set variables of the process scope, from outside any task, and remove others where they are. Raises InstanceNotActive."""
        row = self._steps.lock(instance_id)
        step = self._steps.load(row, by=by)
        step.execution.evaluation.scopes.write([PROCESS], PROCESS, variables)
        step.execution.evaluation.scopes.remove(PROCESS, set(removed) - set(variables))
        with told_to_a_person(failed_step):
            step.execution.go_on()  # conditional events may come to hold
            self._steps.save(step)
        gone = {"removed": sorted(set(removed) - set(variables))} if removed else {}
        self._record("process_instance:variables_set", row, by, names=sorted(variables), **gone)

    def suspend(self, instance_id: UUID, by: str | None) -> Instance:
        """Let nothing happen: no completion, no message, and timers and jobs wait. Raises InstanceNotActive."""
        row = self._steps.lock(instance_id)
        if row.state != ACTIVE:
            raise not_active(row.id, row.state)
        return self._switch(row, SUSPENDED, "process_instance:suspended", by)

    def resume(self, instance_id: UUID, by: str | None) -> Instance:
        """Go on after a suspension; timers that fell due meanwhile fire next. Raises InstanceNotActive when it is not suspended."""
        row = self._steps.lock(instance_id)
        if row.state != SUSPENDED:
            raise not_active(row.id, row.state)
        return self._switch(row, ACTIVE, "process_instance:resumed", by)

    def cancel(self, instance_id: UUID, reason: str, by: str | None) -> Instance:
        """End an instance where it stands, suspended or not. Raises InstanceNotActive when it has ended."""
        row = self._steps.lock(instance_id)
        if row.state not in (ACTIVE, SUSPENDED):
            raise not_active(row.id, row.state)
        before = row.state
        try:
            step = self._steps.restore(row, by=by)
        except InstanceCannotContinue:
            self._abandon(row, reason)
        else:
            step.execution.cancel()
            row.state, row.ended_at, row.end_reason = CANCELLED, self._steps.clock.now(), reason[:500]
            self._steps.save(step)
        self._record("process_instance:cancelled", row, by, reason=reason, was=before)
        return instance_of(row)

    def check(self) -> Iterator[tuple[UUID, str]]:
        """What is wrong with the kept state of open instances: instance and fault. Reads only."""
        return integrity.faults(self._steps)

    def _definition(self, key: str | None, definition_id: UUID | None) -> Definition:
        if definition_id is None and key is None:
            raise TypeError("start needs a key or a definition")
        definitions = self._steps.definitions
        return definitions.get(definition_id) if definition_id is not None else definitions.latest(key or "")

    def _begun(self, executable: Executable, starts: Iterable[tuple[InstanceRow, NewInstance]]) -> Iterator[Step]:
        initiated = _initiated(executable, None, None)
        for row, start in starts:
            step = self._steps.begin(row, executable, {**start.variables, **initiated}, None)
            step.execution.go_on()
            yield step

    def _new(self, definition: Definition, business_key: str | None, body: str | None, by: str | None) -> InstanceRow:
        if definition.suspended:
            raise DefinitionNotStartable(definition=definition.key, reason="suspended")
        return InstanceRow(
            id=new_id(),
            definition_id=definition.id,
            definition_key=definition.key,
            business_key=business_key,
            unique_key=unique_key(definition, business_key),
            body=body,
            state=ACTIVE,
            started_at=self._steps.clock.now(),
            started_by=by,
            steps=0,
            incidents=0,
        )

    def _claim_key(self, row: InstanceRow) -> None:
        """Keep the business key for this instance alone, where the definition wants that; of two at once, the index lets one through."""
        if row.unique_key is None:
            return
        taken = database.session.scalar(sa.select(InstanceRow.id).where(InstanceRow.unique_key == row.unique_key))
        if taken is not None:
            raise BusinessKeyInUse(business_key=row.business_key, instance_id=str(taken))
        database.session.add(row)
        try:
            database.session.flush()
        except IntegrityError as taken_meanwhile:
            raise BusinessKeyInUse(business_key=row.business_key, instance_id=None) from taken_meanwhile

    def _abandon(self, row: InstanceRow, reason: str) -> None:
        """End an instance whose state cannot be restored: without history of what was open, but for good."""
        row.state, row.ended_at, row.end_reason = CANCELLED, self._steps.clock.now(), reason[:500]
        row.snapshot = row.unique_key = None
        database.session.flush()
        for model in (TaskRow, TimerRow, SubscriptionRow, JobRow, ExternalTaskRow):
            database.session.execute(sa.delete(model).where(model.instance_id == row.id))
        row.incidents -= failures.resolve(row, (), by=None, now=row.ended_at)

    def _switch(self, row: InstanceRow, state: str, event: str, by: str | None) -> Instance:
        row.state = state
        database.session.flush()
        (pause if state == SUSPENDED else _let_on)(row)
        self._record(event, row, by)
        return instance_of(row)

    def _record(self, event: str, row: InstanceRow, by: str | None, **details: Any) -> None:
        about = {"definition_key": row.definition_key, "business_key": row.business_key, **details}
        record(event, at=self._steps.clock.now(), subject=("process_instance", row.id), actor=by, body_id=body_id(row.body), **about)
        database.session.flush()


def pause(row: InstanceRow) -> None:
    """Let all that an instance waits with wait for its resumption."""
    database.session.execute(sa.update(TaskRow).where(TaskRow.instance_id == row.id).values(suspended=True))
    suspended_jobs.pause_instance(row.id)
    external = sa.update(ExternalTaskRow).where(ExternalTaskRow.instance_id == row.id)
    database.session.execute(external.values(state=suspended_jobs.PAUSED))


def _let_on(row: InstanceRow) -> None:
    database.session.execute(sa.update(TaskRow).where(TaskRow.instance_id == row.id).values(suspended=False))
    suspended_jobs.resume_instance(row.id, row.definition_id)
    external = sa.update(ExternalTaskRow).where(ExternalTaskRow.instance_id == row.id)
    database.session.execute(external.values(state=suspended_jobs.WAITING))


def instance_of(row: InstanceRow) -> Instance:
    """The instance of a row."""
    return Instance(
        id=row.id,
        definition_id=row.definition_id,
        definition_key=row.definition_key,
        business_key=row.business_key,
        body=row.body,
        state=row.state,
        started_at=row.started_at,
        ended_at=row.ended_at,
        started_by=row.started_by,
        end_reason=row.end_reason,
    )


def _row(instance_id: UUID) -> InstanceRow:
    row = database.session.scalar(sa.select(InstanceRow).where(InstanceRow.id == instance_id).execution_options(populate_existing=True))
    if row is None:
        raise InstanceNotFound(instance_id=str(instance_id))
    return row


def unique_key(definition: Definition, business_key: str | None) -> str | None:
    """What no other open instance may have, where the definition wants that."""
    return f"{definition.key}:{business_key}" if definition.unique_business_key and business_key is not None else None


def _require_free(keys: Sequence[str]) -> None:
    """See that no open instance has one of these keys; of those that come at the same moment, the index lets one through."""
    query = sa.select(InstanceRow.business_key, InstanceRow.id).where(InstanceRow.unique_key.in_(keys)).limit(1)
    taken = database.session.execute(query).first() if keys else None
    if taken is not None:
        raise BusinessKeyInUse(business_key=taken.business_key, instance_id=str(taken.id))


def _initiated(executable: Executable, begins_at: str | None, by: str | None) -> dict[str, Any]:
    """Who started an instance, in the variable that its start event names."""
    starts = executable.process.starts()
    start = next((one for one in starts if (one.id == begins_at if begins_at else one.event.kind == "none")), None)
    return {} if start is None or start.initiator is None else {start.initiator: by}


def _start_of(definition: Definition, executable: Executable, message: str | None) -> str | None:
    """The id of the start event to begin at; None is the plain one."""
    if message is None:
        if not any(start.event.kind == "none" for start in executable.process.starts()):
            raise DefinitionNotStartable(definition=definition.key, reason="start")
        return None
    starts = [start for start, _ in executable.process.beginnings()]
    found = next((start.id for start in starts if any(event.message == message for event in start.event.alternatives)), None)
    if found is None:
        raise DefinitionNotStartable(definition=definition.key, reason="message")
    return found
