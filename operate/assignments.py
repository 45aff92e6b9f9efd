"""Who had a user task, and when: its assignees and owners, by the journal. Candidates are not kept when a task is over."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa

from engine.models import ActivityRow, InstanceRow, TaskRow
from operate.reach import within
from organisations.actors import Actor
from organisations.permissions import Permission
from storage import journal
from storage.database import session

I, A, T = InstanceRow, ActivityRow, TaskRow  # noqa: E741
Link = Literal["assignee", "owner"]
LINKS: tuple[Link, ...] = ("assignee", "owner")


@dataclass(frozen=True)
class Assignment:
    """Somebody was made assignee or owner of a task, or ceased to be it (`added` is false); `by` did that."""

    id: str
    at: datetime
    kind: Link
    person: str
    added: bool
    by: str | None
    task_id: UUID
    instance_id: UUID
    definition_id: UUID
    definition_key: str
    body: str | None


def assignments(actor: Actor, task_id: UUID) -> list[Assignment]:
    """What is known of one task, in order; nothing where the person may not see its instance."""
    found = _place(actor, task_id)
    if found is None:
        return []
    made: list[Assignment] = []
    entries = journal.entries_about("user_task", task_id)
    changes = [entry for entry in entries if entry.details.get("people")]
    first = next((entry.details["people"]["assignee"][0] for entry in changes if "assignee" in entry.details["people"]), found.assignee)
    created = next((entry for entry in entries if entry.event == "user_task:created"), None)
    place = (task_id, found.id, found.definition_id, found.definition_key, found.body)
    if created is not None and first is not None:
        made.append(Assignment(f"{created.id}:0", created.at, "assignee", first, True, created.actor, *place))
    for entry in changes:
        links = [
            (kind, person, added)
            for kind in LINKS
            for person, added in zip(entry.details["people"].get(kind, ()), (False, True), strict=False)
            if person is not None
        ]
        for number, (kind, person, added) in enumerate(links):
            made.append(Assignment(f"{entry.id}:{number}", entry.at, kind, person, added, entry.actor, *place))
    return made


def _place(actor: Actor, task_id: UUID) -> Any:
    """The instance that a task is or was in, with the task's last assignee."""
    seen = within(actor, Permission.PROCESS_READ, I.body)
    columns = (I.id, I.definition_id, I.definition_key, I.body)
    still_open = sa.select(*columns, T.assignee).join(T, T.instance_id == I.id).where(T.id == task_id, *seen)
    ended = sa.select(*columns, A.task["assignee"].as_string().label("assignee")).join(A, A.instance_id == I.id)
    return session.execute(still_open).first() or session.execute(ended.where(A.id == task_id, A.kind == "userTask", *seen)).first()
