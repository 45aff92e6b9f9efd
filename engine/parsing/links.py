"""Link events: a throwing one leads to the catching one of its name on the same level, as a flow would."""

from dataclasses import replace

from engine.parsing.elements import Element, Flow
from engine.parsing.source import Source

#: Added to the id of a throwing link event, names the flow to where it leads; ids of a model have no spaces.
SUFFIX = " [link]"


def with_links(flows: dict[str, Flow], elements: dict[str, Element], source: Source) -> tuple[dict[str, Flow], dict[str, Element]]:
    """The same flows and elements, with a flow for every pair of link events. Links that lead nowhere or to several are noted."""
    made_flows, made = dict(flows), dict(elements)
    targets: dict[tuple[str, str], str] = {}
    for element in elements.values():
        if element.kind == "intermediateCatchEvent" and element.event.link:
            place = (element.scope, element.event.link)
            if place in targets:
                source.findings.error("link_target_twice", element.line, element.id, link=element.event.link)
            targets[place] = element.id
    for element in elements.values():
        if element.kind != "intermediateThrowEvent" or not element.event.link:
            continue
        target = targets.get((element.scope, element.event.link))
        if target is None:
            source.findings.error("link_target_missing", element.line, element.id, link=element.event.link)
            continue
        flow = Flow(f"{element.id}{SUFFIX}", element.id, target, element.line)
        made_flows[flow.id] = flow
        made[element.id] = replace(made[element.id], outgoing=(*made[element.id].outgoing, flow.id))
        made[target] = replace(made[target], incoming=(*made[target].incoming, flow.id))
    return made_flows, made
