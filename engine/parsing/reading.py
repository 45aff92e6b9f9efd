"""Reads the facts of a file: walks the XML once and makes ProcessModels. Judges only what it cannot read; the rest is the linter's."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from engine.parsing import activities, ad_hoc, loops, mappings, quantities, scripts, workers
from engine.parsing.bindings import version_tag_of
from engine.parsing.compensation import with_handlers
from engine.parsing.continuations import async_of, with_continuations
from engine.parsing.data import associations_of
from engine.parsing.elements import ACTIVITIES, SUBPROCESSES, Act, Element, Flow, ProcessModel
from engine.parsing.events import event_of, is_flow_node
from engine.parsing.form_fields import form_of
from engine.parsing.global_tasks import processes_of_tasks
from engine.parsing.links import with_links
from engine.parsing.listeners import listeners_of, with_listeners
from engine.parsing.markup import (
    YES_OR_NO,
    Node,
    bpmn,
    camunda,
    children,
    esep,
    flag,
    is_yes,
    line_of,
    local,
    parse,
    text_of,
)
from engine.parsing.model import Model
from engine.parsing.people import form_key_of, user_task_of
from engine.parsing.source import Source, is_expression
from engine.parsing.splits import with_splits
from engine.parsing.starters import Starters, starters_of
from engine.parsing.starts import with_starts
from expressions import Expression


def read(data: bytes, resource: str) -> Model:
    """The model in a BPMN file. Raises ModelRefused when it is hostile, no XML or no BPMN; anything milder is in `Model.findings`."""
    root = parse(data, resource)
    source = Source(root, resource)
    processes: dict[str, ProcessModel] = {}
    tasks = list(processes_of_tasks(root))
    for node in [*root.findall(bpmn("process")), *tasks]:
        process = replace(_process(node, source), is_task=node in tasks)
        if process.key in processes:
            source.refuse("id_duplicate", node, id=process.key)
        processes[process.key] = process
    return Model(resource, root, processes, tuple(source.findings))


def _process(node: Node, source: Source) -> ProcessModel:
    key = node.get("id") or ""
    if not key:
        source.refuse("id_missing", node, kind="process")
    executable = flag(node, "isExecutable")
    lanes, members = _lanes(node)
    flows = _flows(node, source) if executable else {}
    walk = _Walk(source, flows, members)
    elements = {element.id: element for element in walk.elements(node, key)} if executable else {}
    elements = with_handlers(elements, source)
    flows, elements = with_links(flows, elements, source)
    flows, elements = with_starts(flows, elements, key, _self_starting(node))
    listening = listeners_of(node, source) if executable else ()
    flows, elements = with_continuations(*with_splits(flows, elements), source)
    flows, elements = with_listeners(flows, elements, listening, key, source)
    properties = mappings.properties_of(node)
    start = node.find(bpmn("startEvent"))
    return ProcessModel(
        key=key,
        name=node.get("name"),
        executable=executable,
        line=line_of(node),
        resource=source.resource,
        elements=elements,
        flows=flows,
        lanes=lanes,
        act=_act(node, properties, source),
        version_tag=version_tag_of(node, bpmn("extensionElements")),
        history_ttl_days=_days(node, source),
        unique_business_key=_unique(node, properties, source),
        start_form_key=form_key_of(start, source) if start is not None and executable else None,
        listeners=listening,
        starters=starters_of(node, source) if executable else Starters(),
        documentation=text_of(node.find(bpmn("documentation"))),
        properties=properties,
    )


class _Walk:
    """Goes through a process and its subprocesses, with the flows at hand by their ends."""

    def __init__(self, source: Source, flows: dict[str, Flow], members: dict[str, str]) -> None:
        self._source = source
        self._lanes = members
        self._into: dict[str, list[str]] = {}
        self._out_of: dict[str, list[str]] = {}
        for flow in flows.values():
            self._into.setdefault(flow.target, []).append(flow.id)
            self._out_of.setdefault(flow.source, []).append(flow.id)

    def elements(self, node: Node, scope: str) -> Iterator[Element]:
        """The elements inside a process or subprocess, outer ones first, in the order of the file."""
        for child in children(node):
            if not is_flow_node(child):
                continue
            element = self._element(child, scope)
            yield element
            if element.kind in SUBPROCESSES:
                if element.lane is not None:
                    self._lanes.setdefault(element.id, element.lane)
                yield from self.elements(child, element.id)

    def _element(self, node: Node, scope: str) -> Element:
        source = self._source
        identity = node.get("id") or ""
        if not identity:
            source.refuse("id_missing", node, kind=local(node))
        retries, pauses = activities.retries_of(node, source)
        topic, topic_priority = workers.topic_of(node, source)
        before, body, after = async_of(node, source)
        return Element(
            id=identity,
            kind=local(node),
            name=node.get("name"),
            line=line_of(node),
            scope=scope,
            lane=self._lanes.get(identity) or self._lanes.get(scope),
            event=event_of(node, source),
            user_task=user_task_of(node, source),
            operation=workers.operation_of(node, source),
            result_variable=workers.result_variable_of(node, source),
            topic=topic,
            topic_priority=topic_priority,
            is_job=workers.is_job_of(node),
            worker_errors=workers.errors_of(node, source),
            assignments=scripts.assignments_of(node, source),
            inputs=(*associations_of(node, "input", source), *mappings.mappings_of(node, "input", source)),
            outputs=(*associations_of(node, "output", source), *mappings.mappings_of(node, "output", source)),
            call=activities.call_of(node, source),
            decision=activities.decision_of(node, source),
            multi_instance=loops.multi_instance_of(node, source),
            standard_loop=loops.standard_loop_of(node, source),
            start_quantity=quantities.start_quantity_of(node, source),
            completion_quantity=quantities.completion_quantity_of(node, source),
            ad_hoc=ad_hoc.ad_hoc_of(node, source),
            activation=quantities.activation_of(node, source),
            triggered_by_event=local(node) == "subProcess" and flag(node, "triggeredByEvent"),
            for_compensation=local(node) in ACTIVITIES and flag(node, "isForCompensation"),
            initiator=_initiator(node, source),
            instantiates=flag(node, "instantiate"),
            awaits_all=node.get("eventGatewayType") == "Parallel",
            async_before=before,
            async_body=body,
            async_after=after,
            job_priority=activities.job_priority_of(node, source),
            listeners=listeners_of(node, source),
            form=form_of(node, source),
            retries=retries,
            retry_after=pauses,
            documentation=text_of(node.find(bpmn("documentation"))),
            properties=mappings.properties_of(node),
            incoming=tuple(self._into.get(identity, ())),
            outgoing=tuple(self._out_of.get(identity, ())),
        )


def _self_starting(process: Node) -> set[str]:
    """The ids of receive tasks and gateways that start an instance themselves."""
    return {str(node.get("id")) for node in process.iter() if flag(node, "instantiate")}


def _flows(process: Node, source: Source) -> dict[str, Flow]:
    defaults = {node.get("default") for node in process.iter() if node.get("default") is not None}
    flows: dict[str, Flow] = {}
    for node in process.iter(bpmn("sequenceFlow")):
        identity = node.get("id") or ""
        if not identity:
            source.refuse("id_missing", node, kind="sequenceFlow")
        flows[identity] = Flow(
            id=identity,
            source=node.get("sourceRef") or "",
            target=node.get("targetRef") or "",
            line=line_of(node),
            name=node.get("name"),
            condition=_condition(node, source),
            default=identity in defaults,
            listeners=listeners_of(node, source),
        )
    return flows


def _initiator(node: Node, source: Source) -> str | None:
    name = node.get(camunda("initiator"))
    return name if name is not None and source.is_name(name, node) else None


def _condition(flow: Node, source: Source) -> Expression | None:
    condition = flow.find(bpmn("conditionExpression"))
    return source.formal(condition) if condition is not None else None


def _lanes(process: Node) -> tuple[dict[str, str], dict[str, str]]:
    """Names of lanes by id, and the innermost lane of every element that a lane holds."""
    names: dict[str, str] = {}
    members: dict[str, str] = {}
    for lane in process.iter(bpmn("lane")):  # outer lanes come first, so the innermost wins
        identity = lane.get("id") or ""
        names[identity] = lane.get("name") or identity
        members.update({text_of(item) or "": identity for item in lane.findall(bpmn("flowNodeRef"))})
    return names, members


def _own(node: Node, properties: dict[str, str], name: str) -> str | None:
    """One of our own attributes, or the `camunda:property` of the same name that any editor can write."""
    return node.get(esep(name)) or properties.get(f"esep:{name}") or properties.get(name)


def _unique(node: Node, properties: dict[str, str], source: Source) -> bool:
    text = _own(node, properties, "uniqueBusinessKey")
    if text is not None and text.strip() not in YES_OR_NO:
        source.refuse("yes_or_no_expected", node, name="uniqueBusinessKey", value=text[:100])
    return is_yes(text)


def _act(node: Node, properties: dict[str, str], source: Source) -> Act | None:
    kind, number, day = (_own(node, properties, name) for name in ("actType", "actNumber", "actDate"))
    if not any((kind, number, day)):
        return None
    if not (kind and number and day):
        source.refuse("act_incomplete", node)
        return None
    try:
        return Act(kind, number, date.fromisoformat(day))
    except ValueError:
        source.refuse("act_date_invalid", node, value=day)
        return None


def _days(node: Node, source: Source) -> int | None:
    text = (node.get(camunda("historyTimeToLive")) or "").strip()
    days = text.removeprefix("P").removesuffix("D")
    if not text or is_expression(text) or not days.isdigit():
        if text:
            source.refuse("history_time_to_live_invalid", node, value=text)
        return None
    return int(days)
