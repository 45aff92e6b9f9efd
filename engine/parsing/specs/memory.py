"""What has completed in a scope and can be undone, remembered at the root of its tree (see `engine.parsing.specs.compensation`).

A memory is one text in the internal data of the root, a line for each record in the order of completion. So a step that does not look
into it carries it at the cost of copying it (`bench/loops`).
"""

from typing import Any

import orjson

from engine.definition_errors import TooMuchToCompensate

#: How many completed activities one scope remembers.
MAX_REMEMBERED = 5_000

#: Where the root of a tree keeps its memory.
REMEMBERED = "remembered"

#: Where it keeps the id of the outermost token of a transaction that may have to undo it. What is inside of that has to stay awake (see
#: `engine.sleeping`).
AWAKE = "awake"

#: What is remembered of an activity: `of`, its id, and `own`, its variables; of a subprocess also `inside`, the records of what completed
#: in it, and `part` when it was itself ended before it had completed.
Record = dict[str, Any]


def remember(tree: Any, record: Record, *, before: frozenset[str] = frozenset()) -> None:
    """Add what has completed in a tree. Raises TooMuchToCompensate.

    What it stands `before` is undone first, though it did not complete later: it is put in front of all that has completed of that since.
    """
    text = tree.task_tree.internal_data.get(REMEMBERED, "")
    if text.count("\n") + 1 >= MAX_REMEMBERED:
        raise TooMuchToCompensate(record["of"], MAX_REMEMBERED)
    if before and text:
        _keep(tree, _inserted(_split(text), record, before))
    else:
        tree.task_tree.internal_data[REMEMBERED] = f"{text}\n{line_of(record)}" if text else line_of(record)
    transaction = _transaction_around(tree)
    if transaction is not None:
        tree.task_tree.internal_data[AWAKE] = transaction


def remember_again(tree: Any, text: str) -> None:
    """Put back, as the oldest, what was taken and has not been undone."""
    _keep(tree, [*_split(text), *_lines(tree)])


def take(tree: Any, activity: str | None = None) -> str:
    """Take out all that completed in a tree, or one activity as often as it did; in the order of completion, "" for nothing."""
    lines = _lines(tree)
    taken = [line for line in lines if activity is None or record_of(line)["of"] == activity]
    left = [] if activity is None else [line for line in lines if record_of(line)["of"] != activity]
    _keep(tree, left)
    return "\n".join(taken)


def records_in(tree: Any) -> list[Record]:
    """What a tree remembers."""
    return [record_of(line) for line in _lines(tree)]


def text_of(records: list[Record]) -> str:
    """The memory that holds some records."""
    return "\n".join(line_of(record) for record in records)


def line_of(record: Record) -> str:
    """A record as one line: that of an activity without variables of its own is its id, which begins with a letter."""
    return str(record["of"]) if list(record) == ["of", "own"] and not record["own"] else orjson.dumps(record).decode()


def record_of(line: str) -> Record:
    """The record in a line."""
    record: Record = orjson.loads(line) if line.startswith("{") else {"of": line, "own": {}}
    return record


def _inserted(lines: list[str], record: Record, before: frozenset[str]) -> list[str]:
    place = len(lines)
    for number in range(len(lines) - 1, -1, -1):
        activity = record_of(lines[number])["of"]
        if activity == record["of"]:
            break
        place = number if activity in before else place
    return [*lines[:place], line_of(record), *lines[place:]]


def _transaction_around(tree: Any) -> str | None:
    found: str | None = None
    while tree.parent_task_id is not None:
        holder = tree.top_workflow.get_task_from_id(tree.parent_task_id)
        element = getattr(holder.task_spec, "element", None)
        if element is not None and element.call is not None:
            break
        if element is not None and element.kind == "transaction":
            found = holder.id.hex
        tree = holder.workflow
    return found


def _lines(tree: Any) -> list[str]:
    return _split(tree.task_tree.internal_data.get(REMEMBERED, ""))


def _split(text: str) -> list[str]:
    return text.split("\n") if text else []


def _keep(tree: Any, lines: list[str]) -> None:
    tree.task_tree.internal_data[REMEMBERED] = "\n".join(lines)
