"""Forms that stand inside a diagram, as plain facts; `forms` makes schemas of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

FieldType = Literal["string", "long", "boolean", "date", "enum"]


@dataclass(frozen=True)
class FormField:
    """One `camunda:formField`: what it holds, what it begins with, the rules for it by name, and of an enum its values with labels."""

    id: str
    type: FieldType
    label: str | None = None
    default: str | None = None
    rules: Mapping[str, str] = field(default_factory=dict)
    values: tuple[tuple[str, str], ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DiagramForm:
    """The form of a user task or start event that its diagram holds: fields, or the text of a form-js schema."""

    fields: tuple[FormField, ...] = ()
    schema: str | None = None
