"""The list of tasks that a query string asks for, in the words of the worklist."""

from typing import Any

from worklist.filters import Scope, TaskFilter, TaskQuery, TaskSort

_SAME = ("search", "assigned", "overdue", "due_before", "due_after")
_SINGLE = {
    "business_key": "business_keys",
    "instance_id": "instance_ids",
    "definition_key": "definition_keys",
    "element_id": "element_ids",
    "body_id": "bodies",
}


def query_of(query: dict[str, Any]) -> TaskQuery:
    """The query of the worklist."""
    single: dict[str, Any] = {name: (query[given],) for given, name in _SINGLE.items() if query[given] is not None}
    filters = TaskFilter(**{name: query[name] for name in _SAME}, **single)
    sort = TaskSort(query["sort"].lstrip("-"), descending=query["sort"].startswith("-"))
    return TaskQuery(filters, Scope(query["scope"]), sort)
