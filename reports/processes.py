"""The way from reports to the engine, which never looks up: starting the process of a report, telling it of a withdrawal."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from engine.instances import NewInstance
from engine.process_engine import ProcessEngine

#: The name of the message that a report process waits for as long as a report can be withdrawn.
WITHDRAWN = "report_withdrawn"
#: The name of the message that tells what a body asked that it was taken back.
TAKEN_BACK = "request_taken_back"
#: The name of the message that tells the process of a correction that it is given up.
GIVEN_UP = "correction_given_up"
#: The name of the message that tells the process of a report that its receiver has been silent for as long as it may.
SILENT = "receiver_silent"
#: The process that an accepted report goes through to be corrected.
CORRECTION = "report_correction"
#: How long that message may be on its way to a process that is suspended or has an incident.
TIME_TO_LIVE = timedelta(days=60)


@dataclass(frozen=True)
class OpenStep:
    """Where the process of a report waits for somebody: since when, until when."""

    instance_id: UUID
    since: datetime
    due_at: datetime | None


class Processes(Protocol):
    """What reports ask of the engine."""

    def start(self, key: str, *, business_key: str, body: str, variables: Mapping[str, Any], by: str | None) -> None:
        """Start the process of a report."""
        ...

    def start_all(self, key: str, starts: Sequence[NewInstance]) -> None:
        """Start the processes of several reports, all or none."""
        ...

    def withdraw(self, business_key: str, variables: Mapping[str, Any], by: str) -> None:
        """Tell the process of a report that it was withdrawn."""
        ...

    def take_back(self, business_key: str, by: str) -> None:
        """Tell the process of what a body asked that it was taken back."""
        ...

    def give_up_correction(self, business_key: str, by: str) -> None:
        """Tell the process of a correction that it is given up."""
        ...

    def tell_silence(self, business_key: str) -> None:
        """Tell the process of a report that its receiver has been silent for as long as it may."""
        ...

    def lapse(self, business_key: str, by: str | None) -> None:
        """The same in a step of its own, after this one: for where another process is in hand, which locks its own first."""
        ...

    def open_steps(self, key: str, business_keys: Collection[str]) -> Mapping[str, OpenStep]:
        """Where the processes of some reports wait for somebody, by business key."""
        ...

    def set_moments(self, instance_id: UUID, moments: Mapping[str, datetime], by: str | None) -> None:
        """Give a process other moments; the timers and due dates of its step follow."""
        ...


class EngineProcesses:
    """The engine's own processes."""

    def __init__(self, engine: ProcessEngine) -> None:
        self._engine = engine

    def start(self, key: str, *, business_key: str, body: str, variables: Mapping[str, Any], by: str | None) -> None:
        """Start the process of a report."""
        self._engine.instances.start(key, business_key=business_key, body=body, variables=variables, by=by)

    def start_all(self, key: str, starts: Sequence[NewInstance]) -> None:
        """Start the processes of several reports, all or none."""
        self._engine.instances.start_all(key, starts)

    def withdraw(self, business_key: str, variables: Mapping[str, Any], by: str) -> None:
        """Tell the process of a report that it was withdrawn."""
        self._engine.messages.correlate(WITHDRAWN, business_key=business_key, variables=variables, by=by)

    def take_back(self, business_key: str, by: str) -> None:
        """Tell the process of what a body asked that it was taken back."""
        self._engine.messages.correlate(TAKEN_BACK, business_key=business_key, variables={}, by=by)

    def give_up_correction(self, business_key: str, by: str) -> None:
        """Tell the process of a correction that it is given up."""
        self._engine.messages.correlate(GIVEN_UP, business_key=business_key, variables={}, by=by)

    def tell_silence(self, business_key: str) -> None:
        """Tell the process of a report that its receiver has been silent for as long as it may."""
        self._engine.messages.correlate(SILENT, business_key=business_key, variables={}, by=None)

    def lapse(self, business_key: str, by: str | None) -> None:
        """The same in a step of its own, after this one."""
        self._engine.messages.send(TAKEN_BACK, business_key=business_key, time_to_live=TIME_TO_LIVE, by=by)

    def open_steps(self, key: str, business_keys: Collection[str]) -> Mapping[str, OpenStep]:
        """Where the processes of some reports wait for somebody, by business key; of several tasks at once the first counts."""
        tasks = reversed(self._engine.tasks.of_business_keys(business_keys, key))
        return {str(task.business_key): OpenStep(task.instance_id, task.created_at, task.due_at) for task in tasks}

    def set_moments(self, instance_id: UUID, moments: Mapping[str, datetime], by: str | None) -> None:
        """Give a process other moments; the timers and due dates of its step follow."""
        self._engine.timers.set_moments(instance_id, moments, by=by)
