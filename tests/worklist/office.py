"""A small administration at work: bodies, people, a process of two tasks, and the two rooms over a real engine."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from engine import diagram_forms
from engine.instances import Instance
from engine.process_engine import ProcessEngine
from engine.user_tasks import UserTask
from forms.catalogue import Forms
from forms.diagram_forms import faults_of_diagram_forms
from operate.operate import Operate
from organisations.actors import Actor
from organisations.organisations import Organisations
from organisations.roles import Role
from storage.clock import SetClock
from storage.transaction import transaction
from tests.engine.factories import END, START, Everything, flow, flows, model, user_task
from tests.forms.factories import decision
from tests.organisations.factories import Tree, make_tree, make_user
from worklist.filters import TaskQuery
from worklist.worklist import Worklist

#: prepare (executor, with a form) → approve (head) → the end, or back when `decision` is "return".
REPORTING = model(
    START
    + user_task("prepare", 'camunda:formKey="decision" camunda:dueDate="${due}" camunda:priority="60"')
    + '<bpmn:userTask id="approve" name="Approve" camunda:candidateGroups="head"/>'
    + '<bpmn:exclusiveGateway id="decided" default="decided__end"/>'
    + END
    + flows("start prepare approve decided end")
    + flow("decided", "prepare", "${decision == 'return'}"),
    key="reporting",
)
#: One task for whom the variable `who` names.
NAMED = model(START + '<bpmn:userTask id="answer" camunda:assignee="${who}"/>' + END + flows("start answer end"), key="named")


@dataclass
class Office:
    """Two districts with executors and heads, and what they do with tasks; every act is a transaction of its own."""

    clock: SetClock
    directory: Path
    operations: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.organisations = Organisations(self.clock)
        self.forms = Forms(
            clock=self.clock, directory=self.directory, diagrams=lambda key: diagram_forms.find(self.engine.definitions, key)
        )
        self.engine = ProcessEngine(
            clock=self.clock,
            operations=self.operations,
            forms=self.forms,
            groups=self.organisations,
            working_days=Everything(),
            rules=(faults_of_diagram_forms,),
        )
        self.worklist = Worklist(engine=self.engine, organisations=self.organisations, forms=self.forms, clock=self.clock)
        self.operate = Operate(engine=self.engine, forms=self.forms)
        with transaction():
            self.tree: Tree = make_tree()
            district, other = self.tree.district, self.tree.other_district
            self.executor = make_user(Role.EXECUTOR, district, login="executor")
            self.colleague = make_user(Role.EXECUTOR, district, login="colleague")
            self.head = make_user(Role.HEAD, district, login="head")
            self.stranger = make_user(Role.EXECUTOR, other, login="stranger")
            self.manager = make_user(Role.MANAGER, self.tree.oblast, login="manager")
            self.admin = make_user(Role.ADMINISTRATOR, self.tree.oblast, login="admin")
            self.methodologist = make_user(Role.METHODOLOGIST, self.tree.oblast, login="methodologist")
            self.forms.deploy("decision", decision(), by=None)
            self.operate.deploy(self.methodologist, "office", {"reporting.bpmn": REPORTING, "named.bpmn": NAMED})

    def starts(self, key: str = "reporting", *, body: UUID | None = None, business_key: str | None = None, **variables: Any) -> Instance:
        """The methodologist starts an instance at the district, or another body."""
        given = {"due": self.clock.now() + timedelta(days=5)} | variables
        at = body or self.tree.district.id
        with transaction():
            return self.operate.start(self.methodologist, key, body=at, business_key=business_key, variables=given)

    def task(self, instance: Instance) -> UserTask:
        """The one open task of an instance."""
        [task] = self.engine.tasks.of_instance(instance.id)
        return task

    def seen_by(self, actor: Actor, query: TaskQuery | None = None, **paging: Any) -> list[str]:
        """The business keys of the tasks on a page of somebody's list."""
        return [str(task.business_key) for task in self.worklist.tasks(actor, query or TaskQuery(), **paging).items]

    def does(self, act: str, actor: Actor, task: UserTask, *arguments: Any, **named: Any) -> Any:
        """Somebody does something with a task: `office.does("claim", office.executor, task)`."""
        with transaction():
            return getattr(self.worklist, act)(actor, task.id, *arguments, **named)
