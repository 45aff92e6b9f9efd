"""Whether events can come where they stand: what they wait for, alone and together."""

from engine.findings import Finding, Findings
from engine.parsing.elements import SENDERS, Element, ProcessModel


def faults_of_events(process: ProcessModel) -> list[Finding]:
    """What is wrong with the events of one executable process."""
    found = Findings(process.resource)
    for element in process.elements.values():
        follows = any(event.timer is not None and event.timer.follows_task for event in element.event.alternatives)
        if follows and (element.event.parts or not _has_due_date(process.elements.get(element.event.attached_to or ""))):
            found.error("task_due_date_not_here", element.line, element.id)
        thrown = any(event.payload or event.payload_all or event.business_key for event in element.event.alternatives)
        if thrown and element.kind not in SENDERS:
            found.error("payload_not_thrown", element.line, element.id)
    for start, place in process.beginnings():
        if not place.awaits_all and any(event.correlation_key is not None for event in start.event.alternatives):
            found.warning("correlation_key_has_no_effect", start.line, start.id)
    return list(found)


def _has_due_date(host: Element | None) -> bool:
    return host is not None and host.user_task is not None and host.user_task.due_date is not None and host.multi_instance is None
