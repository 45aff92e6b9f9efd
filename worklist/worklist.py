"""What a person sees and does with user tasks: the one way to them, whichever door is used."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from engine.errors import TaskAlreadyClaimed
from engine.process_engine import ProcessEngine
from engine.user_tasks import Completion, Seen, UserTask
from engine.values import TypedValue
from forms.catalogue import Forms
from organisations.actors import Actor
from organisations.errors import UserNotFound
from organisations.organisations import Organisations
from storage.clock import Clock
from storage.pages import MAX_LIMIT, Key, Page
from worklist import drafts, listing, rights
from worklist.drafts import TaskDraft
from worklist.errors import NotAColleague, NotYourTask, TaskDraftNotFound, TaskWithoutCandidates, TaskWithoutForm
from worklist.filters import TaskQuery
from worklist.task_form import TaskForm


class Worklist:
    """User tasks under rights. Acts belong into a transaction of the edge."""

    def __init__(self, *, engine: ProcessEngine, organisations: Organisations, forms: Forms, clock: Clock) -> None:
        self._tasks = engine.tasks
        self._instances = engine.instances
        self._organisations = organisations
        self._forms = forms
        self._clock = clock

    def tasks(self, actor: Actor, query: TaskQuery, *, limit: int = MAX_LIMIT, after: Key | None = None, skip: int = 0) -> Page[UserTask]:
        """A page of tasks that the person may know of; by default those that are with them or wait for them, the most urgent first."""
        found = listing.rows(actor, query, self._clock.now(), limit=limit, after=after, skip=skip)
        return Page(tuple(self._tasks.with_candidates(list(found.items))), found.next)

    def count(self, actor: Actor, query: TaskQuery) -> int:
        """How many tasks a list has in all. Dear: only for clients that insist."""
        return listing.count(actor, query, self._clock.now())

    def task(self, actor: Actor, task_id: UUID) -> UserTask:
        """One open task. Raises TaskNotFound, TaskNotOpen."""
        task = self._tasks.get(task_id)
        rights.require_read(actor, task)
        return task

    def allowed_actions(self, actor: Actor, task: UserTask) -> list[str]:
        """What the person may do with a task now."""
        return rights.allowed_actions(actor, task)

    def variables(self, actor: Actor, task_id: UUID, *, typed: bool = False) -> Mapping[str, Any]:
        """The variables that a task sees."""
        self.task(actor, task_id)
        return self._tasks.variables(task_id, typed=typed)

    def claim(self, actor: Actor, task_id: UUID) -> UserTask:
        """Take a task that waits for the person; again by its assignee nothing happens. Raises TaskAlreadyClaimed, NotYourTask."""
        rights.require_work(actor, self._mine(actor, task_id))
        return self._tasks.claim(task_id, by=actor.by)

    def unclaim(self, actor: Actor, task_id: UUID) -> UserTask:
        """Give a task back to its candidates: by its assignee, or by who assigns tasks. Raises NotYourTask, TaskWithoutCandidates."""
        task = self._mine(actor, task_id)
        if not rights.has_candidates(task):
            raise TaskWithoutCandidates(task_id=str(task_id))
        if task.assignee is None:
            return task
        if rights.has(actor, task):
            return self._tasks.unclaim(task_id, by=actor.by)
        if not rights.may_assign(actor, task):
            raise NotYourTask(task_id=str(task_id))
        return self._tasks.assign(task_id, None, by=actor.by)

    def assign(self, actor: Actor, task_id: UUID, to: UUID, *, only_unassigned: bool = False) -> UserTask:
        """Decide who does a task. Raises TaskNotAssignable, NotAColleague; TaskAlreadyClaimed where only a free task is to be given."""
        task = self.task(actor, task_id)
        rights.require_assign(actor, task)
        if only_unassigned and task.assignee not in (None, str(to)):
            raise TaskAlreadyClaimed(task_id=str(task_id), assignee=task.assignee)
        self._require_colleague(to, task)
        return self._tasks.assign(task_id, str(to), by=actor.by)

    def delegate(self, actor: Actor, task_id: UUID, to: UUID) -> UserTask:
        """Hand a task to a colleague of the same body and right, who gives it back by `resolve`. Raises NotYourTask, NotAColleague."""
        task = self._mine(actor, task_id)
        rights.require_work(actor, task)
        self._require_colleague(to, task)
        return self._tasks.delegate(task_id, str(to), by=actor.by)

    def resolve(self, actor: Actor, task_id: UUID, values: Mapping[str, Any] | None = None) -> UserTask:
        """Give a delegated task back to its owner, with values of its form or none. Raises TaskNotDelegated, NotYourTask, FormInvalid."""
        task = self._mine(actor, task_id)
        rights.require_work(actor, task)
        checked = self._checked(task, values, lambda: self._tasks.variables(task_id, typed=True)) if values else None
        return self._tasks.resolve(task_id, checked, by=actor.by)

    def complete(self, actor: Actor, task_id: UUID, values: Mapping[str, Any]) -> UserTask:
        """Complete a task with the values of its form, as its assignee, or as a candidate while nobody has it.

        An acting person's completion is kept as done on behalf of the absent one. Gives the task as it was. Raises NotYourTask,
        TaskAlreadyClaimed, TaskDelegated, FormInvalid and what the engine's step refuses.
        """

        def decide(task: UserTask, seen: Seen) -> Completion:
            rights.require_work(actor, task)
            return Completion(self._checked(task, values, seen), actor.by, rights.on_behalf_of(actor, task))

        return self._tasks.complete_as(task_id, decide)

    def complete_and_tell(self, actor: Actor, task_id: UUID, values: Mapping[str, Any]) -> Mapping[str, TypedValue]:
        """The same; gives the variables that the instance has afterwards, to the one who saw them before."""
        return self._instances.variables(self.complete(actor, task_id, values).instance_id, typed=True)

    def form(self, actor: Actor, task_id: UUID, language: str) -> TaskForm:
        """The form of a task in a language, with the draft of the person's body where there is one. Raises TaskWithoutForm."""
        task = self.task(actor, task_id)
        if task.form_key is None:
            raise TaskWithoutForm(task_id=str(task_id))
        draft = drafts.find(task_id, _body(actor, task)) if rights.may_work(actor, task) else None
        values = {**self._tasks.variables(task_id), **(draft.values if draft else {})}
        return TaskForm(task.form_key, self._forms.localised(task.form_key, language), values, draft)

    def draft(self, actor: Actor, task_id: UUID) -> TaskDraft:
        """What the person's body has saved so far. Raises NotYourTask, TaskDraftNotFound."""
        task = self._workable(actor, task_id)
        found = drafts.find(task_id, _body(actor, task))
        if found is None:
            raise TaskDraftNotFound(task_id=str(task_id))
        return found

    def save_draft(self, actor: Actor, task_id: UUID, values: dict[str, Any], *, if_match: int | None) -> TaskDraft:
        """Keep what was typed so far, unchecked. `if_match` is the version it was made from, None for the first. Raises TaskDraftStale."""
        task = self._workable(actor, task_id)
        return drafts.save(task_id, _body(actor, task), values, if_match=if_match, by=actor.by, at=self._clock.now())

    def discard_draft(self, actor: Actor, task_id: UUID) -> None:
        """Throw the body's draft away. Raises TaskDraftNotFound."""
        drafts.discard(task_id, _body(actor, self._workable(actor, task_id)))

    def _workable(self, actor: Actor, task_id: UUID) -> UserTask:
        task = self._tasks.get(task_id)
        rights.require_work(actor, task)
        return task

    def _mine(self, actor: Actor, task_id: UUID) -> UserTask:
        """A task that the person may know of; one that a diagram gives to their login is put under their id, as the engine compares it."""
        task = self.task(actor, task_id)
        by_login = rights.has(actor, task) and task.assignee != actor.by
        return self._tasks.assign(task_id, actor.by, by=actor.by) if by_login else task

    def _require_colleague(self, user_id: UUID, task: UserTask) -> None:
        try:
            person = self._organisations.actor(user_id)
        except UserNotFound:  # whether there is such a person is not for everybody who has a task
            raise NotAColleague() from None
        if not rights.could_do(person, task):
            raise NotAColleague()

    def _checked(self, task: UserTask, values: Mapping[str, Any], seen: Seen) -> Mapping[str, Any]:
        """The values of a form, cleaned by its rules; a task without a form takes what it is given."""
        if task.form_key is None:
            return values
        context = {name: variable.value for name, variable in seen().items()}
        return self._forms.validate(task.form_key, {name: _plain(value) for name, value in values.items()}, context=context)


def _body(actor: Actor, task: UserTask) -> UUID | None:
    duty = rights.duty_for(actor, task)
    return duty.body_id if duty else None


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, TypedValue) else value
