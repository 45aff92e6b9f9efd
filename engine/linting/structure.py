"""Whether the flow of a process holds together: ids, references, starts, reachability, gateways, boundary events, endless cycles."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from engine.findings import Finding, Findings
from engine.linting.cycles import circles
from engine.parsing.continuations import AFTER
from engine.parsing.elements import SUBPROCESSES, Element, Flow, ProcessModel
from engine.parsing.markup import bpmn, line_of
from engine.parsing.model import Model

#: An id that can name a spec: letters of any alphabet, digits, `_`, `-`, `.`.
_ID: Final = re.compile(r"[^\W\d][\w.\-]*")
MAX_ID: Final = 200

#: Kinds at which a token waits for somebody or something.
WAITS: Final = SUBPROCESSES | {"userTask", "receiveTask", "intermediateCatchEvent", "callActivity", "eventBasedGateway"}
#: Kinds that an escalation can come out of.
_ESCALATING: Final = SUBPROCESSES | {"callActivity"}
#: Kinds that choose among their flows.
CHOICES: Final = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})


def faults_of_ids(model: Model) -> list[Finding]:
    """Ids that are used twice or that no engine could use. Kept apart because nothing else can be said of such a file."""
    found = Findings(model.resource)
    seen: Counter[str] = Counter()
    for node in model.root.iter():
        identity = node.get("id")
        if identity is None or not str(node.tag).startswith(bpmn("")):
            continue
        seen[identity] += 1
        if seen[identity] == 2:
            found.error("id_duplicate", line_of(node), identity, id=identity)
        if not _ID.fullmatch(identity) or len(identity) > MAX_ID:
            found.error("id_invalid", line_of(node), identity[:MAX_ID], id=identity[:MAX_ID])
    return list(found)


def faults_of_flow(process: ProcessModel) -> list[Finding]:
    """What is wrong with the flow of one executable process, its subprocesses included."""
    found = Findings(process.resource)
    dangling = _references(process, found)
    _boundaries(process, found)
    for scope in (process.key, *(element.id for element in process.elements.values() if element.kind in SUBPROCESSES)):
        _starts(process, scope, found)
    if dangling:
        return list(found)
    for element in process.elements.values():
        if not element.inserted:
            _ends(element, found)
        _gateway(process, element, found)
    _reachability(process, found)
    _cycles(process, found)
    return list(found)


def _references(process: ProcessModel, found: Findings) -> bool:
    """Flows whose ends are missing or lie in different scopes."""
    broken = False
    for flow in process.flows.values():
        source, target = process.elements.get(flow.source), process.elements.get(flow.target)
        for attribute, end, element in (("sourceRef", flow.source, source), ("targetRef", flow.target, target)):
            if element is None:
                broken = True
                found.error("reference_dangling", flow.line, flow.id, attribute=attribute, target=end)
        if source is not None and target is not None and source.scope != target.scope:
            broken = True
            found.error("flow_crosses_scope", flow.line, flow.id)
    return broken


def _boundaries(process: ProcessModel, found: Findings) -> None:
    for element in process.elements.values():
        if element.kind != "boundaryEvent":
            continue
        host = process.elements.get(element.event.attached_to or "")
        if host is None or not host.is_activity or host.scope != element.scope:
            found.error("reference_dangling", element.line, element.id, attribute="attachedToRef", target=element.event.attached_to)
        elif host.triggered_by_event:
            found.error("boundary_on_event_subprocess", element.line, element.id)
        elif any(event.kind == "escalation" for event in element.event.alternatives) and host.kind not in _ESCALATING:
            found.error("escalation_has_no_source", element.line, element.id)
        if element.incoming:
            found.error("boundary_with_incoming", element.line, element.id)


def _starts(process: ProcessModel, scope: str, found: Findings) -> None:
    starts = [element for element in process.inside(scope) if element.kind == "startEvent"]
    owner = process.elements.get(scope)
    line = owner.line if owner is not None else process.line
    plain = [start for start in starts if start.event.kind == "none"]
    for start in starts:
        if start.inserted and not process.is_task:
            begun = _begun_by(process, start)
            found.warning("start_implicit", start.line, begun[0], begun=", ".join(begun))
    if owner is not None and owner.ad_hoc is not None:
        _ad_hoc(process, owner, found)
    elif owner is not None and owner.triggered_by_event:
        _event_subprocess(owner, starts, found)
    elif owner is not None and len(starts) != 1:
        found.error("subprocess_start_not_one", line, scope, count=len(starts))
    elif owner is not None and not plain:
        found.error("subprocess_start_not_plain", starts[0].line, starts[0].id)
    elif not starts and not process.beginnings():
        found.error("start_missing", line, scope)
    elif len(plain) > 1:
        found.error("start_ambiguous", plain[1].line, plain[1].id)
    beginnings = [start for start, _ in process.beginnings()] if owner is None else starts
    events = [event for start in beginnings for event in start.event.alternatives]
    named = Counter(event.message for event in events if event.message is not None)
    for message, count in named.items():
        if count > 1:
            found.error("start_message_ambiguous", line, scope, message=message)


def _begun_by(process: ProcessModel, start: Element) -> list[str]:
    """The elements that an inserted start event begins, behind the gateway that may be inserted with it."""
    targets = [process.elements[process.flows[name].target] for name in start.outgoing]
    return [name for target in targets for name in ([target.id] if not target.inserted else _begun_by(process, target))]


def _ad_hoc(process: ProcessModel, owner: Element, found: Findings) -> None:
    """BPMN 2.0.2, table 10.22: activities there must be, start and end events there must not."""
    inside = process.inside(owner.id)
    for element in inside:
        if element.kind in ("startEvent", "endEvent"):
            found.error("ad_hoc_holds", element.line, element.id, kind=element.kind)
    if not any(element.is_activity and not element.triggered_by_event for element in inside):
        found.error("ad_hoc_empty", owner.line, owner.id)
    elif not any(element.can_be_begun for element in inside):
        found.error("ad_hoc_closed", owner.line, owner.id)


def _event_subprocess(owner: Element, starts: list[Element], found: Findings) -> None:
    if len(starts) != 1:
        found.error("subprocess_start_not_one", owner.line, owner.id, count=len(starts))
    if owner.incoming or owner.outgoing:
        found.error("event_subprocess_with_flows", owner.line, owner.id)
    if owner.is_repeated:
        found.error("event_subprocess_repeated", owner.line, owner.id)


def _ends(element: Element, found: Findings) -> None:
    if element.kind == "startEvent" and element.incoming:
        found.error("start_with_incoming", element.line, element.id)
    if element.kind == "endEvent" and any(not name.startswith(f"{element.id}{AFTER}") for name in element.outgoing):
        found.error("end_with_outgoing", element.line, element.id)
    if element.kind in ("startEvent", "boundaryEvent") and not element.outgoing and not element.catches_compensation:
        found.warning("leads_nowhere", element.line, element.id)
    if element.is_gateway and not element.outgoing:
        found.error("gateway_leads_nowhere", element.line, element.id)


def _gateway(process: ProcessModel, element: Element, found: Findings) -> None:
    flows = [process.flows[name] for name in element.outgoing]
    if element.kind == "exclusiveGateway" and len(flows) > 1:
        _exclusive(flows, found)
    if element.kind in CHOICES:
        _conditions(element, flows, found)
    elif element.is_gateway:
        for flow in flows:
            if flow.condition is not None:
                found.error("condition_has_no_effect", flow.line, flow.id)
    if element.kind == "eventBasedGateway":
        _event_based(process, element, flows, found)


def _exclusive(flows: list[Flow], found: Findings) -> None:
    bare = [flow for flow in flows if flow.condition is None and not flow.default]
    if len(bare) == 1 and not any(flow.default for flow in flows):
        found.warning("default_assumed", bare[0].line, bare[0].id)
        return
    for flow in bare:
        found.error("flow_without_condition", flow.line, flow.id)


def _conditions(element: Element, flows: list[Flow], found: Findings) -> None:
    conditional = [flow for flow in flows if flow.condition is not None and not flow.default]
    if conditional and len(conditional) == len(flows):
        found.warning("default_missing", element.line, element.id.split(" ", 1)[0])
    for flow in flows:
        if flow.default and flow.condition is not None:
            found.warning("default_with_condition", flow.line, flow.id)


def _event_based(process: ProcessModel, element: Element, flows: list[Flow], found: Findings) -> None:
    if len(flows) < 2:
        found.error("event_gateway_needs_two", element.line, element.id)
    for flow in flows:
        target = process.elements[flow.target]
        if target.kind not in ("intermediateCatchEvent", "receiveTask") or len(target.incoming) != 1:
            found.error("event_gateway_target", flow.line, target.id)


def _reachability(process: ProcessModel, found: Findings) -> None:
    attached: dict[str, list[str]] = {}
    inside: dict[str, list[str]] = {}
    for element in process.elements.values():
        if element.event.attached_to is not None:
            attached.setdefault(element.event.attached_to, []).append(element.id)
        scope = process.elements.get(element.scope)
        by_hand = scope is not None and scope.ad_hoc is not None and element.can_be_begun
        if element.kind == "startEvent" or element.instantiates or element.triggered_by_event or by_hand:
            inside.setdefault(element.scope, []).append(element.id)
    reached: set[str] = set()
    queue = list(inside.get(process.key, ()))
    while queue:
        name = queue.pop()
        if name in reached:
            continue
        reached.add(name)
        queue += [process.flows[flow].target for flow in process.elements[name].outgoing]
        queue += [*attached.get(name, ()), *inside.get(name, ()), *process.elements[name].event.handlers]
    for element in process.elements.values():
        if element.id not in reached and not element.inserted:
            found.error("element_unreachable", element.line, element.id)


def _cycles(process: ProcessModel, found: Findings) -> None:
    """Cycles of elements that run by themselves: without a choice they never end, with one they had better be bounded."""
    automatic = {element.id for element in process.elements.values() if not _waits(element)}
    following = {name: [target for target in _targets(process, name) if target in automatic] for name in automatic}
    chooses = {name for name in automatic if process.elements[name].kind in CHOICES and len(process.elements[name].outgoing) > 1}
    fixed = {name: [t for t in targets if t not in chooses] for name, targets in following.items() if name not in chooses}
    for name in _shown(process, set().union(*circles(fixed))):
        found.error("cycle_without_wait", process.elements[name].line, name)
        return
    for name in _shown(process, set().union(*circles(following))):
        found.warning("cycle_only_automatic", process.elements[name].line, name)
        return


def _waits(element: Element) -> bool:
    if element.event.kind == "link":
        return False
    return element.kind in WAITS or element.topic is not None or element.async_before


def _targets(process: ProcessModel, name: str) -> Iterator[str]:
    return (process.flows[flow].target for flow in process.elements[name].outgoing)


def _shown(process: ProcessModel, names: Iterable[str]) -> list[str]:
    """The elements that people can see, in the order of the file."""
    wanted = set(names)
    return [element.id for element in process.elements.values() if element.id in wanted and not element.inserted]
