"""What a scenario says, as plain facts. Every fact knows the line it stands in, so that a fault can be shown where it was written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

#: When a case begins, unless it says otherwise: a Thursday morning in Almaty.
BEGINNING = datetime(2026, 10, 1, 4, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Answer:
    """What a mocked operation does when it is called: sets `variables`, or refuses, throws a BPMN error, or fails."""

    variables: Mapping[str, Any] = field(default_factory=dict)
    refusal: str | None = None
    error: str | None = None
    failure: str | None = None
    reason: str = ""


@dataclass(frozen=True)
class Mock:
    """The answers of an operation, one after the other; the last one again and again. `name` is an operation's or an element's id."""

    name: str
    answers: Sequence[Answer]
    line: int


@dataclass(frozen=True)
class Expectation:
    """What must be so at some moment. A field that is None is not looked at.

    `process` is the key of the process meant, None the one that was started first. `path` lists the ids of all elements that have ended,
    in order, cancelled ones with a minus before and loops around instances with a `*` behind. `visited` and `not_visited` are ids,
    `ends` the end events reached, `tasks` the open user tasks, `waits` everything that is open, `instances` how many of the process.
    """

    line: int
    process: str | None = None
    path: Sequence[str] | None = None
    visited: Sequence[str] | None = None
    not_visited: Sequence[str] | None = None
    ends: Sequence[str] | None = None
    tasks: Sequence[str] | None = None
    waits: Sequence[str] | None = None
    state: str | None = None
    variables: Mapping[str, Any] | None = None
    incidents: Sequence[str] | None = None
    instances: int | None = None


@dataclass(frozen=True)
class Act:
    """One thing that happens from outside. `kind` is the verb of the step, `subject` what it is done to, `details` the rest.

    `refused` is the code with which it must be refused.
    """

    line: int
    kind: str
    subject: Any
    details: Mapping[str, Any] = field(default_factory=dict)
    refused: str | None = None

    @property
    def variables(self) -> Mapping[str, Any]:
        """The variables that come with it."""
        return self.details.get("variables") or {}


Step = Act | Expectation


@dataclass(frozen=True)
class Case:
    """A path to walk: mocks, steps, and what must be so in the end."""

    name: str
    line: int
    steps: Sequence[Step] = ()
    mocks: Sequence[Mock] = ()
    expected: Sequence[Expectation] = ()
    at: datetime = BEGINNING


@dataclass(frozen=True)
class Refused:
    """A finding with which deploying the model must be refused."""

    line: int
    code: str
    element_id: str | None = None


@dataclass(frozen=True)
class Scenario:
    """A whole file. `process` is the key of the process to start, None the first executable one; `refused` for models that cannot run.

    `left_out` are ids of elements and flows that no case visits, on purpose.
    """

    name: str
    process: str | None = None
    cases: Sequence[Case] = ()
    refused: Sequence[Refused] = ()
    left_out: frozenset[str] = frozenset()
