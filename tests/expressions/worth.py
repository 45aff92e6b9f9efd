"""What a FEEL expression is worth, for tables of examples."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from expressions import parse

NOW = datetime(2026, 10, 1, 4, 0, tzinfo=UTC)


def worth(text: str, variables: Mapping[str, Any] | None = None) -> Any:
    """The value and its type, so that true is not taken for 1."""
    value = parse(text).evaluate(variables or {}, now=NOW)
    return type(value), value
