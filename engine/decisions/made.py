"""A decision made in a process: which version it was, what came of it, and what a business rule task takes of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from engine.decisions.evaluating import Outcome
from engine.definition_errors import DecisionNotFound, DecisionResultMismatched
from engine.parsing.specs.references import Reference


@dataclass(frozen=True)
class Made:
    """What one evaluation came to."""

    definition_id: UUID
    key: str
    outcome: Outcome


#: Makes the version of a decision that is meant, with some variables.
Decide = Callable[[Reference, Mapping[str, Any]], Made]


def none_here(reference: Reference, _variables: Mapping[str, Any]) -> Made:
    """Decides nothing: for an execution without decisions around it."""
    raise DecisionNotFound(reference.key)


def mapped(made: Made, mapping: str) -> Any:
    """What a result variable gets, by the mapping that the task names. Raises DecisionResultMismatched."""
    rows = made.outcome.rows
    if mapping == "value":
        return made.outcome.value
    if mapping == "resultList":
        return list(rows)
    if mapping == "collectEntries":
        return [_entry(made, row) for row in rows]
    if len(rows) > 1:
        raise DecisionResultMismatched(made.key, len(rows))
    if not rows:
        return None
    return rows[0] if mapping == "singleResult" else _entry(made, rows[0])


def _entry(made: Made, row: Mapping[str, Any]) -> Any:
    if len(row) != 1:
        raise DecisionResultMismatched(made.key, len(row))
    return next(iter(row.values()))
