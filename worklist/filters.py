"""What a list of user tasks can be narrowed by."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from uuid import UUID


class Scope(Enum):
    """Whose tasks a list shows."""

    INBOX = "inbox"  # with me, or waiting for me with nobody
    MINE = "mine"  # with me
    CANDIDATE = "candidate"  # waiting for me, with nobody
    VISIBLE = "visible"  # all that I may know of


@dataclass(frozen=True)
class TaskFilter:
    """Conditions on tasks: every field that is not None narrows, and in each of `either` at least one field must hold.

    Persons are user ids as text (or logins where a diagram names them); `…_like` takes `%` as any text. `candidate_…` finds tasks that
    nobody has yet, unless `include_assigned`.
    """

    ids: tuple[UUID, ...] | None = None
    instance_ids: tuple[UUID, ...] | None = None
    definition_ids: tuple[UUID, ...] | None = None
    definition_keys: tuple[str, ...] | None = None
    element_ids: tuple[str, ...] | None = None
    element_like: str | None = None
    business_keys: tuple[str, ...] | None = None
    business_key_like: str | None = None
    bodies: tuple[UUID, ...] | None = None
    without_body: bool | None = None
    names: tuple[str, ...] | None = None
    name_like: str | None = None
    name_not: str | None = None
    name_not_like: str | None = None
    search: str | None = None
    assignees: tuple[str, ...] | None = None
    assignees_not: tuple[str, ...] | None = None
    owners: tuple[str, ...] | None = None
    involved: tuple[str, ...] | None = None
    assigned: bool | None = None
    candidate_groups: tuple[str, ...] | None = None
    candidate_users: tuple[str, ...] | None = None
    waiting_for_groups: bool | None = None
    waiting_for_users: bool | None = None
    include_assigned: bool = False
    delegation_state: str | None = None
    suspended: bool | None = None
    priority: int | None = None
    priority_from: int | None = None
    priority_to: int | None = None
    due_at: datetime | None = None
    due_before: datetime | None = None
    due_after: datetime | None = None
    without_due: bool | None = None
    overdue: bool | None = None
    follow_up_at: datetime | None = None
    follow_up_before: datetime | None = None
    follow_up_after: datetime | None = None
    follow_up_before_or_none: datetime | None = None
    created_at: datetime | None = None
    created_before: datetime | None = None
    created_after: datetime | None = None
    either: tuple["TaskFilter", ...] = ()


@dataclass(frozen=True)
class TaskSort:
    """What a list is sorted by: one of `worklist.listing.SORTS`."""

    by: str = "due_at"
    descending: bool = False


@dataclass(frozen=True)
class TaskQuery:
    """A list that somebody asks for."""

    filters: TaskFilter = field(default_factory=TaskFilter)
    scope: Scope = Scope.INBOX
    sort: TaskSort = field(default_factory=TaskSort)
