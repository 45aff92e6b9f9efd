"""Walks the cases of a scenario on an engine, and tells what happens."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, tzinfo
from typing import Any, Final
from uuid import UUID

from engine.parsing import read, timers
from engine.parsing.elements import ProcessModel
from engine.ports import OperationCall, Watching, WorkingDays
from engine.process_engine import ProcessEngine
from engine.simulation.acts import SOMEBODY, Outside
from engine.simulation.coverage import Coverage, Share
from engine.simulation.expecting import departures
from engine.simulation.mocks import Everything, Mocks
from engine.simulation.moments import is_due, next_due
from engine.simulation.names import strangers
from engine.simulation.scenario import BEGINNING, Act, Answer, Case, Expectation
from engine.simulation.seen import Seen, all_seen, is_visit
from engine.simulation.telling import Told
from refusals import Refusal
from storage import database
from storage.clock import SetClock
from storage.transaction import transaction

#: How much that is due may be done at one moment.
MAX_DUE: Final = 500
#: How many moments one wait may stop at.
MAX_MOMENTS: Final = 10_000


class Simulation:
    """An engine over the present database, which must be empty when a case begins, with everything around it mocked."""

    def __init__(
        self, *, clock: SetClock, working_days: WorkingDays, zone: tzinfo, prunes: bool = True, coverage: Coverage | None = None
    ) -> None:
        self.clock = clock
        self.mocks = Mocks()
        self.coverage = coverage or Coverage()
        around = Everything()
        self.engine = ProcessEngine(
            clock=clock,
            operations=self.mocks,
            forms=around,
            groups=around,
            working_days=working_days,
            zone=zone,
            watching=Watching(self.coverage.passed, prunes),
        )
        self.processes: dict[str, ProcessModel] = {}

    def deploy(self, files: Mapping[str, bytes], at: datetime = BEGINNING) -> None:
        """Deploy the files of a case, at the moment when it begins. Raises DeploymentRefused."""
        self.clock.move_to(at)
        with transaction():
            self.engine.definitions.deploy("simulation", files, by=SOMEBODY)
        for name, data in files.items():
            if not name.endswith(".dmn"):
                model = read(data, name)
                self.processes.update({process.key: process for process in model.executable})

    def walk(self, case: Case, process: str | None = None) -> "Walk":
        """Walk a case; `process` is the key of the process to start, by default the first."""
        walk = Walk(self, case, process or next(iter(self.processes)))
        walk.told += strangers(case, walk.process, self.processes, self.mocks.asked)
        if not walk.faults:
            walk.go()
        return walk

    def shares(self, left_out: frozenset[str] = frozenset()) -> list[Share]:
        """How much of each process was visited; what is `left_out` need not be."""
        return [self.coverage.of(process, left_out) for process in self.processes.values()]


class Walk:
    """One case being walked. `told` is what has happened, faults among it."""

    def __init__(self, simulation: Simulation, case: Case, process: str) -> None:
        self.simulation = simulation
        self.engine = simulation.engine
        self.case = case
        self.process = process
        self.told: list[Told] = []
        self._outside = Outside(simulation.engine, simulation.clock, process)
        self._known: dict[UUID, bool] = {}
        self._states: dict[UUID, str] = {}

    @property
    def faults(self) -> list[Told]:
        """What should have been otherwise."""
        return [told for told in self.told if told.is_fault]

    @property
    def now(self) -> datetime:
        """The moment that the scenario is at."""
        return self.simulation.clock.now()

    def go(self) -> None:
        """Take all steps, as long as each can be taken."""
        self.simulation.clock.move_to(self.case.at)
        self.simulation.mocks.begin(self.case.mocks, self._called)
        for step in self.case.steps:
            if isinstance(step, Expectation):
                self._expect(step)
            else:
                self._act(step)
                if self.faults:
                    return
        for expected in self.case.expected:
            self._expect(expected)
        if not any(expected.incidents is not None for expected in self.case.expected):
            self._expect(Expectation(self.case.line, incidents=[]))

    def _expect(self, expected: Expectation) -> None:
        self.told += departures(expected, all_seen(self.engine), self.process, self.now)

    def _act(self, step: Act) -> None:
        told = f"simulation_{step.kind}"
        self._tell(told, None, subject="" if step.subject is None else str(step.subject), process=step.subject or self.process)
        try:
            if not self._outside.does(step):
                self._pass_until(step, step.subject if step.kind == "until" else timers.duration(step.subject).after(self.now))
        except Refusal as refusal:
            fields = {"refusal": refusal.code, "reason": str(refusal), "element": str(refusal.fields.get("element_id", step.subject))}
            line = None if step.refused == refusal.code else step.line
            self.told.append(Told("simulation_refused", self.now, fields["element"], fields, line))
        else:
            if step.refused is not None:
                self.told.append(Told("simulation_not_refused", self.now, None, {"refusal": step.refused}, step.line))
        self._settle(step)
        self._look()

    def _settle(self, step: Act) -> None:
        """Do all that is due now: jobs, timers, messages and signals on their way."""
        works: Iterable[Callable[[int], int]] = (
            self.engine.timers.fire_due,
            self.engine.start_timers.fire_due,
            self.engine.jobs.run_due,
            self.engine.deliveries.deliver_due,
        )
        total = 0
        while total < MAX_DUE:
            database.session.rollback()
            done = sum(work(20) for work in works) if is_due(self.now) else 0
            if not done:
                return
            total += done
        self.told.append(Told("simulation_endless", self.now, None, {}, step.line))

    def _look(self) -> None:
        """Tell what is new in the history."""
        for one in all_seen(self.engine):
            for activity in one.activities:
                over = activity.ended_at is not None
                if self._known.get(activity.id) is over or not is_visit(activity):
                    continue
                began = activity.id in self._known
                self._known[activity.id] = over
                self.simulation.coverage.reached(self._owner(one, activity.element_id), activity.element_id)
                code = "cancelled" if activity.cancelled else ("done" if began else "passed") if over else "begun"
                self._tell(f"simulation_{code}", activity.element_id, element=activity.element_id, name=activity.name or "")
            self._look_at_state(one)

    def _look_at_state(self, one: Seen) -> None:
        for incident in one.incidents:
            if incident.id not in self._known:
                self._known[incident.id] = True
                self._tell("simulation_incident", incident.element_id, cause=incident.cause, message=incident.message)
        if self._states.get(one.instance.id, "active") != one.instance.state:
            self._tell("simulation_ended", None, process=one.instance.definition_key, state=one.instance.state)
        self._states[one.instance.id] = one.instance.state

    def _owner(self, one: Seen, element_id: str) -> str:
        """The key of the process that an element belongs to: the instance's own, else one that it calls."""
        own, every = one.instance.definition_key, self.simulation.processes
        return next((key for key in (own, *every) if key in every and element_id in every[key].elements), own)

    def _called(self, call: OperationCall, answer: Answer) -> None:
        said = "refusal" if answer.refusal else "error" if answer.error else "failure" if answer.failure else "variables"
        self._tell("simulation_called", call.element_id, element=call.element_id, operation=call.name, answer=said)

    def _tell(self, code: str, element_id: str | None, **fields: Any) -> None:
        self.told.append(Told(code, self.now, element_id, fields))

    def _pass_until(self, step: Act, moment: datetime) -> None:
        """Let time pass, and all that falls due meanwhile happen at its moment."""
        for _ in range(MAX_MOMENTS):
            database.session.rollback()
            following = next_due(self.now, moment)
            if following is None:
                break
            self.simulation.clock.move_to(following)
            self._settle(step)
            self._look()
        self.simulation.clock.move_to(moment)
