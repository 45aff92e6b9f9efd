"""What the running engine says no with, and the two ways a step can fail."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from refusals import Conflict, Fault, Invalid, NotFound, TooLarge


class InstanceNotFound(NotFound):
    """No process instance has this id."""


class TaskNotFound(NotFound):
    """No user task has, or ever had, this id."""


class IncidentNotFound(NotFound):
    """No incident has this id."""


class TimerNotFound(NotFound):
    """Nothing waits for a timer of this id: it has fired, or never was."""


class LegalHoldNotFound(NotFound):
    """No legal hold has this id."""


class LegalHoldLifted(Conflict):
    """The legal hold was lifted before."""


class JobNotFound(NotFound):
    """No timer, job or timed start has this id: it was done, or never was."""


class JobDefinitionNotFound(NotFound):
    """No element of a deployed process makes jobs under this id."""


class JobNeeded(Conflict):
    """An instance waits for the job: without it, it would wait for ever."""


class JobWithoutPriority(Conflict):
    """Only jobs have a priority; a timer is due at its moment."""


class UndeliveredNotFound(NotFound):
    """No message or signal of this id is undelivered: it has come to somebody, was given up, or never was."""


class AdHocNotOpen(NotFound):
    """The instance has no such open ad-hoc subprocess, or several and none was named; `count` says how many."""


class AdHocRefused(Conflict):
    """The element cannot be begun by hand there, or not now."""


class AdHocNotOver(Conflict):
    """The ad-hoc subprocess is not done: something is under way in it, or its condition does not hold."""


class ExternalTaskNotFound(NotFound):
    """No external task of this id is open: it was done, or never was."""


class ExternalTaskNotLocked(Conflict):
    """The external task is not locked by this worker: it was too late, or another has it now."""


class TaskNotOpen(Conflict):
    """The user task was completed or withdrawn before."""


class TaskAlreadyClaimed(Conflict):
    """Somebody else has claimed the user task."""


class NotAssignee(Conflict):
    """Only the assignee may do this to the user task."""


class TaskNotDelegated(Conflict):
    """Only a delegated task can be resolved."""


class TaskDelegated(Conflict):
    """A delegated task goes back to its owner before it can be completed."""


class InstanceNotActive(Conflict):
    """The process instance is suspended or has ended."""


class BusinessKeyInUse(Conflict):
    """The definition wants unique business keys and an instance of this one is still open."""


class MessageNotExpected(Conflict):
    """No instance waits for this message."""


class MessageAmbiguous(Conflict):
    """Several instances wait for this message, and one message has one receiver."""


class IncidentResolved(Conflict):
    """The incident was resolved before."""


class InstanceCannotContinue(Conflict):
    """The saved state and the definition do not belong together."""


class DefinitionNotStartable(Conflict):
    """The definition is suspended, is not executable, or has no start of the kind asked for."""


class VariableRefused(Invalid):
    """A variable has no name, or a value that has no JSON form."""


class VariablesTooLarge(TooLarge):
    """An instance would hold more than its variables may weigh."""


class ModificationRefused(Invalid):
    """An instruction cannot be carried out in the instance; nothing was changed. The fault says which and why."""


class InstanceNotEnded(Conflict):
    """Only an instance that has ended can be started anew."""


class InstanceOfOther(Conflict):
    """The instance is not of the definition that was named."""


class PlanRefused(Invalid):
    """A plan of migration cannot be followed, whatever instance it is for; `reports` has a report on each pair that is at fault."""

    def __init__(self, reports: Sequence[Any]) -> None:
        self.reports = tuple(reports)
        super().__init__(faults=[fault for report in self.reports for fault in report.faults])


class MigrationRefused(Invalid):
    """An instance cannot be migrated by a plan and stays as it is; `obstacles` says what of it stands in the way."""

    def __init__(self, instance_id: UUID, obstacles: Sequence[Any]) -> None:
        self.instance_id = instance_id
        self.obstacles = tuple(obstacles)
        faults = [Fault("", one.code, {"element": one.element_id, **one.fields}) for one in self.obstacles]
        super().__init__(instance_id=str(instance_id), faults=faults)


class StepFailed(Conflict):
    """A step of a person could not be taken to its end and was rolled back whole; an incident tells the administrators.

    Fields: `element_id`, `cause` (a code), `message`.
    """


class BpmnError(Exception):
    """Raised by an operation to throw a BPMN error: the boundary event that catches `code` goes on, with nothing rolled back."""

    def __init__(self, code: str, message: str = "", variables: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.variables = dict(variables or {})


class InstructionRefused(Exception):
    """An instruction to an instance cannot be carried out; `code` says why. Never leaves the engine."""

    def __init__(self, code: str, **fields: Any) -> None:
        super().__init__(code)
        self.code = code
        self.fields = fields


class StepBroken(Exception):
    """The engine could not go on at an element; the loaded instance must be dropped. `cause` is a code for programs.

    Never leaves the engine: a person's step turns it into StepFailed, a worker's into an incident.
    """

    def __init__(self, element_id: str | None, cause: str, message: str) -> None:
        self.element_id = element_id
        self.cause = cause
        self.message = message.replace("\0", "\N{REPLACEMENT CHARACTER}")  # PostgreSQL keeps no NUL
        super().__init__(f"{element_id}: {cause}: {self.message}")


def failed_step(broken: StepBroken) -> StepFailed:
    """What a person is told of a step that could not be taken."""
    return StepFailed(element_id=broken.element_id, cause=broken.cause, message=broken.message)


def not_active(instance_id: UUID, state: str) -> InstanceNotActive:
    """The refusal for an instance that is suspended or has ended."""
    return InstanceNotActive(instance_id=str(instance_id), state=state)


def in_words(failure: Exception) -> str:
    """What is told of an unforeseen failure; of the database's only the kind, because its own words quote the data."""
    kind = type(failure).__name__
    return kind if isinstance(failure, SQLAlchemyError) else f"{kind}: {failure}"
