"""How often an activity is done: standard loops and multi-instance activities (BPMN 2.0.2, 10.3.8)."""

import re
from collections.abc import Iterator
from typing import Final

from engine.parsing.activity_facts import LoopEvent, MultiInstance, StandardLoop
from engine.parsing.data import identity_of, variable_of
from engine.parsing.elements import ACTIVITIES
from engine.parsing.events import loop_event_of, loop_events_in
from engine.parsing.markup import Node, bpmn, camunda, extension, flag, local, text_of, zeebe
from engine.parsing.source import Source, is_expression
from expressions import Expression

_BEHAVIORS: Final = frozenset({"None", "One", "All", "Complex"})


def multi_instance_of(node: Node, source: Source) -> MultiInstance | None:
    """How often and over what an activity is repeated; None when it is done once or in a standard loop."""
    loop = node.find(bpmn("multiInstanceLoopCharacteristics"))
    if loop is None:
        return None
    if local(node) not in ACTIVITIES:
        source.refuse("loop_misplaced", node, owner=local(node))
    condition = loop.find(bpmn("completionCondition"))
    cardinality, collection = _how_often(loop, node, source)
    output_collection, output_element = _outputs(loop, node, source)
    return MultiInstance(
        sequential=flag(loop, "isSequential"),
        cardinality=cardinality,
        collection=collection,
        item=_item(loop, source, of_list=collection is not None or cardinality is None),
        output_collection=output_collection,
        output_element=output_element,
        completion_condition=source.formal(condition) if condition is not None and text_of(condition) else None,
        throws=tuple(_throws(loop, source)),
    )


def standard_loop_of(node: Node, source: Source) -> StandardLoop | None:
    """While what an activity is repeated; None when it is no standard loop."""
    loop = node.find(bpmn("standardLoopCharacteristics"))
    if loop is None:
        return None
    if local(node) not in ACTIVITIES:
        source.refuse("loop_misplaced", node, owner=local(node))
    if node.find(bpmn("multiInstanceLoopCharacteristics")) is not None:
        source.refuse("loop_twice", node)
    condition, maximum = loop.find(bpmn("loopCondition")), (loop.get("loopMaximum") or "").strip()
    if condition is not None and text_of(condition) is None:
        condition = None
    if maximum and not re.fullmatch(r"[1-9]\d{0,8}", maximum):
        source.refuse("loop_maximum_invalid", loop, value=maximum[:100])
        return None
    if condition is None and not maximum:
        source.refuse("loop_endless", loop)
    return StandardLoop(
        test_before=flag(loop, "testBefore"),
        maximum=int(maximum) if maximum else None,
        condition=source.formal(condition) if condition is not None else None,
    )


def _how_often(loop: Node, node: Node, source: Source) -> tuple[Expression | None, Expression | None]:
    """The number of instances or the list they are made for; exactly one of them may be said, in one way."""
    count, listed, data = (
        loop.find(bpmn("loopCardinality")),
        loop.get(camunda("collection")),
        identity_of(loop.find(bpmn("loopDataInputRef"))),
    )
    job = extension(loop, zeebe("loopCharacteristics"))
    given = job.get("inputCollection") if job is not None else None
    if sum(map(bool, (text_of(count), listed, data, given))) != 1:
        source.refuse("loop_needs_one_of", loop)
    if data:
        association = _association(data, node)
        transformation = None if association is None else association.find(bpmn("transformation"))
        made = source.variable(_data_name(data, node, source), loop) if transformation is None else source.formal(transformation)
        return None, made
    return _cardinality(count, source), _collection(listed, loop, source) or source.template(given, loop)


def _item(loop: Node, source: Source, *, of_list: bool) -> str | None:
    job = extension(loop, zeebe("loopCharacteristics"))
    names = [loop.get(camunda("elementVariable")), job.get("inputElement") if job is not None else None]
    names += [_item_name(loop.find(bpmn("inputDataItem")))]
    found = [name for name in names if name]
    if len(set(found)) > 1:
        source.refuse("loop_item_twice", loop, items=", ".join(found)[:200])
    if found and not of_list:
        source.refuse("loop_item_without_list", loop, item=found[0])
    return found[0] if found and source.is_name(found[0], loop) else None


