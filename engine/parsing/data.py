"""Data associations (BPMN 2.0.2, 10.4.2): what an activity or event is given when it begins, and what it leaves behind when it ends.

A data object, property, data input or data output is the variable of its name. What goes into an activity is its own; what comes out of it
is set where the data are declared, however deep the activity lies.
"""

import re
from collections.abc import Iterator
from typing import Final

from engine.parsing.elements import SUBPROCESSES
from engine.parsing.markup import Node, bpmn, line_of, local, text_of
from engine.parsing.source import NAME, Source, owner_id
from engine.parsing.variable_mapping import VariableMapping
from expressions import Expression

#: What editors write as the target of an association that they only draw.
_PLACEHOLDER: Final = "__targetRef_placeholder"
_TARGET: Final = re.compile(r"=?\s*(?:[$#]\{\s*(.*?)\s*\}|(.*?))", re.DOTALL)
#: Names on the way to a part of a value.
_MAX_PATH: Final = 20
_SCOPES: Final = SUBPROCESSES | {"process"}


def associations_of(node: Node, direction: str, source: Source) -> tuple[VariableMapping, ...]:
    """What the data associations of an activity or event copy, transform and assign; `direction` is "input" or "output"."""
    found = [_Association(item, node, direction, source) for item in node.findall(bpmn(f"data{direction.capitalize()}Association"))]
    return tuple(mapping for association in found for mapping in association.mappings())


def variable_of(reference: str, source: Source) -> str:
    """The variable behind a reference to data: the name of the data object, property, data input or output, or what is written there."""
    item = source.data.get(reference)
    if item is not None and not item.get("name"):
        item = source.data.get(item.get("dataObjectRef") or "", item)
    return reference if item is None else item.get("name") or item.get("id") or reference


def identity_of(node: Node | None) -> str:
    """What a reference to data says, without a prefix."""
    return (text_of(node) or "").rsplit(":", 1)[-1]


class _Association:
    """One association, while it is read."""

    def __init__(self, node: Node, owner: Node, direction: str, source: Source) -> None:
        self._node = node
        self._owner = owner
        self._direction = direction
        self._source = source
        self._from = [identity_of(item) for item in node.findall(bpmn("sourceRef"))]
        self._to = identity_of(node.find(bpmn("targetRef")))

    def mappings(self) -> Iterator[VariableMapping]:
        """What it sets: what its transformation gives, then each assignment; without either, its only source."""
        transformation, assignments = self._node.find(bpmn("transformation")), self._node.findall(bpmn("assignment"))
        if transformation is None and not assignments:
            yield from self._copied()
        elif self._is_of_the_loop():
            if assignments or self._direction == "output":
                self._source.refuse("data_of_loop_assigned", self._node)
        elif stores := [name for name in (*self._from, self._to) if name in self._source.stores]:
            self._source.refuse("data_store_holds_nothing", self._node, store=stores[0])
        else:
            if transformation is not None:
                yield from self._set(transformation, self._to)
            for assignment in assignments:
                yield from self._set(assignment.find(bpmn("from")), text_of(assignment.find(bpmn("to"))) or "")

    def _set(self, value: Node | None, target: str) -> Iterator[VariableMapping]:
        if value is None or not target:
            self._source.refuse("data_assignment_incomplete", self._node)
            return
        text, path = self._parts(target)
        expression, named = self._source.formal(value), self._target(text)
        if expression is not None and named is not None:
            yield self._mapping(named, expression, path)

    def _parts(self, written: str) -> tuple[str, tuple[str, ...]]:
        """The id or name of what is set, and the way to the part of it that is meant."""
        matched = _TARGET.fullmatch(written)
        text = (matched.group(1) or matched.group(2) or "" if matched is not None else written).rsplit(":", 1)[-1]
        first, *rest = text.split(".")
        is_way = text not in self._source.data and 0 < len(rest) <= _MAX_PATH and all(NAME.fullmatch(name) for name in rest)
        return (first, tuple(rest)) if is_way else (text, ())

    def _target(self, text: str) -> str | None:
        """What is set, an id or a name: data inside of what is given something, or outside of what leaves something."""
        item, name = self._source.data.get(text), variable_of(text, self._source)
        if item is not None and self._is_own(item) != (self._direction == "input"):
            self._source.refuse("data_target_misplaced", self._node, target=text[:200])
        elif name == _PLACEHOLDER or not NAME.fullmatch(name):
            self._source.refuse("data_target_no_name", self._node, target=name[:200])
        else:
            return self._to if item is None and name == variable_of(self._to, self._source) else text
        return None

    def _copied(self) -> Iterator[VariableMapping]:
        """The only source as it is, where what belongs to the activity has a name; anything else is drawn and no more.

        Without a transformation, “only one source MUST be defined” (10.4.2), and it is what is copied. Editors draw what comes out of an
        activity as such without one.
        """
        if len(self._from) > 1:
            self._source.refuse("data_sources_several", self._node)
        if not self._from and self._direction == "input":
            self._source.findings.warning("data_source_missing", line_of(self._node), owner_id(self._node))
        if len(self._from) != 1 or self._is_of_the_loop():
            return
        ends = (self._to, self._from[0]) if self._direction == "input" else (self._from[0], self._to)
        own, other = (self._source.data.get(end) for end in ends)
        if own is None or other is None or own.get("name") in (None, "", _PLACEHOLDER):
            return
        unnamed = [name for name in (variable_of(end, self._source) for end in ends) if not NAME.fullmatch(name)]
        if unnamed:
            self._source.findings.warning("data_not_copied", line_of(self._node), owner_id(self._node), name=unnamed[0][:200])
        elif self._target(self._to) is not None:
            value = self._source.variable(variable_of(self._from[0], self._source), self._node)
            if value is not None:
                yield self._mapping(self._to, value)

    def _mapping(self, target: str, value: Expression, path: tuple[str, ...] = ()) -> VariableMapping:
        declared_in = None if self._direction == "input" else self._declared(target)
        return VariableMapping(variable_of(target, self._source), value, declared_in, path)

    def _declared(self, target: str) -> str | None:
        """The process or subprocess that holds the data of an id; None where nothing in the file says so."""
        item = self._source.data.get(target)
        item = None if item is None else self._source.data.get(item.get("dataObjectRef") or "", item)
        above = () if item is None else item.iterancestors()
        return next((outer.get("id") for outer in above if local(outer) in _SCOPES), None)

    def _is_own(self, item: Node) -> bool:
        return self._owner in item.iterancestors()

    def _is_of_the_loop(self) -> bool:
        """Whether the activity's end of it is the list that a multi-instance activity is done for, or the one that it collects."""
        end, name = (self._to, "loopDataInputRef") if self._direction == "input" else (next(iter(self._from), ""), "loopDataOutputRef")
        loop = self._owner.find(bpmn("multiInstanceLoopCharacteristics"))
        return loop is not None and bool(end) and end == identity_of(loop.find(bpmn(name)))
