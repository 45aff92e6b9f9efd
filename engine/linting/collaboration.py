"""Pools, lanes and message flows: who belongs where, and what may cross the border of a pool."""

from typing import Final

from engine.findings import Finding, Findings
from engine.parsing.markup import Node, bpmn, line_of, local, text_of
from engine.parsing.model import Model

_PEOPLE: Final = frozenset({bpmn("userTask")})
#: What a message flow can begin and end at besides pools and activities (BPMN 2.0, table 7.4).
_SENDING: Final = frozenset({"endEvent", "intermediateThrowEvent"})
_RECEIVING: Final = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"})
_EVENTS_AND_GATEWAYS: Final = ("Event", "Gateway")


def faults_of_collaboration(model: Model) -> list[Finding]:
    """What is wrong between the pools of a file and with the lanes of its executable processes."""
    found = Findings(model.resource)
    homes = {
        node.get("id", ""): process.get("id", "")
        for process in model.root.findall(bpmn("process"))
        for node in process.iter()
        if node.get("id") and node is not process and str(node.tag).startswith(bpmn(""))
    }
    executable = {process.key for process in model.executable}
    for process in model.root.findall(bpmn("process")):
        if process.get("id") in executable:
            _sequence_flows(process, homes, found)
            _lanes(process, found)
    pools = _participants(model.root, found)
    kinds = {node.get("id", ""): local(node) for node in model.root.iter() if node.get("id") and str(node.tag).startswith(bpmn(""))}
    for flow in model.root.iter(bpmn("messageFlow")):
        _message_flow(flow, homes, pools, found)
        _message_ends(flow, kinds, found)
    return list(found)


def _sequence_flows(process: Node, homes: dict[str, str], found: Findings) -> None:
    key = process.get("id")
    for flow in process.iter(bpmn("sequenceFlow")):
        for end in ("sourceRef", "targetRef"):
            other = homes.get(flow.get(end, ""))
            if other is not None and other != key:
                found.error("flow_crosses_pool", line_of(flow), flow.get("id"), other=other)


def _lanes(process: Node, found: Findings) -> None:
    nodes = {node.get("id"): node for node in process.iter() if node.get("id")}
    lane_sets = process.findall(bpmn("laneSet"))
    placed: dict[str, Node] = {}
    for lane in process.iter(bpmn("lane")):
        for item in lane.findall(bpmn("flowNodeRef")):
            member = text_of(item) or ""
            if member not in nodes:
                found.warning("lane_member_unknown", line_of(item), lane.get("id"), member=member)
            elif member in placed and placed[member] not in lane.iterancestors():
                found.error("lane_twice", line_of(item), member, lane=lane.get("id") or "", other=placed[member].get("id") or "")
            placed[member] = lane
    if lane_sets:
        for node in process:
            if node.tag in _PEOPLE and node.get("id") not in placed:
                found.warning("lane_missing", line_of(node), node.get("id"))


def _participants(root: Node, found: Findings) -> dict[str, str]:
    """The process of each pool by the pool's id; "" for a pool that shows nothing of its inside."""
    processes = {process.get("id") for process in root.findall(bpmn("process"))}
    pools: dict[str, str] = {}
    for pool in root.iter(bpmn("participant")):
        key = pool.get("processRef")
        if key is not None and key.rsplit(":", 1)[-1] not in processes:
            found.warning("pool_process_unknown", line_of(pool), pool.get("id"), process=key)
        pools[pool.get("id") or ""] = (key or "").rsplit(":", 1)[-1]
    return pools


def _message_flow(flow: Node, homes: dict[str, str], pools: dict[str, str], found: Findings) -> None:
    ends = [flow.get(end, "").rsplit(":", 1)[-1] for end in ("sourceRef", "targetRef")]
    for end in ends:
        if end not in homes and end not in pools:
            found.warning("message_flow_dangling", line_of(flow), flow.get("id"), target=end)
            return
    first, second = (homes.get(end) or pools.get(end) or end for end in ends)
    if first == second:
        found.warning("message_flow_inside_pool", line_of(flow), flow.get("id"), pool=first)


def _message_ends(flow: Node, kinds: dict[str, str], found: Findings) -> None:
    """Gateways take no part in messages, and events only on their side of it."""
    for end, fitting in (("sourceRef", _SENDING), ("targetRef", _RECEIVING)):
        name = flow.get(end, "").rsplit(":", 1)[-1]
        kind = kinds.get(name, "")
        if kind.endswith(_EVENTS_AND_GATEWAYS) and kind not in fitting:
            found.warning("message_flow_end_wrong", line_of(flow), flow.get("id"), target=name, kind=kind)
