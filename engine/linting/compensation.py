"""Whether compensation and transactions fit together: events, their handlers, and what is thrown at whom (BPMN 2.0.2, 10.5.6, 13.5.5)."""

from collections import Counter
from collections.abc import Iterator

from engine.findings import Finding, Findings
from engine.parsing.elements import SENDERS, Element, ProcessModel


def faults_of_compensation(process: ProcessModel) -> list[Finding]:
    """What is wrong with the compensation events, handlers and transactions of one executable process."""
    found = Findings(process.resource)
    known = _Known(process)
    for element in process.elements.values():
        if element.catches_compensation:
            _handlers(process, element, found)
        elif element.kind == "startEvent" and element.event.kind == "compensation":
            _start(process, element, found)
        elif element.kind in SENDERS and element.event.kind == "compensation":
            _throw(known, element, found)
        elif element.event.kind == "cancel":
            _cancel(known, element, found)
        if element.for_compensation:
            _handler(known, element, found)
        if element.kind == "transaction":
            _transaction(known, element, found)
    for activity, count in known.undone.items():
        if count > 1 and activity in process.elements:
            found.error("compensation_twice", process.elements[activity].line, activity)
    return list(found)


class _Known:
    """What is looked up of a process more than once. `undone` counts the ways in which each activity is to be compensated.

    `undoable` are the activities that have a handler or hold some that have, `cancelled` the transactions that have a cancel end event.
    """

    def __init__(self, process: ProcessModel) -> None:
        self.process = process
        self.undone: Counter[str] = Counter()
        self.handlers: set[str] = set()
        self.attached: dict[str, list[Element]] = {}
        for element in process.elements.values():
            if element.event.attached_to is not None:
                self.attached.setdefault(element.event.attached_to, []).append(element)
            if element.catches_compensation:
                self.undone[element.event.attached_to or ""] += 1
                self.handlers.update(element.event.handlers)
            elif element.kind == "startEvent" and element.event.kind == "compensation" and element.scope in process.elements:
                self.undone[process.elements[element.scope].scope] += 1
        self.undoable = {name for activity in self.undone for name in self._holding(activity)}
        throwing = [event for event in process.elements.values() if event.kind == "endEvent" and event.event.kind == "cancel"]
        self.cancelled = {owner.id for owner in map(self.transaction_of, throwing) if owner is not None}

    def seen_from(self, event: Element) -> list[str]:
        """The scopes whose activities an event can have compensated: its own, and from an event subprocess the one around that."""
        owner = self.process.elements.get(event.scope)
        return [event.scope] if owner is None or not owner.triggered_by_event else [event.scope, owner.scope]

    def transaction_of(self, event: Element) -> Element | None:
        """The transaction that an event can cancel."""
        owner = self.process.elements.get(self.seen_from(event)[-1])
        return owner if owner is not None and owner.kind == "transaction" else None

    def _holding(self, name: str) -> Iterator[str]:
        """An activity and the subprocesses around it, as far as they are undone together."""
        activity, seen = self.process.elements.get(name), set[str]()
        while activity is not None and not activity.for_compensation and activity.id not in seen:
            seen.add(activity.id)  # of an id that is used twice, an activity may enclose itself
            yield activity.id
            activity = self.process.elements.get(activity.scope)


def _handlers(process: ProcessModel, event: Element, found: Findings) -> None:
    """A compensation event on an activity leads nowhere but, by an association, to one handler in the same scope."""
    if event.outgoing:
        found.error("compensation_event_with_flows", event.line, event.id)
    if event.listeners:
        found.error("compensation_event_with_listeners", event.line, event.id)
    if not event.event.handlers:
        found.error("compensation_without_handler", event.line, event.id)
    elif len(event.event.handlers) > 1:
        found.error("compensation_handlers_several", event.line, event.id, handlers=", ".join(event.event.handlers))
    for name in event.event.handlers:
        handler = process.elements[name]
        if not handler.for_compensation:
            found.error("compensation_handler_not_marked", handler.line, name, event=event.id)
        elif handler.scope != event.scope:
            found.error("compensation_handler_elsewhere", handler.line, name, event=event.id)


def _handler(known: _Known, handler: Element, found: Findings) -> None:
    """What is marked for compensation stands outside the flow, and only an association leads to it."""
    if handler.id not in known.handlers:
        found.error("compensation_handler_not_associated", handler.line, handler.id)
    if handler.incoming or handler.outgoing:
        found.error("compensation_handler_with_flows", handler.line, handler.id)
    if known.attached.get(handler.id):
        found.error("compensation_handler_with_events", handler.line, handler.id)
    if handler.triggered_by_event:
        found.error("compensation_handler_triggered", handler.line, handler.id)


def _start(process: ProcessModel, start: Element, found: Findings) -> None:
    """A compensation event subprocess undoes what it is inside of, which must be something that can be compensated."""
    owner = process.elements.get(start.scope)
    undone = process.elements.get(owner.scope) if owner is not None else None
    if undone is None or undone.for_compensation:
        found.error("compensation_start_unreachable", start.line, start.id)


def _throw(known: _Known, event: Element, found: Findings) -> None:
    scopes, name = known.seen_from(event), event.event.activity
    if name is None:
        if not any(known.process.elements[activity].scope in scopes for activity in known.undoable):
            found.warning("compensation_has_no_effect", event.line, event.id)
        return
    activity = known.process.elements.get(name)
    if activity is None:
        found.error("reference_dangling", event.line, event.id, attribute="activityRef", target=name)
    elif not activity.is_activity or activity.scope not in scopes:
        found.error("compensation_not_visible", event.line, event.id, activity=name)
    elif name not in known.undoable:
        found.warning("compensation_has_no_effect", event.line, event.id)


def _cancel(known: _Known, event: Element, found: Findings) -> None:
    if event.kind == "boundaryEvent":
        host = known.process.elements.get(event.event.attached_to or "")
        if host is not None and host.kind != "transaction":
            found.error("cancel_event_misplaced", event.line, event.id)
        return
    transaction = known.transaction_of(event)
    if transaction is None:
        found.error("cancel_outside_transaction", event.line, event.id)
    elif not any(other.event.kind == "cancel" for other in known.attached.get(transaction.id, ())):
        found.error("cancel_not_caught", event.line, event.id, transaction=transaction.id)


def _transaction(known: _Known, transaction: Element, found: Findings) -> None:
    catching = [event for event in known.attached.get(transaction.id, ()) if event.event.kind == "cancel"]
    if len(catching) > 1:
        found.error("cancel_event_twice", catching[1].line, catching[1].id)
    if catching and transaction.is_repeated:
        found.error("cancel_of_repeated", catching[0].line, catching[0].id)
    if catching and transaction.id not in known.cancelled:
        found.warning("cancel_never_thrown", catching[0].line, catching[0].id)
