"""Keeps the instances of a parallel multi-instance activity out of steps that do not concern them: three hundred cost what ten do.

In a snapshot such an instance is a text: its tokens, what is open at them and their variables, all that stands inside it included. A step
wakes the ones that mention the id it is about; the others pass from snapshot to snapshot unread. Nothing in a step can reach into an
instance from outside: timers, messages, signals and jobs name what they are for, joins look at their own level only, and what waits for a
condition, which is asked in every step, is listened to until its end, or may have to be undone by a transaction around it, is never put to
sleep. When the activity is over so are they (`engine.account`).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import orjson

from engine.parsing.specs.memory import AWAKE
from engine.parsing.specs.repeated import BODY
from engine.parsing.specs.tokens import LISTENED_TO
from engine.tree import OPEN

#: Fewer instances of one activity than these stay awake: that costs less than telling them apart.
AT_LEAST: Final = 16

#: The length of a token's id in hexadecimal digits.
_TOKEN: Final = 32

Document = dict[str, Any]
#: Texts by the token of the activity and that of the instance.
Asleep = dict[str, dict[str, bytes]]
Row = list[Any]


def to_lines(asleep: Asleep) -> list[bytes]:
    """Sleeping instances as lines for a snapshot: two tokens, then the text, which has no line breaks."""
    return [body.encode() + child.encode() + text for body, texts in asleep.items() for child, text in texts.items()]


def from_lines(lines: Iterable[bytes]) -> Asleep:
    """The sleeping instances that `to_lines` wrote."""
    asleep: Asleep = {}
    for line in lines:
        asleep.setdefault(line[:_TOKEN].decode(), {})[line[_TOKEN : 2 * _TOKEN].decode()] = line[2 * _TOKEN :]
    return asleep


def wake(document: Document, needed: bytes | None = None) -> None:
    """Put back into a document the instances that mention an id, or all of them; the others stay in its "asleep"."""
    asleep: Asleep = document.get("asleep") or {}
    for body in list(asleep):
        woken = [child for child, text in asleep[body].items() if needed is None or needed in text]
        if woken:
            rows, place = _place_of(document, body)
            for child in woken:
                _put_back(document, rows, place, asleep[body].pop(child))
        if not asleep[body]:
            del asleep[body]
    if not asleep:
        document.pop("asleep", None)


def put_to_sleep(document: Document, asleep: Asleep) -> None:
    """Take out of a document the instances that can sleep, and keep them, with those that were `asleep`, as texts."""
    bodies = {row[0] for row in document["open"] if row[3] == BODY}
    if bodies:
        nursery = _Nursery(document, asleep)
        for rows in (document["tree"]["tokens"], *(inner[1] for inner in document["tree"]["inner"])):
            nursery.visit(rows, bodies)
        nursery.take_out()
    if asleep:
        document["asleep"] = asleep


def openings_of(text: bytes) -> list[Row]:
    """What is open at the tokens of a sleeping instance, as `Account.saved` tells it."""
    openings: list[Row] = orjson.loads(text)[2]
    return openings


class _Nursery:
    """Finds the instances that can sleep."""

    def __init__(self, document: Document, asleep: Asleep) -> None:
        self._document = document
        self._asleep = asleep
        self._inside = {inner[0]: inner for inner in document["tree"]["inner"]}
        self._open = {row[0]: row for row in document["open"]}
        self._gone: set[str] = set()

    def visit(self, rows: list[Row], bodies: set[str]) -> None:
        """Put to sleep the instances of one level whose activities are among `bodies`."""
        places = {place: row[0] for place, row in enumerate(rows) if row[0] in bodies and row[0] not in self._gone}
        children: dict[int, list[Row]] = {}
        for row in rows:
            children.setdefault(row[1], []).append(row)
        for place, body in places.items():
            instances = [row for row in children.get(place, ()) if row[0] in self._open and row[2] & OPEN]
            if len(instances) + len(self._asleep.get(body, ())) >= AT_LEAST:
                self._lull(body, instances)

    def take_out(self) -> None:
        """Remove from the document what sleeps now."""
        if not self._gone:
            return
        tree = self._document["tree"]
        tree["inner"] = [inner for inner in tree["inner"] if inner[0] not in self._gone]
        tree["tokens"] = self._without(tree["tokens"])
        for inner in tree["inner"]:
            inner[1] = self._without(inner[1])
        self._document["open"] = [row for row in self._document["open"] if row[0] not in self._gone]
        scopes = self._document["scopes"]
        self._document["scopes"] = {scope: variables for scope, variables in scopes.items() if scope not in self._gone}

    def _lull(self, body: str, instances: list[Row]) -> None:
        for row in instances:
            inner = list(self._within([row[0]]))
            tokens = [row[0], *(token[0] for _, rows, _ in inner for token in rows)]
            openings = [self._open[token] for token in tokens if token in self._open]
            if _stays_awake([row, *(token for _, rows, _ in inner for token in rows)], openings):
                continue
            if any(token in self._asleep for token in tokens):
                continue
            scopes = {token: self._document["scopes"][token] for token in tokens if token in self._document["scopes"]}
            self._asleep.setdefault(body, {})[row[0]] = orjson.dumps([row, inner, openings, scopes])
            self._gone.update(tokens)

    def _within(self, tokens: Iterable[str]) -> Iterator[Row]:
        """The trees inside some tokens, outer ones first."""
        for token in tokens:
            inner = self._inside.get(token)
            if inner is not None:
                yield inner
                yield from self._within([row[0] for row in inner[1]])

    def _without(self, rows: list[Row]) -> list[Row]:
        """The rows of one level that stay, each with the new place of its parent."""
        places: dict[int, int] = {-1: -1}
        stay: list[Row] = []
        for place, row in enumerate(rows):
            if row[0] not in self._gone:
                places[place] = len(stay)
                stay.append([row[0], places[row[1]], *row[2:]])
        return stay


def _stays_awake(rows: Sequence[Row], openings: Iterable[Row]) -> bool:
    """Whether something may be wanted of an instance, with these tokens, in a step about something else."""
    within = {row[0] for row in rows}
    asked = any(opening[4] == "condition" for opening in openings) or any(LISTENED_TO in row[4] for row in rows)
    return asked or any(row[4][AWAKE] not in within for row in rows if AWAKE in row[4])


def _place_of(document: Document, token: str) -> tuple[list[Row], int]:
    """The level that a token is in, and its place there."""
    for rows in (document["tree"]["tokens"], *(inner[1] for inner in document["tree"]["inner"])):
        for place, row in enumerate(rows):
            if row[0] == token:
                return rows, place
    raise KeyError(token)


def _put_back(document: Document, rows: list[Row], place: int, text: bytes) -> None:
    token, inner, openings, scopes = orjson.loads(text)
    rows.append([token[0], place, *token[2:]])
    document["tree"]["inner"] += inner
    document["open"] += openings
    document["scopes"].update(scopes)
