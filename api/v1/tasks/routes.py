"""User tasks: list, get, form, draft, claim, delegation, completion."""

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from api import etags, pagination, problems
from api.access import needs
from api.authentication import actor
from api.house import house
from api.rooms import Room
from api.v1.tasks.queries import query_of
from api.v1.tasks.schemas import DraftShape, Person, TaskFormShape, TaskListQuery, TaskPage, TaskShape, Values
from organisations.permissions import Permission

_WORK = needs(Permission.TASK_WORK)

tasks = Room("tasks", "User tasks: what waits for whom, and doing it")


@tasks.get("/tasks", needs(Permission.TASK_READ), query=TaskListQuery, answer=TaskPage)
def list_tasks(query: dict[str, Any]) -> Any:
    """The tasks that are with you or wait for you, the most urgent first; `scope` asks for others."""
    return pagination.paged(house().worklist.tasks(actor(), query_of(query), limit=query["limit"], after=pagination.after(query)))


@tasks.get("/tasks/<uuid:task_id>", needs(Permission.TASK_READ), answer=TaskShape)
def get_task(task_id: UUID) -> Any:
    """One open task."""
    return house().worklist.task(actor(), task_id)


@tasks.get("/tasks/<uuid:task_id>/form", needs(Permission.TASK_READ), answer=TaskFormShape)
def get_form(task_id: UUID) -> Any:
    """The form of a task in your language, with the values it opens with."""
    return house().worklist.form(actor(), task_id, problems.language())


@tasks.get("/tasks/<uuid:task_id>/draft", _WORK, answer=DraftShape)
def get_draft(task_id: UUID) -> Any:
    """What people of your body have typed so far."""
    draft = house().worklist.draft(actor(), task_id)
    return draft, 200, etags.tag(draft.version)


@tasks.put("/tasks/<uuid:task_id>/draft", _WORK, body=Values, answer=DraftShape, preconditions=("If-Match", "If-None-Match"))
def save_draft(task_id: UUID, body: dict[str, Any]) -> Any:
    """Save a draft; If-Match is its version, or If-None-Match: * for the first one."""
    draft = house().worklist.save_draft(actor(), task_id, body["values"], if_match=etags.version_or_none())
    return draft, 200, etags.tag(draft.version)


@tasks.delete("/tasks/<uuid:task_id>/draft", _WORK, status=204)
def discard_draft(task_id: UUID) -> ResponseReturnValue:
    """Throw the draft away."""
    house().worklist.discard_draft(actor(), task_id)
    return "", 204


@tasks.post("/tasks/<uuid:task_id>/claim", _WORK, answer=TaskShape)
def claim(task_id: UUID) -> Any:
    """Take a task that waits for you."""
    return house().worklist.claim(actor(), task_id)


@tasks.delete("/tasks/<uuid:task_id>/claim", needs(Permission.TASK_WORK, Permission.TASK_ASSIGN), answer=TaskShape)
def unclaim(task_id: UUID) -> Any:
    """Give a task back to all who could do it."""
    return house().worklist.unclaim(actor(), task_id)


@tasks.put("/tasks/<uuid:task_id>/assignee", needs(Permission.TASK_ASSIGN), body=Person, answer=TaskShape)
def assign(task_id: UUID, body: dict[str, Any]) -> Any:
    """Decide who does a task."""
    return house().worklist.assign(actor(), task_id, body["user_id"])


@tasks.post("/tasks/<uuid:task_id>/delegation", _WORK, body=Person, answer=TaskShape)
def delegate(task_id: UUID, body: dict[str, Any]) -> Any:
    """Ask a colleague to do your task; it comes back to you."""
    return house().worklist.delegate(actor(), task_id, body["user_id"])


@tasks.post("/tasks/<uuid:task_id>/resolution", _WORK, body=Values, answer=TaskShape)
def resolve(task_id: UUID, body: dict[str, Any]) -> Any:
    """Give a task that was delegated to you back to its owner, done."""
    return house().worklist.resolve(actor(), task_id, body["values"])


@tasks.post("/tasks/<uuid:task_id>/completion", _WORK, body=Values, status=204)
def complete(task_id: UUID, body: dict[str, Any]) -> ResponseReturnValue:
    """Complete a user task with the values of its form."""
    house().worklist.complete(actor(), task_id, body["values"])
    return "", 204
