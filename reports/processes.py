"""The way from reports to the engine, which never looks up: starting the process of a report, telling it of a withdrawal."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from engine.instances import NewInstance
from engine.process_engine import ProcessEngine

#: The name of the message that a report process waits for as long as a report can be withdrawn.
WITHDRAWN = "report_withdrawn"


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
