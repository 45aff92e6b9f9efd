"""Tasks, subprocesses and call activities. Scripts, operations and mappings are run by the step around them, not here."""

from typing import Any, Protocol

from SpiffWorkflow.bpmn.specs.mixins import SubWorkflowTaskMixin
from SpiffWorkflow.util.task import TaskState

from engine.definition_errors import CallsTooDeep
from engine.errors import StepBroken
from engine.parsing.elements import Element
from engine.parsing.specs.base import ElementSpec
from engine.parsing.specs.references import Reference, referred
from engine.parsing.specs.tokens import BEGINS_AT, hold_for_job, is_trigger
from refusals import Refusal

#: Where the token of a call activity keeps the name of the process spec it has called.
CALLED = "called"
#: How many subprocesses and calls may lie around a call.
MAX_DEPTH = 100


class PassThrough(ElementSpec):
    """A task without work for us: an undefined task, a manual task."""


class UserTask(ElementSpec):
    """Waits, READY, until a person completes it."""

    waits_for_people = True


class ServiceTask(ElementSpec):
    """Calls an operation; the step does it, before the token is run."""


class ScriptTask(ElementSpec):
    """Assigns variables; the step does it, before the token is run."""


class Holder(SubWorkflowTaskMixin):
    """Holds the token, STARTED, while the tokens inside run in a tree of their own. `spec` names the process spec of the inside."""

    def copy_data(self, my_task: Any, subworkflow: Any) -> None:
        """Nothing: variables live in scopes."""

    def update_data(self, my_task: Any, subworkflow: Any) -> None:
        """Nothing: variables live in scopes."""

    def start_workflow(self, my_task: Any) -> None:
        """Plant the inner tree and set it going."""
        self._start(my_task, self.spec)

    def _start(self, my_task: Any, inside: str, **known: Any) -> None:
        """The same, with what the root of the inner tree is to know (see `engine.parsing.specs.compensation`)."""
        subworkflow = my_task.workflow.top_workflow.create_subprocess(my_task, inside)
        setattr(subworkflow, BEGINS_AT, my_task.internal_data.pop(BEGINS_AT, None))
        subworkflow.completed_event.connect(self._on_subworkflow_completed, my_task)
        subworkflow.task_tree._set_internal_data(**known)
        subworkflow.task_tree.run()

    def _on_cancel(self, my_task: Any) -> None:
        super()._on_cancel(my_task)
        self.cancelled_event.emit(my_task.workflow, my_task)  # the library forgets to

    def _on_subworkflow_completed(self, subworkflow: Any, my_task: Any) -> None:
        for token in list(subworkflow.tasks.values()):
            if is_trigger(token):
                token.cancel()
        if not my_task.has_state(TaskState.FINISHED_MASK):  # an event may have ended it while it was ending itself
            my_task._set_state(TaskState.READY)


class SubProcess(Holder, ElementSpec):
    """An embedded subprocess."""

    def __init__(self, wf_spec: Any, element: Element, *, inside: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, element, subworkflow_spec=inside, **kwargs)

    def _update_hook(self, my_task: Any) -> bool | None:
        if hold_for_job(my_task):
            return False
        begun: bool | None = super()._update_hook(my_task)
        return begun


class Calls(Protocol):
    """Knows the processes that can be called. Names of their specs stay valid for as long as an instance may be inside one."""

    def find(self, reference: Reference) -> str:
        """The name of the spec of the version of a process that is meant. Raises VersionNotFound, DefinitionNotExecutable."""
        ...

    def specs(self, name: str) -> dict[str, Any]:
        """The process spec of that name, and those inside it, by name."""
        ...


class CallActivity(SubProcess):
    """Holds the token while a called process runs. The version is chosen when the token arrives and kept in the token: see `inside_of`."""

    def start_workflow(self, my_task: Any) -> None:
        """Choose the version and start it. Raises CallsTooDeep, and StepBroken without a version: the token before has done its work."""
        call, tree = self.element.call, my_task.workflow
        if call is None:
            raise ValueError(f"{self.element.id} calls nothing")
        if depth_of(tree) >= MAX_DEPTH:
            raise CallsTooDeep(self.element.id, MAX_DEPTH)
        try:
            called = tree.script_engine.chosen(referred(my_task, call.key, call.binding), tree.top_workflow.subprocess_specs.find)
        except Refusal as refusal:
            raise StepBroken(self.element.id, refusal.code, str(refusal)) from refusal
        my_task.internal_data[CALLED] = called
        self._start(my_task, called)


def depth_of(tree: Any) -> int:
    """How many subprocesses and calls a tree of tokens lies in."""
    return int(getattr(tree, "depth", 0))


def inside_of(my_task: Any) -> str:
    """The name, in the subprocess specs, of the process spec inside a token of a subprocess or call activity."""
    return str(my_task.internal_data.get(CALLED) or my_task.task_spec.spec)


class SubprocessSpecs(dict[str, Any]):
    """Process specs by name: those embedded in a process, and on demand those of the processes it calls."""

    def __init__(self, embedded: dict[str, Any], calls: Calls | None) -> None:
        super().__init__(embedded)
        self._calls = calls

    def find(self, reference: Reference) -> str:
        """The name of the spec to call for a reference."""
        if self._calls is None:
            raise KeyError(reference.key)
        return self._calls.find(reference)

    def __missing__(self, name: str) -> Any:
        if self._calls is None:
            raise KeyError(name)
        found = self._calls.specs(name)
        self.update(found)
        return found[name]

    def get(self, name: str, default: Any = None) -> Any:
        """As `[name]`, with a default."""
        try:
            return self[name]
        except KeyError:
            return default
