"""Gateways for what BPMN lets an activity or event do without one: several flows out, or conditions on its flows.

A flow out of an activity is taken when its condition holds or when it has none; a default flow is taken when no condition holds. That is a
parallel gateway when no flow has a condition, else an inclusive one in which flows without condition always hold.
"""

from dataclasses import replace

from engine.parsing.elements import Element, Flow

#: Added to the id of an element, names the gateway behind it; ids of a model have no spaces.
SUFFIX = " [split]"


def with_splits(flows: dict[str, Flow], elements: dict[str, Element]) -> tuple[dict[str, Flow], dict[str, Element]]:
    """The same flows and elements, with a gateway inserted behind every element that splits without one."""
    made_flows, made_elements = dict(flows), {}
    for element in elements.values():
        outgoing = [flows[name] for name in element.outgoing]
        if not _splits(element, outgoing):
            made_elements[element.id] = element
            continue
        gateway = _gateway(element, outgoing)
        link = Flow(f"{gateway.id} [flow]", element.id, gateway.id, element.line)
        made_elements[element.id] = replace(element, outgoing=(link.id,))
        made_elements[gateway.id] = replace(gateway, incoming=(link.id,))
        made_flows[link.id] = link
        made_flows.update({flow.id: replace(flow, source=gateway.id) for flow in outgoing})
    return made_flows, made_elements


def _splits(element: Element, outgoing: list[Flow]) -> bool:
    return not element.is_gateway and (len(outgoing) > 1 or any(flow.condition is not None for flow in outgoing))


def _gateway(element: Element, outgoing: list[Flow]) -> Element:
    conditional = any(flow.condition is not None or flow.default for flow in outgoing)
    return Element(
        id=f"{element.id}{SUFFIX}",
        kind="inclusiveGateway" if conditional else "parallelGateway",
        name=None,
        line=element.line,
        scope=element.scope,
        lane=element.lane,
        inserted=True,
        outgoing=tuple(flow.id for flow in outgoing),
    )
