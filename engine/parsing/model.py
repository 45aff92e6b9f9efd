"""A file that was read: its processes as facts, what was found on the way, and the tree for those who show or judge it."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.findings import Finding
from engine.parsing.elements import ProcessModel
from engine.parsing.markup import Node


@dataclass(frozen=True)
class Model:
    """One BPMN file. `processes` holds the executable ones and those that are only shown, by key, in the order of the file.

    `findings` are the errors and warnings met while reading; with an error among them the facts are incomplete and must not be built.
    """

    resource: str
    root: Node
    processes: Mapping[str, ProcessModel]
    findings: tuple[Finding, ...]

    @property
    def executable(self) -> tuple[ProcessModel, ...]:
        """The processes that can be started."""
        return tuple(process for process in self.processes.values() if process.executable)
