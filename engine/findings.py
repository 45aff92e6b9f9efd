"""What is wrong, or worth knowing, about a model: a code with fields, and the place in the file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from refusals import Fault

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """One fault or warning of a model. `code` and `fields` find the words in `texts/`; `column` counts from 1 inside an expression.

    An error forbids the deployment, a warning comes back with it.
    """

    code: str
    severity: Severity
    resource: str
    line: int
    column: int | None = None
    element_id: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)

    @property
    def is_error(self) -> bool:
        """Whether it forbids the deployment."""
        return self.severity == "error"

    def as_fault(self) -> Fault:
        """The same as a fault of a refusal; the place travels in its fields."""
        place = {"resource": self.resource, "line": self.line, "element": self.element_id or ""}
        return Fault(pointer=f"/resources/{self.resource}", code=self.code, fields={**self.fields, **place})


class Findings:
    """Collects what is found in one resource, in the order it is found."""

    def __init__(self, resource: str) -> None:
        self.resource = resource
        self._found: list[Finding] = []

    def error(self, code: str, line: int, element_id: str | None = None, *, column: int | None = None, **fields: Any) -> None:
        """Note something that forbids the deployment."""
        self._found.append(Finding(code, "error", self.resource, line, column, element_id, fields))

    def warning(self, code: str, line: int, element_id: str | None = None, *, column: int | None = None, **fields: Any) -> None:
        """Note something that a modeller should know and that changes nothing."""
        self._found.append(Finding(code, "warning", self.resource, line, column, element_id, fields))

    def extend(self, found: Iterable[Finding]) -> None:
        """Take over what somebody else found."""
        self._found.extend(found)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._found)

    def __bool__(self) -> bool:
        return bool(self._found)


def errors_of(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """The errors among findings."""
    return tuple(finding for finding in found if finding.is_error)
