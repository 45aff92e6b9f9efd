"""The people around the Register, with real rooms: who drafts a kind, who owns it, who agrees, what their tasks are.

change = board.drafts(); board.does("draft_change", change) completes its open task as the person whose desk it lies on.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from engine.process_engine import ProcessEngine
from engine.user_tasks import UserTask
from forms.catalogue import Forms
from organisations.actors import Actor
from organisations.organisations import Organisations
from organisations.roles import Role
from register.changes.changes import Changes, Parties
from register.changes.models import Change
from register.changes.processes import EngineProcesses
from register.register import Register
from reports.last_held import LastHeldFigures
from storage import journal
from storage.clock import SetClock
from storage.database import session
from storage.transaction import transaction
from tests.organisations.factories import Tree, make_tree, make_user
from tests.register.factories import document, indicator, indicators
from tests.reports.office import DIAGRAMS

ACT = {"act_type": "order", "act_number": "15-н", "act_date": "2026-10-01", "in_force_from": "2026-11-01"}
#: Nothing that is in force asks this.
NEW = indicator(
    "N.LIBRARIES",
    names={"kk": "Мектеп кітапханалары", "ru": "Школьные библиотеки", "en": "School libraries"},
    breakdowns={},
)
#: Who completes which task, by the names of `Board.people`.
DESKS = {"draft_change": "author", "explain_duplicates": "owner", "approve_by_act": "owner"}


def new_document(**changes: Any) -> dict[str, Any]:
    """A kind that asks one new indicator."""
    fields = [{"code": "libraries", "names": NEW["names"], "indicator": NEW["code"]}]
    sections = [{"code": "school", "names": NEW["names"], "fields": fields}]
    return document(code="N-01", sections=sections, checks=[]) | changes


class Board:
    """Rooms, people, and short words for what they do. Every deed is a transaction of its own, as at the edge."""

    def __init__(self, clock: SetClock) -> None:
        self.clock = clock
        operations: dict[str, Any] = {}
        self.organisations = Organisations(clock)
        self.register = Register(clock=clock, bodies=self.organisations.bodies)
        self.forms = Forms(clock=clock)
        self.engine = ProcessEngine(
            clock=clock, operations=operations, forms=self.forms, groups=self.organisations, working_days=self.register.calendar
        )
        self.changes = Changes(
            clock=clock,
            register=self.register,
            organisations=self.organisations,
            processes=EngineProcesses(self.engine),
            held=LastHeldFigures(),
        )
        operations.update(self.changes.operations())
        with transaction():
            self.tree: Tree = make_tree()
            self.people = self._hire()
            path = DIAGRAMS / "register_change.bpmn"
            self.engine.definitions.deploy("processes", {path.name: path.read_bytes()}, by=None)
            self.register.import_indicators(indicators())
            self.register.import_kind(document(), act_number="1", act_date=date(2026, 1, 1))

    def _hire(self) -> dict[str, Actor]:
        tree = self.tree
        return {
            "author": make_user(Role.METHODOLOGIST, tree.ministry),
            "colleague": make_user(Role.METHODOLOGIST, tree.oblast),
            "owner": make_user(Role.HEAD, tree.ministry),
            "department": make_user(Role.HEAD, tree.department),
            "directorate": make_user(Role.OFFICER, tree.directorate),
            "stranger": make_user(Role.HEAD, tree.other_district),
            "executor": make_user(Role.EXECUTOR, tree.department),
        }

    @property
    def parties(self) -> Parties:
        """The ministry owns what is drafted; a department and the directorate must agree."""
        return Parties(self.tree.ministry.id, (self.tree.department.id, self.tree.directorate.id), "Жаңа міндет")

    def drafts(self, *, who: str = "author", own: list[dict[str, Any]] | None = None, **changes: Any) -> Change:
        """Draft a kind that asks one new indicator."""
        with transaction():
            given = [NEW] if own is None else own
            return self.changes.draft(self.people[who], new_document(**changes), self.parties, indicators=given)

    def withdraws(self, code: str = "X-01") -> Change:
        """Begin the withdrawal of a kind."""
        with transaction():
            return self.changes.withdrawal(self.people["author"], code, self.parties)

    def tasks(self, change: Change) -> list[UserTask]:
        """The open tasks of a change."""
        page = self.engine.instances.list(business_key=change.business_key, state="active")
        return [task for instance in page.items for task in self.engine.tasks.of_instance(instance.id)]

    def steps(self, change: Change) -> list[str]:
        """The elements where a change waits for somebody."""
        return sorted(task.element_id for task in self.tasks(change))

    def does(self, step: str, change: Change, *, who: str | None = None, **values: Any) -> None:
        """Complete an open task as its usual person or as `who`; of several bodies' tasks the one of that person's body."""
        person = self.people[who or DESKS[step]]
        task = next(task for task in self.tasks(change) if task.element_id == step and self._is_for(person, task))
        with transaction():
            self.engine.tasks.claim(task.id, person.by)
            cleaned = self.forms.validate(str(task.form_key), values, context=self.engine.tasks.variables(task.id))
            self.engine.tasks.complete(task.id, cleaned, by=person.by)

    def agrees(self, change: Change) -> None:
        """Both bodies agree."""
        for who in ("department", "directorate"):
            self.does("agree", change, who=who, decision="agree")

    def brings(self, change: Change, to: str) -> Change:
        """Take a change without duplicates from its draft to a later step."""
        if to != "draft_change":
            self.does("draft_change", change)
        if to not in ("draft_change", "agree", "explain_duplicates"):
            self.agrees(change)
        return change

    def explains(self, change: Change, *, who: str = "owner", reason: str = "Басқа кезең керек") -> None:
        """Say of every match why the change goes on."""
        for match in self.changes.repetitions(change.id):
            if match.unexplained:
                with transaction():
                    self.changes.explain(self.people[who], change.id, match.id, reason)

    def passes(self, day: date | None = None) -> None:
        """Let the day of the act come: timers fire, messages arrive."""
        self.clock.move_to(self.register.calendar.end_of(day or date(2026, 11, 2)))
        self.engine.timers.fire_due()
        self.engine.deliveries.deliver_due()

    def now(self, change: Change) -> Change:
        """The change as it stands."""
        session.rollback()
        return self.changes.get(change.id)

    def state(self, change: Change) -> str:
        """Where the change stands."""
        return str(self.now(change).state)

    def variables(self, change: Change) -> Mapping[str, Any]:
        """The variables of the change's process."""
        [instance] = self.engine.instances.list(business_key=change.business_key).items
        return self.engine.instances.variables(instance.id)

    def visited(self, *changes: Change) -> set[str]:
        """The elements that changes reached, as the history tells."""
        found = (self.engine.instances.list(business_key=change.business_key).items for change in changes)
        return {each.element_id for page in found for instance in page for each in self.engine.history.activities(instance.id)}

    def events(self, change: Change) -> list[str]:
        """The names of what happened to a change."""
        return [entry.event.removeprefix("register_change:") for entry in journal.entries_about("register_change", change.id)]

    @staticmethod
    def _is_for(person: Actor, task: UserTask) -> bool:
        bodies = [UUID(group.partition("@")[2]) for group in task.candidate_groups if "@" in group]
        return task.assignee == person.by or not bodies or any(body in person.bodies for body in bodies)
