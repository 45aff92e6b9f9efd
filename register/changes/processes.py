"""The way from changes to the engine, which never looks up: starting the process of a change, telling it what happened elsewhere."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Protocol

from engine.process_engine import ProcessEngine

#: The process of a change.
PROCESS = "register_change"
#: The messages that it waits for.
ABANDONED = "register_change_abandoned"
EDITION_APPROVED = "register_edition_approved"
SUPERSEDED = "register_kind_superseded"
WITHDRAWN = "register_kind_withdrawn"
#: How long a message waits for a process that is behind (its worker was down).
TIME_TO_LIVE = timedelta(days=60)


class Processes(Protocol):
    """What changes ask of the engine."""

    def start(self, business_key: str, *, body: str, variables: Mapping[str, Any], by: str | None) -> None:
        """Start the process of a change."""
        ...

    def tell(self, message: str, business_key: str, *, variables: Mapping[str, Any], by: str | None) -> None:
        """Tell the process of a change, which waits for it."""
        ...

    def send(self, message: str, business_key: str) -> None:
        """Set a message on its way to the process of a change, which may come to wait for it a little later."""
        ...


class EngineProcesses:
    """The engine's own processes."""

    def __init__(self, engine: ProcessEngine) -> None:
        self._engine = engine

    def start(self, business_key: str, *, body: str, variables: Mapping[str, Any], by: str | None) -> None:
        """Start the process of a change."""
        self._engine.instances.start(PROCESS, business_key=business_key, body=body, variables=variables, by=by)

    def tell(self, message: str, business_key: str, *, variables: Mapping[str, Any], by: str | None) -> None:
        """Tell the process of a change, which waits for it."""
        self._engine.messages.correlate(message, business_key=business_key, variables=variables, by=by)

    def send(self, message: str, business_key: str) -> None:
        """Set a message on its way to the process of a change, which may come to wait for it a little later."""
        self._engine.messages.send(message, business_key=business_key, time_to_live=TIME_TO_LIVE)
