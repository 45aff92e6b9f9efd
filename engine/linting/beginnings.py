"""What begins an instance besides start events: receive tasks and event-based gateways that instantiate (BPMN 2.0.2, 10.6.6)."""

from typing import Final

from engine.findings import Finding, Findings
from engine.parsing.elements import Element, ProcessModel

#: What can begin an instance behind a gateway; with others to come as well, only messages, which can name the instance.
_BEGINNING: Final = frozenset({"message", "signal", "conditional"})


def faults_of_beginnings(process: ProcessModel) -> list[Finding]:
    """What is wrong with the elements that instantiate, and with gateways that would await all events behind them."""
    found = Findings(process.resource)
    for element in process.elements.values():
        if element.awaits_all and not element.instantiates:
            found.error("event_gateway_type_not_supported", element.line, element.id)
        if element.instantiates:
            _instantiating(process, element, found)
    for element, place in process.beginnings():
        if place.kind == "eventBasedGateway":
            _behind(element, place, found)
    return list(found)


def _instantiating(process: ProcessModel, element: Element, found: Findings) -> None:
    is_repeated = element.multi_instance is not None or element.standard_loop is not None
    if element.incoming or element.scope != process.key or process.attached_to(element.id) or is_repeated:
        found.error("instantiate_not_at_the_beginning", element.line, element.id)


def _behind(element: Element, gateway: Element, found: Findings) -> None:
    kinds = {event.kind for event in element.event.alternatives}
    if not kinds <= (frozenset({"message"}) if gateway.awaits_all else _BEGINNING) or element.event.kind == "parallelMultiple":
        found.error("instantiating_event_not_supported", element.line, element.id)
    if any(event.named is not None for event in element.event.alternatives):
        found.error("literal_expected", element.line, element.id, text=element.event.message or element.event.signal or "", what="name")
