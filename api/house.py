"""The house as its doors see it: one façade per room, made by the composition root and handed to `api.create`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from flask import current_app

from storage.clock import Clock

EXTENSION = "esep"


@dataclass(frozen=True)
class House:
    """The rooms that the doors open onto. Routes call these and nothing else."""

    organisations: Any
    worklist: Any
    operate: Any
    forms: Any
    register: Any
    reports: Any
    journal: Any
    clock: Clock
    #: Name → answers whether that part is well (True) or not; asked by /health/ready, must not raise.
    readiness: dict[str, Callable[[], bool]] = field(default_factory=dict)


def house() -> House:
    """The house of the present application."""
    return cast(House, current_app.extensions[EXTENSION])
