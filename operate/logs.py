"""What is kept beside instances and their activities: failed attempts, acts of people, values of variables, who had which task."""

from uuid import UUID

from operate import assignments, attempts, user_operations, variable_updates
from operate.assignments import Assignment
from operate.attempts import FailedAttempt
from operate.filters import AttemptFilter, OperationFilter, Sort, UpdateFilter
from operate.user_operations import Act
from operate.variable_updates import VariableUpdate
from organisations.actors import Actor
from storage.pages import Key, Page

#: The kinds of attempts of what the engine does by itself, and of what is done outside.
JOBS, EXTERNAL = ("timer", "job", "start"), ("external",)


class Logs:
    """Reads; writes nothing."""

    def attempts(
        self, actor: Actor, filters: AttemptFilter, sort: Sort | None = None, *, limit: int = 50, after: Key | None = None, skip: int = 0
    ) -> Page[FailedAttempt]:
        """A page of attempts that failed. Raises SortUnknown."""
        return attempts.attempts(actor, filters, sort, limit=limit, after=after, skip=skip)

    def count_attempts(self, actor: Actor, filters: AttemptFilter) -> int:
        """How many failed attempts a list has in all."""
        return attempts.count(actor, filters)

    def attempt(self, actor: Actor, attempt_id: UUID, kinds: tuple[str, ...]) -> FailedAttempt:
        """One failed attempt of some kinds. Raises AttemptNotFound, also for one that the person may not see."""
        return attempts.attempt(actor, attempt_id, kinds)

    def acts(
        self, actor: Actor, filters: OperationFilter, *, descending: bool = False, limit: int = 50, after: Key | None = None, skip: int = 0
    ) -> Page[Act]:
        """A page of what people did, as the journal has it. Raises NotPermitted."""
        return user_operations.acts(actor, filters, descending=descending, limit=limit, after=after, skip=skip)

    def count_acts(self, actor: Actor, filters: OperationFilter) -> int:
        """How many acts a list has in all. Raises NotPermitted."""
        return user_operations.count(actor, filters)

    def variable_updates(self, actor: Actor, filters: UpdateFilter) -> list[VariableUpdate]:
        """The values that variables of one instance were given; none where the person may not see it."""
        return variable_updates.updates(actor, filters)

    def assignments(self, actor: Actor, task_id: UUID) -> list[Assignment]:
        """Who had a user task; nothing where the person may not see its instance."""
        return assignments.assignments(actor, task_id)
