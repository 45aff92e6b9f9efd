"""Writing down what a step has changed: one statement for each kind of row that has changes, and none for the others."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine import failures, sleeping, snapshots, subscriptions, task_facts, tree, values
from engine.account import Ending, Opening
from engine.business_keys import key_of
from engine.decisions.made import Made
from engine.decisions.tables import DecisionInstanceRow
from engine.errors import VariablesTooLarge
from engine.execution import Execution
from engine.history import change_to_json
from engine.models import (
    ACTIVE,
    CANCELLED,
    COMPLETED,
    ActivityRow,
    CandidateRow,
    DeliveryRow,
    ExternalTaskRow,
    InstanceRow,
    JobRow,
    SubscriptionRow,
    TaskRow,
    TimerRow,
)
from engine.new_rows import TABLES, NewRows
from engine.ports import GroupDirectory
from engine.scopes import Change
from engine.sendings import Sending, row_of
from engine.situation import Situation, body_id
from storage import database
from storage.identifiers import new_id
from storage.journal import entry

#: What the packed state of one instance may weigh.
MAX_SNAPSHOT_BYTES = 4 * 1024 * 1024
JOB_RETRIES = 3

# Put together once: that takes longer than the database needs to run them.
_DELETE = {
    model: sa.delete(table).where(table.c.id.in_(sa.bindparam("ids", expanding=True))) for model, table in TABLES.items() if "id" in table.c
}
_DELETE_TASKS = _DELETE[TaskRow].returning(
    *(TABLES[TaskRow].c[name] for name in ("id", "assignee", "owner", "due_at", "priority", "form_key"))
)
_MOVE_TIMER = sa.update(TABLES[TimerRow]).where(TABLES[TimerRow].c.id == sa.bindparam("timer")).values({"due_at": sa.bindparam("moment")})
_CHANGING = ("unique_key", "state", "ended_at", "end_reason", "steps", "incidents", "snapshot")
_UPDATE = (
    sa.update(TABLES[InstanceRow])
    .where(TABLES[InstanceRow].c.id == sa.bindparam("instance"))
    .values({name: sa.bindparam(name) for name in _CHANGING})
)


def save(row: InstanceRow, execution: Execution, situation: Situation, groups: GroupDirectory, *, is_new: bool) -> None:
    """Write the instance, the rows of what is open, the history and the journal."""
    rows = NewRows()
    gather(rows, row, execution, situation, groups, is_new=is_new)
    rows.write()


def gather(rows: NewRows, row: InstanceRow, execution: Execution, situation: Situation, groups: GroupDirectory, *, is_new: bool) -> None:
    """The same, but for what is only added: that is left in `rows`."""
    now = execution.evaluation.now()
    before, after = execution.account.before, execution.account.waits()
    row.steps += 1
    if execution.completed and row.state == ACTIVE:
        row.state, row.ended_at = COMPLETED, now
    row.snapshot = None if row.state in (COMPLETED, CANCELLED) else _snapshot(execution)
    if row.snapshot is None:
        row.unique_key = None
    if row.incidents:
        row.incidents -= failures.resolve(row, set(before) - set(after), by=situation.by, now=now)
    _keep(rows, row, is_new=is_new)
    opened = [opening for identifier, opening in after.items() if _kind(before.get(identifier)) != opening.wait]
    closed = [opening for identifier, opening in before.items() if _kind(after.get(identifier)) != opening.wait]
    tasks = _delete(closed)
    _add(rows, row, execution, opened, groups)
    _move_timers(before, after)
    rows.add(DecisionInstanceRow, [_decided(row, element_id, made, now) for element_id, made in execution.decided])
    rows.add(DeliveryRow, [_sent(execution, sending, situation) for sending in execution.sendings])
    _add_history(rows, row, execution, situation, tasks)
    _tell(rows, row, execution, situation, opened, is_new=is_new)


def _keep(rows: NewRows, row: InstanceRow, *, is_new: bool) -> None:
    """Write the instance's row: by the session where that holds it, else by one statement past the unit of work."""
    if row in database.session:
        database.session.flush()
    elif is_new:
        rows.add(InstanceRow, [{name: getattr(row, name) for name in TABLES[InstanceRow].c.keys()}])  # noqa: SIM118 - columns, by name
    else:
        changed = {name: getattr(row, name) for name in _CHANGING}
        database.session.execute(_UPDATE, {"instance": row.id, **changed})


def _kind(opening: Opening | None) -> str:
    return "" if opening is None else opening.wait


def _snapshot(execution: Execution) -> bytes:
    document = {
        "tree": tree.saved(execution.top),
        "scopes": execution.evaluation.scopes.saved(),
        "open": execution.account.saved(execution.top),
    }
    sleeping.put_to_sleep(document, execution.account.asleep)
    packed = snapshots.packed(document)
    if len(packed) > MAX_SNAPSHOT_BYTES:
        raise VariablesTooLarge(limit=MAX_SNAPSHOT_BYTES)
    return packed


