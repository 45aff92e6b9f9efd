"""What deploying, finding and reading definitions is refused with."""

from collections.abc import Iterable
from uuid import UUID

from engine.findings import Finding
from refusals import Conflict, Invalid, NotFound


class ModelRefused(Invalid):
    """A file is no BPMN model that could even be read; `findings` says where and why."""

    def __init__(self, resource: str, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(resource=resource, faults=[finding.as_fault() for finding in self.findings])


class DeploymentRefused(Invalid):
    """Nothing of a deployment was kept, because of errors in its models; `findings` has them, and the warnings besides."""

    def __init__(self, name: str, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        faults = [finding.as_fault() for finding in self.findings if finding.is_error]
        super().__init__(name=name, count=len(faults), faults=faults)


class DeploymentEmpty(Invalid):
    """A deployment without any resource."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name)


class DefinitionNotFound(NotFound):
    """There is no process definition of this key or id."""

    def __init__(self, definition: str | UUID) -> None:
        super().__init__(definition=str(definition))


class DeploymentNotFound(NotFound):
    """There is no such deployment."""

    def __init__(self, deployment: str | UUID) -> None:
        super().__init__(deployment=str(deployment))


class DeploymentInUse(Conflict):
    """A deployment cannot be deleted while process instances of its definitions are kept."""

    def __init__(self, deployment: str | UUID, instances: int) -> None:
        super().__init__(deployment=str(deployment), instances=instances)


class DefinitionNotExecutable(Conflict):
    """The process is kept to be shown; it cannot be started."""

    def __init__(self, key: str) -> None:
        super().__init__(key=key)


class ConditionNotBoolean(Invalid):
    """A condition gave something that is neither true nor false."""

    def __init__(self, element: str, flow: str, value: str) -> None:
        super().__init__(element=element, flow=flow, value=value)


class PartNotSettable(Invalid):
    """A data association sets a part of a value that has no parts."""

    def __init__(self, part: str, whole: str) -> None:
        super().__init__(part=part, whole=whole)


class NoConditionHolds(Invalid):
    """No condition of a gateway's flows holds and it has no default flow."""

    def __init__(self, element: str) -> None:
        super().__init__(element=element)


class TimerValueInvalid(Invalid):
    """A timer's value is no ISO 8601 date, duration or cycle."""

    def __init__(self, element: str, value: str) -> None:
        super().__init__(element=element, value=value)


class LoopValueInvalid(Invalid):
    """A multi-instance activity was given no list, or no whole number of instances, or too many."""

    def __init__(self, element: str, value: str) -> None:
        super().__init__(element=element, value=value)


class LoopTooLong(Invalid):
    """The condition of a standard loop still holds after as many rounds as any loop may have."""

    def __init__(self, element: str, limit: int) -> None:
        super().__init__(element=element, limit=limit)


class CallsTooDeep(Invalid):
    """A call activity lies in as many subprocesses and calls as any may: processes that call each other in a circle."""

    def __init__(self, element: str, limit: int) -> None:
        super().__init__(element=element, limit=limit)


class TooMuchToCompensate(Invalid):
    """More activities that can be compensated have completed in one scope than are remembered."""

    def __init__(self, element: str, limit: int) -> None:
        super().__init__(element=element, limit=limit)


class CompensationUnknown(Invalid):
    """An activity that is remembered has no handler in the definition that the instance runs now."""

    def __init__(self, element: str) -> None:
        super().__init__(element=element)


class AdHocElementsInvalid(Invalid):
    """What an ad-hoc subprocess wants to begin is no list of elements in it that can be begun."""

    def __init__(self, element: str, value: str) -> None:
        super().__init__(element=element, value=value)


#: What says itself at which element it went wrong: that may be one that the token was only about to reach.
AT_ELEMENT = (
    ConditionNotBoolean,
    NoConditionHolds,
    TimerValueInvalid,
    LoopValueInvalid,
    LoopTooLong,
    CallsTooDeep,
    TooMuchToCompensate,
    CompensationUnknown,
    AdHocElementsInvalid,
)


class BpmnErrorUncaught(Invalid):
    """A BPMN error was thrown and no event around it catches it."""

    def __init__(self, element: str, error: str, message: str) -> None:
        super().__init__(element=element, error=error, message=message)


class ReferenceUnreadable(Invalid):
    """An expression that names a process, a decision or a version gives no such name."""

    def __init__(self, expression: str, value: object) -> None:
        super().__init__(expression=expression[:200], value="null" if value is None else str(value)[:200])


class VersionNotFound(NotFound):
    """No version of a process or decision fits what a task asks for, or it is suspended."""

    def __init__(self, key: str, binding: str, version: str | None) -> None:
        super().__init__(key=key, binding=binding, version=version or "")


class DecisionNotFound(NotFound):
    """No decision has this key or id."""

    def __init__(self, decision: object) -> None:
        super().__init__(decision=str(decision))


class DecisionAmbiguous(Invalid):
    """Several rules match where the hit policy lets only one, or ones that agree, match."""

    def __init__(self, decision: str, rules: str) -> None:
        super().__init__(decision=decision, rules=rules)


class DecisionInputNotAllowed(Invalid):
    """An input of a decision has a value that is none of its allowed values."""

    def __init__(self, decision: str, input: str, value: str) -> None:  # noqa: A002 - DMN's own word
        super().__init__(decision=decision, input=input, value=value)


class DecisionOutputNotAllowed(Invalid):
    """A rule of a decision gave a value that is none of the output's allowed values."""

    def __init__(self, decision: str, output: str, value: str) -> None:
        super().__init__(decision=decision, output=output, value=value)


class DecisionNotNumeric(Invalid):
    """Results that are to be added up or compared are no numbers."""

    def __init__(self, decision: str) -> None:
        super().__init__(decision=decision)


class DecisionResultMismatched(Invalid):
    """A decision gave more than the one row or entry that the task asks for."""

    def __init__(self, decision: str, rows: int) -> None:
        super().__init__(decision=decision, rows=rows)
