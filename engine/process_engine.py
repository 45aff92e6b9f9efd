"""The engine as one object, with parts named after BPMN's own nouns. The rest of the product sees this and nothing below it."""

from collections.abc import Sequence
from datetime import UTC, tzinfo
from uuid import UUID

import sqlalchemy as sa

from engine.ad_hoc import AdHocSubProcesses
from engine.cases import Keeper
from engine.conditional_starts import ConditionalStarts
from engine.decisions.decisions import Decisions
from engine.definitions import Definitions
from engine.deliveries import Deliveries
from engine.external_tasks import ExternalTasks
from engine.history import History
from engine.incidents import Incidents
from engine.instances import Instances
from engine.job_definitions import JobDefinitions
from engine.jobs import Jobs
from engine.linting import ProcessRules
from engine.messages import Messages
from engine.migration.migrations import Migrations
from engine.models import InstanceRow
from engine.modification import Modifications
from engine.ports import UNWATCHED, FormCatalogue, GroupDirectory, Operations, Ports, Watching, WorkingDays
from engine.restarts import Restarts
from engine.retention import Keeping, Retention
from engine.schedule import Schedule
from engine.start_timers import StartTimers
from engine.steps import Steps
from engine.timers import Timers
from engine.undelivered import Undelivered
from engine.user_tasks import UserTasks
from storage import database
from storage.clock import Clock


class ProcessEngine:
    """Holds no state of any instance: as many engines as one likes may work over one database."""

    def __init__(
        self,
        *,
        clock: Clock,
        operations: Operations,
        forms: FormCatalogue,
        groups: GroupDirectory,
        working_days: WorkingDays,
        zone: tzinfo = UTC,
        rules: Sequence[ProcessRules] = (),
        watching: Watching = UNWATCHED,
        keeping: Keeping | None = None,
        keepers: Sequence[Keeper] = (),
    ) -> None:
        ports = Ports(operations, forms, groups, working_days, zone, clock.now, watching)
        self.definitions = Definitions(clock, ports, count_instances=_count_instances, rules=rules)
        self.decisions = Decisions(clock, ports)
        steps = Steps(self.definitions, self.decisions, ports, clock)
        self.history = History()
        self.instances = Instances(steps, self.history)
        self.ad_hoc = AdHocSubProcesses(steps)
        self.modifications = Modifications(steps)
        self.restarts = Restarts(steps, self.instances, self.history)
        self.migrations = Migrations(steps)
        self.tasks = UserTasks(steps)
        self.timers = Timers(steps)
        self.deliveries = Deliveries(steps, self.instances)
        self.undelivered = Undelivered(clock)
        self.messages = Messages(steps, self.instances, self.deliveries)
        self.start_timers = StartTimers(steps, self.instances)
        self.conditional_starts = ConditionalStarts(steps, self.instances)
        self.jobs = Jobs(steps)
        self.schedule = Schedule(steps, self.start_timers)
        self.job_definitions = JobDefinitions(self.definitions, clock)
        self.external_tasks = ExternalTasks(steps)
        self.retention = Retention(clock, zone, keeping or Keeping(), keepers)
        self.incidents = Incidents(steps, self.instances)


def _count_instances(definition_ids: Sequence[UUID]) -> int:
    """How many instances are kept of some definitions."""
    query = sa.select(sa.func.count()).select_from(InstanceRow).where(InstanceRow.definition_id.in_(definition_ids))
    return database.session.scalar(query) or 0