def _delete(closed: Sequence[Opening]) -> dict[UUID, dict[str, Any]]:
    """Delete the rows of what is no longer open; gives the facts of its user tasks, for the history."""
    tasks: dict[UUID, dict[str, Any]] = {}
    if gone := [opening.id for opening in closed if opening.wait == "task"]:
        for found in database.session.execute(_DELETE_TASKS, {"ids": gone}):
            facts = {"assignee": found.assignee, "owner": found.owner, "priority": found.priority, "form_key": found.form_key}
            tasks[found.id] = {**facts, "due_at": found.due_at.isoformat() if found.due_at else None}
    for wait, model in (
        ("timer", TimerRow),
        ("message", SubscriptionRow),
        ("signal", SubscriptionRow),
        ("job", JobRow),
        ("external", ExternalTaskRow),
    ):
        if lone := [opening.id for opening in closed if opening.wait == wait and opening.task_id not in tasks]:
            database.session.execute(_DELETE[model], {"ids": lone})
    return tasks


def _add(rows: NewRows, row: InstanceRow, execution: Execution, opened: Sequence[Opening], groups: GroupDirectory) -> None:
    tasks: list[dict[str, Any]] = []
    candidates: list[dict[str, Any]] = []
    tokens = tree.by_id(execution.top)
    for opening in opened:
        if opening.wait == "task":
            _add_task(row, execution, opening, tokens[opening.token_id], groups, tasks, candidates)
    rows.add(TaskRow, tasks)
    rows.add(CandidateRow, candidates)
    common = {"instance_id": row.id}
    jobs = {**common, "of_definition": row.definition_id}
    rows.add(TimerRow, [jobs | _waiting(o) | _timer(o) for o in opened if o.wait == "timer"])
    awaiting = [o for o in opened if o.wait in ("message", "signal")]
    rows.add(SubscriptionRow, [common | _waiting(o) | _awaited(row, o, execution, tokens[o.token_id]) for o in awaiting])
    rows.add(JobRow, [jobs | _job(o, execution, tokens[o.token_id]) for o in opened if o.wait == "job"])
    rows.add(ExternalTaskRow, [_external(row, o, execution, tokens[o.token_id]) for o in opened if o.wait == "external"])


def _waiting(opening: Opening) -> dict[str, Any]:
    place = {"id": opening.id, "token_id": opening.token_id, "element_id": opening.element.drawn_id}
    return {**place, "task_id": opening.task_id}


def _timer(opening: Opening) -> dict[str, Any]:
    timer = opening.element.event.timer
    return {"of_element": opening.element.id, "due_at": opening.due_at, "uses_calendar": timer is not None and timer.uses_calendar}


def _awaited(row: InstanceRow, opening: Opening, execution: Execution, token: tree.Token) -> dict[str, Any]:
    return execution.at(token, lambda: subscriptions.row_of(row, opening, execution.evaluation, token))


def _decided(row: InstanceRow, element_id: str, made: Made, now: datetime) -> dict[str, Any]:
    outcome = made.outcome
    place = {"decision_definition_id": made.definition_id, "decision_key": made.key, "instance_id": row.id, "element_id": element_id}
    inputs, outputs = values.to_json(values.plain(dict(outcome.inputs))), values.to_json(values.plain(list(outcome.rows)))
    return {"id": new_id(), **place, "evaluated_at": now, "inputs": inputs, "outputs": outputs, "rules": list(outcome.matched)}


def _sent(execution: Execution, sending: Sending, situation: Situation) -> dict[str, Any]:
    now, expiry = execution.evaluation.now(), sending.expires_at
    return row_of(sending.kind, sending.name, sending.variables, now, business_key=sending.business_key, by=situation.by, expires_at=expiry)


def _job(opening: Opening, execution: Execution, token: tree.Token) -> dict[str, Any]:
    priority = execution.at(token, lambda: task_facts.job_priority_of(token, opening.element, execution.evaluation))
    retries = opening.element.retries if opening.element.retries is not None else JOB_RETRIES
    return {
        "id": opening.id,
        "token_id": opening.token_id,
        "element_id": opening.element.drawn_id,
        "of_element": opening.element.drawn_id,
        "due_at": execution.evaluation.now(),
        "retries": max(retries, 1),
        "tries": 0,
        "pauses": list(opening.element.retry_after),
        "failure": None,
        "rank": -priority,
    }


def _external(row: InstanceRow, opening: Opening, execution: Execution, token: tree.Token) -> dict[str, Any]:
    topic, priority = execution.at(token, lambda: task_facts.topic_of(token, opening.element, execution.evaluation))
    shared = ("definition_id", "definition_key", "body")
    empty = dict.fromkeys(("worker_id", "locked_until", "retries", "failure", "failure_details"))
    return {
        "id": opening.id,
        "instance_id": row.id,
        **{name: getattr(row, name) for name in shared},
        "business_key": key_of(token, row.business_key),
        "token_id": opening.token_id,
        "element_id": opening.element.id,
        "topic": topic,
        "priority": priority,
        "created_at": execution.evaluation.now(),
        "state": "waiting",
        "properties": dict(opening.element.properties) or None,
        **empty,
    }


