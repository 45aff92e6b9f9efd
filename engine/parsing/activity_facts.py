"""What a model says of activities: who does them, and how often and in which order they are done."""

from dataclasses import dataclass

from engine.parsing.event_facts import Event
from expressions import Expression


@dataclass(frozen=True)
class UserTaskFacts:
    """Who is to do a user task, with which form, until when; each expression is evaluated when the task is created.

    `assignee` gives one user. `candidate_users` and `candidate_groups` give a text with commas or a list of texts; a lane is not in here,
    see `Element.lane`. `due_date` and `follow_up_date` give a moment, a date, a duration from now, or one of these as ISO 8601 text.
    `priority` gives a whole number. `form_key` is the key of the form catalogue, cleaned of prefixes such as `embedded:app:`.
    """

    assignee: Expression | None = None
    candidate_users: Expression | None = None
    candidate_groups: Expression | None = None
    due_date: Expression | None = None
    follow_up_date: Expression | None = None
    priority: Expression | None = None
    form_key: str | None = None


@dataclass(frozen=True)
class LoopEvent:
    """An event that a multi-instance activity throws when an instance ends: each time, `first_only`, or where `condition` holds."""

    event: Event
    first_only: bool = False
    condition: Expression | None = None


@dataclass(frozen=True)
class MultiInstance:
    """An activity that is done several times: `cardinality` times, or once per item of `collection` (exactly one of the two is given).

    `item` names the local variable that holds the item. `output_collection`, when given, names the variable that collects, in the order
    of the items, what `output_element` gives in each instance. `completion_condition`, evaluated after each instance, ends it early.
    `throws` is what its `behavior` makes of the end of an instance; events attached to the activity catch it.
    """

    sequential: bool
    cardinality: Expression | None = None
    collection: Expression | None = None
    item: str | None = None
    output_collection: str | None = None
    output_element: Expression | None = None
    completion_condition: Expression | None = None
    throws: tuple[LoopEvent, ...] = ()


@dataclass(frozen=True)
class StandardLoop:
    """An activity that is repeated while `condition` holds (None: always), `maximum` times at most; at least one of the two is given.

    The condition is asked after every round and, with `test_before`, before the first one too.
    """

    test_before: bool
    maximum: int | None = None
    condition: Expression | None = None


@dataclass(frozen=True)
class AdHoc:
    """A subprocess whose elements begin on demand, one at a time when `sequential`. It is over once `condition` holds, see `cancels`.

    `cancels` ends what is under way then; else it is waited for. `active` gives the ids of elements that begin at once; without a
    condition such a subprocess is over when nothing in it is under way, any other when somebody says so.
    """

    sequential: bool
    condition: Expression | None = None
    cancels: bool = True
    active: Expression | None = None
