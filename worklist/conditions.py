"""Task filters as SQL conditions: one small function per field."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from engine.models import CandidateRow, TaskRow
from worklist.filters import TaskFilter

Condition = sa.ColumnElement[bool]
T = cast(sa.Table, TaskRow.__table__).c
_CANDIDATES = cast(sa.Table, CandidateRow.__table__).c


def of(filters: TaskFilter, now: datetime) -> list[Condition]:
    """The conditions of a filter, all of which must hold."""
    conditions = list(_simple(filters))
    if filters.overdue is not None:
        conditions.append(T.due_at < now if filters.overdue else sa.or_(T.due_at.is_(None), T.due_at >= now))
    if filters.search:
        conditions.append(sa.or_(contains(T.name, filters.search), contains(T.business_key, filters.search)))
    if filters.candidate_groups is not None or filters.candidate_users is not None:
        conditions.append(_candidates(filters))
    alternatives = [of(alternative, now) for alternative in filters.either]
    return conditions + [sa.or_(*one) for one in alternatives if one]


def waits_for(kind: str, names: tuple[str, ...]) -> sa.Select[Any]:
    """The ids of the tasks that have one of these candidates; the kind is a literal so that an index on it is met."""
    C = _CANDIDATES  # noqa: N806
    return sa.select(C.task_id).where(C.kind == sa.literal_column(f"'{kind}'"), C.value.in_(names))


def with_nobody_or(*names: str) -> Condition:
    """Whether a task is with nobody, or with one of these. Said so that no index on the assignee is used: most tasks are with nobody."""
    return sa.func.coalesce(T.assignee, "").in_(["", *names])


def contains(column: Any, text: str) -> Condition:
    """Whether a column holds a text somewhere, whatever its case; SQLite folds Latin letters only, so the usual forms are tried."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    forms = {escaped, escaped.casefold(), escaped.upper(), escaped[:1].upper() + escaped[1:].casefold()}
    return sa.or_(*(column.like(f"%{form}%", escape="\\") for form in sorted(forms)))


def like(column: Any, pattern: str) -> Condition:
    """SQL's LIKE; Latin letters match in either case on both databases."""
    return sa.func.lower(column).like(pattern.lower(), escape="\\")


def _simple(filters: TaskFilter) -> Iterator[Condition]:
    for name, condition in SIMPLE.items():
        value = getattr(filters, name)
        if value is not None:
            yield condition(value)


def _candidates(filters: TaskFilter) -> Condition:
    found = [
        T.id.in_(waits_for(kind, names))
        for kind, names in (("group", filters.candidate_groups), ("user", filters.candidate_users))
        if names is not None
    ]
    condition = sa.or_(*found)
    return condition if filters.include_assigned else sa.and_(with_nobody_or(), condition)


def _given(column: Any) -> Callable[[Any], Condition]:
    return lambda values: column.in_(values)


def _is(column: Any) -> Callable[[Any], Condition]:
    return lambda value: column == value


def _there(column: Any) -> Callable[[bool], Condition]:
    return lambda wanted: column.is_not(None) if wanted else column.is_(None)


def _involved(names: tuple[str, ...]) -> Condition:
    return sa.or_(T.assignee.in_(names), T.owner.in_(names), T.id.in_(waits_for("user", names)))


def _has_candidates(kind: str) -> Callable[[bool], Condition]:
    C = _CANDIDATES  # noqa: N806
    found = sa.exists().where(C.task_id == T.id, C.kind == sa.literal_column(f"'{kind}'"))
    return lambda wanted: found if wanted else ~found


SIMPLE: Mapping[str, Callable[[Any], Condition]] = {
    "ids": _given(T.id),
    "instance_ids": _given(T.instance_id),
    "definition_ids": _given(T.definition_id),
    "definition_keys": _given(T.definition_key),
    "element_ids": _given(T.element_id),
    "element_like": lambda pattern: like(T.element_id, pattern),
    "business_keys": _given(T.business_key),
    "business_key_like": lambda pattern: like(T.business_key, pattern),
    "bodies": lambda bodies: T.body.in_([str(body) for body in bodies]),
    "without_body": lambda wanted: T.body.is_(None) if wanted else T.body.is_not(None),
    "names": _given(T.name),
    "name_like": lambda pattern: like(T.name, pattern),
    "name_not": lambda name: T.name != name,
    "name_not_like": lambda pattern: ~like(T.name, pattern),
    "assignees": _given(T.assignee),
    "assignees_not": lambda names: sa.or_(T.assignee.is_(None), T.assignee.not_in(names)),
    "owners": _given(T.owner),
    "involved": _involved,
    "assigned": _there(T.assignee),
    "waiting_for_groups": _has_candidates("group"),
    "waiting_for_users": _has_candidates("user"),
    "delegation_state": _is(T.delegation_state),
    "suspended": lambda wanted: T.suspended.is_(wanted),
    "priority": _is(T.priority),
    "priority_from": lambda least: T.priority >= least,
    "priority_to": lambda most: T.priority <= most,
    "due_at": _is(T.due_at),
    "due_before": lambda moment: T.due_at < moment,
    "due_after": lambda moment: T.due_at > moment,
    "without_due": lambda wanted: T.due_at.is_(None) if wanted else T.due_at.is_not(None),
    "follow_up_at": _is(T.follow_up_at),
    "follow_up_before": lambda moment: T.follow_up_at < moment,
    "follow_up_after": lambda moment: T.follow_up_at > moment,
    "follow_up_before_or_none": lambda moment: sa.or_(T.follow_up_at.is_(None), T.follow_up_at < moment),
    "created_at": _is(T.created_at),
    "created_before": lambda moment: T.created_at < moment,
    "created_after": lambda moment: T.created_at > moment,
}
