"""Reads a DMN file. What cannot be honoured is a finding with its line and element; nothing is passed over."""

from collections.abc import Mapping
from typing import Final

from engine.decisions.boxed import BoxedReader
from engine.decisions.decision_table import Table, Told
from engine.decisions.imports import Others, imported
from engine.decisions.model import Decision, DecisionModel, Element, InputData, Knowledge, Requirement, Service
from engine.decisions.reading_types import TypeReader
from engine.decisions.requirements import in_circles
from engine.decisions.source import ROOTS, Source, name_of
from engine.parsing.bindings import version_tag_of
from engine.parsing.markup import Node, line_of, parse
from expressions.syntax import Type

_CAMUNDA: Final = "http://camunda.org/schema/1.0/dmn"
MAX_KEY: Final = 255
#: The elements that may be required, by what requires them.
_KINDS: Final[Mapping[str, frozenset[str]]] = {
    "requiredDecision": frozenset({"decision"}),
    "requiredInput": frozenset({"inputData"}),
    "requiredKnowledge": frozenset({"businessKnowledgeModel", "decisionService"}),
    "outputDecision": frozenset({"decision"}),
    "inputDecision": frozenset({"decision"}),
    "encapsulatedDecision": frozenset({"decision"}),
    "inputData": frozenset({"inputData"}),
}
_READ: Final = frozenset({"decision", "inputData", "businessKnowledgeModel", "decisionService"})


def read(data: bytes, resource: str, others: Others | None = None) -> DecisionModel:
    """The decisions in a DMN file. `others` are the files that it may import, by namespace.

    Raises ModelRefused when it is hostile, no XML or no DMN; anything milder is in `findings`.
    """
    root = parse(data, resource, roots=ROOTS)
    return _Reader(root, resource, others or {}).model()