def _outputs(loop: Node, node: Node, source: Source) -> tuple[str | None, Expression | None]:
    """The variable that collects, and what it collects from each instance."""
    job = extension(loop, zeebe("loopCharacteristics"))
    data, item = identity_of(loop.find(bpmn("loopDataOutputRef"))), _item_name(loop.find(bpmn("outputDataItem")))
    collection = (job.get("outputCollection") if job is not None else None) or (_data_name(data, node, source) if data else None)
    element = source.template(job.get("outputElement"), loop) if job is not None else None
    element = element or source.variable(item, loop)
    if collection is not None:
        source.is_name(collection, loop)
    if (collection is None) != (element is None):
        source.refuse("loop_output_incomplete", loop)
    return collection, element


def _item_name(item: Node | None) -> str | None:
    return None if item is None else item.get("name") or item.get("id")


def _data_name(reference: str, activity: Node, source: Source) -> str:
    """The variable behind a reference to data; a data input or output that an association joins to a data object stands for that object."""
    association = _association(reference, activity)
    if association is not None:
        inside = local(association) == "dataInputAssociation"
        reference = identity_of(association.find(bpmn("sourceRef" if inside else "targetRef"))) or reference
    return variable_of(reference, source)


def _association(reference: str, activity: Node) -> Node | None:
    """The association that fills a data input of an activity, or empties a data output."""
    for kind, inner in (("dataInputAssociation", "targetRef"), ("dataOutputAssociation", "sourceRef")):
        for association in activity.findall(bpmn(kind)):
            if identity_of(association.find(bpmn(inner))) == reference:
                return association
    return None


def _throws(loop: Node, source: Source) -> Iterator[LoopEvent]:
    behavior = loop.get("behavior", "All")
    if behavior not in _BEHAVIORS:
        source.refuse("loop_behavior_unknown", loop, behavior=behavior[:100])
    yield from _referred(loop, behavior, source)
    complex_ones = loop.findall(bpmn("complexBehaviorDefinition"))
    if bool(complex_ones) != (behavior == "Complex"):
        source.refuse("loop_behavior_incomplete", loop, behavior=behavior[:100], wanted="complexBehaviorDefinition")
    for definition in complex_ones:
        yield from _complex(definition, source)


def _referred(loop: Node, behavior: str, source: Source) -> Iterator[LoopEvent]:
    """What `None` throws for each instance and `One` for the first. The signal that stands for a missing reference has no name to catch."""
    for attribute, wanted in (("noneBehaviorEventRef", "None"), ("oneBehaviorEventRef", "One")):
        reference = loop.get(attribute)
        if (reference is not None) != (behavior == wanted):
            source.refuse("loop_behavior_incomplete", loop, behavior=behavior[:100], wanted=attribute)
        elif reference is not None:
            definition = source.event_definitions.get(reference.rsplit(":", 1)[-1])
            if definition is None:
                source.refuse("reference_dangling", loop, attribute=attribute, target=reference)
            elif (event := loop_event_of(definition, loop, source)) is not None:
                yield LoopEvent(event, first_only=wanted == "One")


def _complex(definition: Node, source: Source) -> Iterator[LoopEvent]:
    condition, thrower = definition.find(bpmn("condition")), definition.find(bpmn("event"))
    events = [] if thrower is None else loop_events_in(thrower, source)
    if condition is None or text_of(condition) is None or not events:
        source.refuse("loop_behavior_incomplete", definition, behavior="Complex", wanted="condition, event")
        return
    asked = source.formal(condition)
    if asked is not None:
        yield from (LoopEvent(event, condition=asked) for event in events)


def _cardinality(node: Node | None, source: Source) -> Expression | None:
    text = text_of(node)
    if node is None or text is None:
        return None
    if re.fullmatch(r"\d{1,9}", text):
        return source.feel(text, node)
    return source.formal(node)


def _collection(text: str | None, loop: Node, source: Source) -> Expression | None:
    if not text:
        return None
    return source.template(text.strip(), loop) if is_expression(text.strip()) else source.variable(text.strip(), loop)
