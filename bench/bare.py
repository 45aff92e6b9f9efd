"""The yardstick of `bench/complete`: a bare Flask endpoint that only loads, updates and inserts the rows that the engine touches.

No BPMN, no rights, no forms, no journal chain: what Flask, gunicorn, SQLAlchemy and PostgreSQL cost by themselves. Not run by itself.
"""

from datetime import UTC, datetime
from os import environ
from uuid import UUID

import sqlalchemy as sa
from flask import Flask, jsonify
from sqlalchemy.engine import Connection

from engine.definition_models import DefinitionRow
from engine.models import ActivityRow, CandidateRow, InstanceRow, TaskRow
from storage import database
from storage.identifiers import new_id
from storage.journal import JournalEntry

STATE = bytes(range(256)) * 5  # as large as a real one
STEPS = 3

instances, tasks, candidates, activities, journal, definitions = (
    sa.inspect(model).local_table for model in (InstanceRow, TaskRow, CandidateRow, ActivityRow, JournalEntry, DefinitionRow)
)


def create() -> Flask:
    """The application, on the database of ESEP_DATABASE_URL, whose schema is there already."""
    app = Flask("bare")
    database.bind(app, environ["ESEP_DATABASE_URL"])
    with app.app_context(), database.engine().connect() as connection:
        definition_id = connection.execute(sa.select(definitions.c.id)).scalar_one()

    @app.post("/start")
    def start():
        with database.engine().connect().execution_options(**database.writing()) as connection, connection.begin():
            instance_id, now = new_id(), datetime.now(UTC)
            connection.execute(sa.insert(instances).values(_instance(instance_id, definition_id, now)))
            _next_task(connection, instance_id, now)
            _tell(connection, instance_id, now, [new_id()])
        return jsonify(id=instance_id)

    @app.post("/task/<uuid:instance_id>")
    def task(instance_id: UUID):
        with database.engine().connect() as connection:
            row = connection.execute(sa.select(tasks).where(tasks.c.instance_id == instance_id)).one()
            groups = connection.execute(sa.select(candidates.c.value).where(candidates.c.task_id == row.id)).scalars().all()
        return jsonify(id=row.id, name=row.name, created=row.created_at, priority=row.priority, groups=groups)

    @app.post("/complete/<uuid:task_id>")
    def complete(task_id: UUID):
        with database.engine().connect().execution_options(**database.writing()) as connection, connection.begin():
            now = datetime.now(UTC)
            query = sa.select(tasks, instances).join(instances, instances.c.id == tasks.c.instance_id).where(tasks.c.id == task_id)
            row = connection.execute(query.with_for_update()).one()
            step = row.steps + 1
            ended = {"state": "completed", "ended_at": now, "snapshot": None} if step == STEPS else {"snapshot": STATE}
            connection.execute(sa.update(instances).where(instances.c.id == row.instance_id).values(steps=step, **ended))
            connection.execute(sa.delete(tasks).where(tasks.c.id == task_id))
            if step < STEPS:
                _next_task(connection, row.instance_id, now)
            _tell(connection, row.instance_id, now, [task_id])
        return "", 204

    return app


def _instance(instance_id: UUID, definition_id: UUID, now: datetime) -> dict[str, object]:
    return {
        "id": instance_id,
        "definition_id": definition_id,
        "definition_key": "bare",
        "business_key": str(instance_id),
        "state": "active",
        "started_at": now,
        "steps": 0,
        "incidents": 0,
        "snapshot": STATE,
    }


def _next_task(connection: Connection, instance_id: UUID, now: datetime) -> None:
    task_id = new_id()
    row = {
        "id": task_id,
        "instance_id": instance_id,
        "definition_id": instance_id,
        "definition_key": "bare",
        "business_key": str(instance_id),
        "element_id": "prepare",
        "name": "Prepare",
        "created_at": now,
        "priority": 50,
        "suspended": False,
    }
    connection.execute(sa.insert(tasks).values(row))
    connection.execute(sa.insert(candidates).values(task_id=task_id, kind="group", value="executor"))


def _tell(connection: Connection, instance_id: UUID, now: datetime, ids: list[UUID]) -> None:
    activity = {
        "instance_id": instance_id,
        "element_id": "prepare",
        "kind": "userTask",
        "started_at": now,
        "ended_at": now,
        "step": 1,
        "cancelled": False,
        "variables": [["", "round", "Long", 1, {}]],
    }
    connection.execute(sa.insert(activities), [activity | {"id": identifier} for identifier in ids])
    entry = {"at": now, "event": "user_task:completed", "subject_type": "process_instance", "subject_id": str(instance_id), "details": {}}
    connection.execute(sa.insert(journal), [entry | {"id": new_id()} for _ in range(2)])
