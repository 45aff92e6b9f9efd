"""The house as its doors see it: one façade per room, made by the composition root and handed to `api.create`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import cast

from flask import current_app

from forms.catalogue import Forms
from notifications.notifications import Notifications
from operate.operate import Operate
from organisations.organisations import Organisations
from register.changes.changes import Changes
from register.forecast.forecast import Forecasts
from register.register import Register
from reports.reports import Reports
from storage.clock import Clock
from worklist.worklist import Worklist

EXTENSION = "esep"


@dataclass(frozen=True)
class House:
    """The rooms that the doors open onto. Routes call these and nothing else."""

    organisations: Organisations
    worklist: Worklist
    operate: Operate
    forms: Forms
    register: Register
    changes: Changes
    forecasts: Forecasts
    reports: Reports
    notifications: Notifications
    clock: Clock
    #: Name → answers whether that part is well (True) or not; asked by /health/ready, must not raise.
    readiness: Mapping[str, Callable[[], bool]] = field(default_factory=dict)


def house() -> House:
    """The house of the present application."""
    return cast(House, current_app.extensions[EXTENSION])