class _Reader:
    def __init__(self, root: Node, resource: str, others: Others) -> None:
        self._source = Source(root, resource)
        self._types = TypeReader(self._source)
        self._nodes: dict[str, Node] = {}
        self._elements: dict[str, Element] = {}
        self._imports = imported(self._source, others, read)

    def model(self) -> DecisionModel:
        self._source.require_known()
        for one in self._imports.values():
            self._elements.update(one.elements)
            self._source.parts.update(one.parts)
            self._source.types.update(one.types)
        self._types.read()
        self._collect()
        for ref, node in self._nodes.items():
            self._elements[ref] = self._element(ref, node)
        decisions = {ref: one for ref, one in self._elements.items() if ref in self._nodes and isinstance(one, Decision)}
        for ref in sorted(in_circles(self._elements, decisions) & set(decisions)):
            self._source.found.error("decisions_require_each_other", decisions[ref].line, ref)
        if not self._nodes and not self._source.types:
            self._source.refuse("decision_missing", self._source.root)
        own_types = {name: type_ for name, type_ in self._source.types.items() if not name.startswith(self._prefixes())}
        name = name_of(self._source.root) or self._source.resource
        return DecisionModel(
            (self._source.root.get("id") or name)[:MAX_KEY],
            name,
            self._source.resource,
            decisions,
            self._elements,
            own_types,
            frozenset(self._source.parts),
            tuple(self._source.found),
        )

    def _prefixes(self) -> tuple[str, ...]:
        return tuple(f"{one.name}." for one in self._imports.values())

    def _collect(self) -> None:
        """The elements of the graph by id; one without an id goes by its name."""
        for kind in sorted(_READ):
            for node in self._source.all(self._source.root, kind):
                key = node.get("id") or name_of(node)
                if not key or len(key) > MAX_KEY:
                    self._source.refuse("id_missing", node, kind=kind)
                elif key in self._nodes:
                    self._source.refuse("id_duplicate", node, id=key)
                else:
                    self._nodes[key] = node

    def _element(self, ref: str, node: Node) -> Element:
        match self._kind(node):
            case "inputData":
                return InputData(ref, self._variable(node), self._types.of(self._source.one(node, "variable")))
            case "businessKnowledgeModel":
                return self._knowledge(ref, node)
            case "decisionService":
                return self._service(ref, node)
        return self._decision(ref, node)

    def _decision(self, key: str, node: Node) -> Decision:
        requires = self._required(node)
        names = [one.path[0] for one in requires]
        boxed = BoxedReader(self._source, self._types, key)
        logic = boxed.logic_of(node)
        if logic is None:
            self._source.warn("decision_logic_missing", node, name=name_of(node) or key)
        tree = None if logic is None else boxed.tree(logic, names)
        table = tree if isinstance(tree, Table) else None
        root = tree if table is None else Told(1, table)
        program = None if root is None or logic is None else self._source.program(root, names, logic)
        type_ = self._types.of(self._source.one(node, "variable"))
        tag = node.get(f"{{{_CAMUNDA}}}versionTag") or version_tag_of(node, self._source.tag("extensionElements"))
        return Decision(key, name_of(node) or key, self._variable(node), line_of(node), requires, program, table, type_, tag)

    def _knowledge(self, ref: str, node: Node) -> Knowledge:
        requires = self._required(node)
        name = self._variable(node)
        names = [name, *(one.path[0] for one in requires)]
        logic = self._source.one(node, "encapsulatedLogic")
        if logic is None:
            self._source.refuse("decision_logic_missing", node, name=name)
            logic = node
        boxed = BoxedReader(self._source, self._types, ref)
        function = boxed.function(logic, names, self._result(self._types.of(self._source.one(node, "variable"))))
        program = self._source.program(function, names, logic)
        return Knowledge(ref, name, tuple(parameter for parameter, _ in function.parameters), requires, program)

    def _service(self, ref: str, node: Node) -> Service:
        inputs, decisions, outputs = (self._references(node, kind) for kind in ("inputData", "inputDecision", "outputDecision"))
        if not outputs:
            self._source.refuse("decision_service_empty", node, name=name_of(node) or ref)
        self._references(node, "encapsulatedDecision")
        result = self._result(self._types.of(self._source.one(node, "variable")))
        return Service(ref, self._variable(node), inputs, decisions, outputs, result)

    def _result(self, type_: Type | None) -> Type | None:
        """The type of what a function gives: its variable may have the function's type or the result's."""
        if type_ is None or type_.name != "function":
            return type_
        return type_.inner[-1] if type_.inner else None

    def _required(self, node: Node) -> tuple[Requirement, ...]:
        found: list[Requirement] = []
        for outer in ("informationRequirement", "knowledgeRequirement"):
            for requirement in self._source.all(node, outer):
                for kind in ("requiredDecision", "requiredInput", "requiredKnowledge"):
                    found += [Requirement(ref, self._path(ref)) for ref in self._references(requirement, kind)]
        return tuple(found)

    def _path(self, ref: str) -> tuple[str, ...]:
        """The names under which an element is seen from here."""
        node = self._nodes.get(ref)
        if node is not None:
            return (self._variable(node),)
        element = self._elements[ref]
        name = element.variable if isinstance(element, Decision) else element.name
        outer = self._imports[ref.rpartition("#")[0]].name
        return (outer, name) if outer else (name,)

    def _references(self, node: Node, kind: str) -> tuple[str, ...]:
        """The elements that a node refers to; one that is not there, or of another kind, is refused."""
        found: list[str] = []
        for reference in self._source.all(node, kind):
            href = (reference.get("href") or "").strip()
            namespace, _, target = href.rpartition("#")
            ref = target if namespace in ("", self._source.namespace) else href
            if self._fits(ref, kind):
                found.append(ref)
            else:
                self._source.refuse("reference_dangling", reference, attribute=kind, target=href)
        return tuple(found)

    def _fits(self, ref: str, kind: str) -> bool:
        if ref in self._nodes:
            return self._kind(self._nodes[ref]) in _KINDS[kind]
        element = self._elements.get(ref)
        kinds = {InputData: "inputData", Decision: "decision", Knowledge: "businessKnowledgeModel", Service: "decisionService"}
        return element is not None and ref.rpartition("#")[0] in self._imports and kinds[type(element)] in _KINDS[kind]

    def _kind(self, node: Node) -> str:
        return str(node.tag).rpartition("}")[2]

    def _variable(self, node: Node) -> str:
        return name_of(self._source.one(node, "variable")) or name_of(node) or node.get("id") or ""