def _add_task(
    row: InstanceRow,
    execution: Execution,
    opening: Opening,
    token: tree.Token,
    groups: GroupDirectory,
    tasks: list[dict[str, Any]],
    candidates: list[dict[str, Any]],
) -> None:
    decided = execution.listening.wanted.get(opening.token_id, {})
    facts = execution.at(token, lambda: task_facts.facts_of(token, opening.element, execution.evaluation, groups, row.body, decided))
    tasks.append(
        {
            "id": opening.id,
            "instance_id": row.id,
            "definition_id": row.definition_id,
            "definition_key": row.definition_key,
            "business_key": row.business_key,
            "body": row.body,
            "element_id": opening.element.id,
            "name": opening.element.name,
            "assignee": facts.assignee,
            "owner": None,
            "delegation_state": None,
            "created_at": execution.evaluation.now(),
            "due_at": facts.due_at,
            "follow_up_at": facts.follow_up_at,
            "priority": facts.priority,
            "form_key": facts.form_key,
            "suspended": False,
        }
    )
    for kind, names in (("group", facts.candidate_groups), ("user", facts.candidate_users)):
        candidates.extend({"task_id": opening.id, "kind": kind, "value": name} for name in names)


def _move_timers(before: dict[UUID, Opening], after: dict[UUID, Opening]) -> None:
    waited = ((before[identifier], opening) for identifier, opening in after.items() if identifier in before)
    moved = [now for was, now in waited if now.wait == was.wait == "timer" and now.due_at != was.due_at]
    if moved:
        database.session.execute(_MOVE_TIMER, [{"timer": opening.id, "moment": opening.due_at} for opening in moved])


def _add_history(rows: NewRows, row: InstanceRow, execution: Execution, situation: Situation, tasks: dict[UUID, dict[str, Any]]) -> None:
    ended = [_history_row(row, ending, situation) | {"task": tasks.get(ending.opening.id)} for ending in execution.account.endings]
    if from_outside := execution.evaluation.scopes.take_changes():
        ended.append(_update_row(row, from_outside, situation, execution.evaluation.now()))
    rows.add(ActivityRow, [told | {"place": place} for place, told in enumerate(ended)])


def _history_row(row: InstanceRow, ending: Ending, situation: Situation) -> dict[str, Any]:
    return {
        "id": ending.opening.id,
        "instance_id": row.id,
        "element_id": ending.opening.element.id,
        "kind": ending.opening.kind,
        "name": ending.opening.element.name,
        "parent_id": ending.opening.parent_id,
        "started_at": ending.opening.started_at,
        "ended_at": ending.ended_at,
        "step": row.steps,
        "cancelled": ending.cancelled,
        "by": situation.by,
        "on_behalf_of": situation.on_behalf_of,
        "task": None,
        "variables": [change_to_json(change) for change in ending.changes],
    }


def _update_row(row: InstanceRow, changes: Sequence[Change], situation: Situation, now: datetime) -> dict[str, Any]:
    place = {"id": new_id(), "instance_id": row.id, "element_id": row.definition_key, "kind": "variableUpdate", "name": None}
    when = {"parent_id": None, "started_at": now, "ended_at": now, "step": row.steps, "cancelled": False, "task": None}
    told = {"variables": [change_to_json(change) for change in changes]}
    return {**place, **when, **told, "by": situation.by, "on_behalf_of": situation.on_behalf_of}


def _tell(rows: NewRows, row: InstanceRow, execution: Execution, situation: Situation, opened: Sequence[Opening], *, is_new: bool) -> None:
    told: list[dict[str, Any]] = []

    def note(event: str, subject: tuple[str, object], **place: Any) -> None:
        about = {"definition_key": row.definition_key, "business_key": row.business_key, **place}
        at, body = execution.evaluation.now(), body_id(row.body)
        who = {"actor": situation.by, "on_behalf_of": situation.on_behalf_of}
        told.append(entry(event, at=at, subject=subject, body_id=body, **who, **about))

    instance = ("process_instance", row.id)
    if is_new:
        note("process_instance:started", instance)
    for ending in execution.account.endings:
        if ending.opening.wait == "task" and not ending.cancelled:
            place = {"element_id": ending.opening.element.id, "instance_id": str(row.id)}
            note("user_task:completed", ("user_task", ending.opening.id), **place)
    for opening in opened:
        if opening.wait == "task":
            place = {"element_id": opening.element.id, "instance_id": str(row.id)}
            note("user_task:created", ("user_task", opening.id), **place)
    if row.state == COMPLETED:
        note("process_instance:completed", instance)
    rows.tell(told)
