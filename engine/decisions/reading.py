"""Reads a DMN file. What cannot be honoured is a finding with its line and element; nothing is passed over."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, cast

from lxml import etree

import expressions
from engine.decisions.model import Aggregation, Decision, DecisionModel, HitPolicy, Input, Output, Rule, Table
from engine.findings import Finding, Findings
from engine.parsing.bindings import version_tag_of
from engine.parsing.markup import Node, children, line_of, local, parse, text_of
from expressions import Expression, Surface
from expressions.errors import ExpressionRefused

#: The namespaces of DMN 1.1, 1.2, 1.3, 1.4 and 1.5.
NAMESPACES: Final = (
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
)
_CAMUNDA: Final = "http://camunda.org/schema/1.0/dmn"
POLICIES: Final = frozenset({"UNIQUE", "FIRST", "ANY", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT"})
AGGREGATIONS: Final = frozenset({"SUM", "MIN", "MAX", "COUNT"})
_SURFACES: Final = {"feel": Surface.FEEL, "juel": Surface.JUEL}
MAX_KEY: Final = 255

#: What a decision can be besides; each is refused by name.
_LOGIC: Final = frozenset({"decisionTable", "literalExpression"})
_OTHER_LOGIC: Final = frozenset(
    {"context", "list", "relation", "invocation", "functionDefinition", "conditional", "for", "every", "some", "filter"}
)
_OTHER_ELEMENTS: Final = frozenset({"businessKnowledgeModel", "decisionService", "import"})


def read(data: bytes, resource: str) -> DecisionModel:
    """The decisions in a DMN file. Raises ModelRefused when it is hostile, no XML or no DMN; anything milder is in `findings`."""
    root = parse(data, resource, roots=[f"{{{namespace}}}definitions" for namespace in NAMESPACES])
    return _Reader(root, resource).model()


class _Reader:
    def __init__(self, root: Node, resource: str) -> None:
        self._root = root
        self._resource = resource
        self._space = f"{{{etree.QName(root).namespace}}}"
        self._found = Findings(resource)
        self._inputs = {node.get("id", ""): self._variable(node) for node in root.findall(self._tag("inputData"))}
        self._nodes: dict[str, Node] = {}

    def model(self) -> DecisionModel:
        for node in children(self._root):
            if local(node) in _OTHER_ELEMENTS and node.tag == self._tag(local(node)):
                self._refuse("dmn_element_not_supported", node, name=local(node))
        for node in self._root.findall(self._tag("decision")):
            key = node.get("id") or ""
            if not key or len(key) > MAX_KEY:
                self._refuse("id_missing", node, kind="decision")
            elif key in self._nodes:
                self._refuse("id_duplicate", node, id=key)
            else:
                self._nodes[key] = node
        decisions = {key: decision for key, node in self._nodes.items() if (decision := self._decision(key, node)) is not None}
        self._cycles(decisions)
        if not self._nodes:
            self._refuse("decision_missing", self._root)
        return DecisionModel(self._resource, decisions, tuple(self._found))

    def _decision(self, key: str, node: Node) -> Decision | None:
        requires = tuple(self._required(node, "requiredDecision", self._nodes))
        inputs = list(self._required(node, "requiredInput", self._inputs))
        names = [self._variable(self._nodes[other]) for other in requires] + [self._inputs[name] for name in inputs]
        logic = [child for child in children(node) if local(child) in _LOGIC | _OTHER_LOGIC]
        if len(logic) != 1 or local(logic[0]) not in _LOGIC:
            self._refuse("decision_logic_not_supported", node, name=local(logic[0]) if logic else "")
            return None
        made = self._table(logic[0], names) if local(logic[0]) == "decisionTable" else self._literal(logic[0], names)
        name = node.get("name") or key
        tag = node.get(f"{{{_CAMUNDA}}}versionTag") or version_tag_of(node, self._tag("extensionElements"))
        return None if made is None else Decision(key, name, self._variable(node), line_of(node), requires, made, tag)

    def _required(self, node: Node, kind: str, known: dict[str, Node] | dict[str, str]) -> Iterator[str]:
        for requirement in node.findall(self._tag("informationRequirement")):
            for reference in requirement.findall(self._tag(kind)):
                target = (reference.get("href") or "").removeprefix("#")
                if target in known:
                    yield target
                else:
                    self._refuse("reference_dangling", reference, attribute=kind, target=target)

    def _variable(self, node: Node) -> str:
        variable = node.find(self._tag("variable"))
        return (variable.get("name") if variable is not None else None) or node.get("name") or node.get("id") or ""

    def _table(self, node: Node, names: Sequence[str]) -> Table | None:
        policy, aggregation = node.get("hitPolicy", "UNIQUE"), node.get("aggregation")
        if policy not in POLICIES or (aggregation is not None and (aggregation not in AGGREGATIONS or policy != "COLLECT")):
            self._refuse("hit_policy_unknown", node, policy=f"{policy} {aggregation or ''}".strip())
            return None
        if node.get("preferredOrientation", "Rule-as-Row") == "CrossTable":
            self._refuse("dmn_element_not_supported", node, name="CrossTable")
        inputs = [self._input(one, names) for one in node.findall(self._tag("input"))]
        outputs = [self._output(one, names, place) for place, one in enumerate(node.findall(self._tag("output")))]
        if not outputs:
            self._refuse("decision_output_missing", node)
        if aggregation is not None and len(outputs) > 1:
            self._refuse("hit_policy_unknown", node, policy=f"{policy} {aggregation}")
        if policy in ("PRIORITY", "OUTPUT ORDER") and not any(output.values for output in outputs):
            self._refuse("output_values_missing", node, policy=policy)
        rules = [self._rule(one, len(inputs), len(outputs), names) for one in node.findall(self._tag("rule"))]
        if any(one is None for one in (*inputs, *rules)):
            return None
        return Table(
            cast(HitPolicy, policy),
            cast(Aggregation | None, aggregation),
            tuple(one for one in inputs if one is not None),
            tuple(outputs),
            tuple(one for one in rules if one is not None),
        )

    def _input(self, node: Node, names: Sequence[str]) -> Input | None:
        written = node.find(self._tag("inputExpression"))
        text = text_of(written.find(self._tag("text"))) if written is not None else None
        label = node.get("label") or (text or "")
        text = text or node.get("label")
        if written is None or not text:
            self._refuse("decision_input_missing", node)
            return None
        expression = self._compiled(text, written, names)
        allowed = node.find(self._tag("inputValues"))
        tests = self._compiled(text_of(allowed.find(self._tag("text"))) or "-", allowed, names, unary=True) if allowed is not None else None
        return None if expression is None else Input(label, expression, tests)

    def _output(self, node: Node, names: Sequence[str], place: int) -> Output:
        listed = node.find(self._tag("outputValues"))
        text = text_of(listed.find(self._tag("text"))) if listed is not None else None
        values = self._compiled(f"[{text}]", listed, names) if listed is not None and text else None
        default = node.find(self._tag("defaultOutputEntry"))
        otherwise = self._entry(default, names) if default is not None else None
        name = node.get("name") or node.get("label") or (f"output{place + 1}" if place else "output")
        return Output(name, (values,) if values is not None else (), otherwise)

    def _rule(self, node: Node, inputs: int, outputs: int, names: Sequence[str]) -> Rule | None:
        tests, results = node.findall(self._tag("inputEntry")), node.findall(self._tag("outputEntry"))
        if len(tests) != inputs or len(results) != outputs:
            self._refuse("rule_entries_wrong", node, inputs=inputs, outputs=outputs)
            return None
        made = tuple(self._test(one, names) for one in tests)
        return Rule(node.get("id") or f"line {line_of(node)}", made, tuple(self._entry(one, names) for one in results))

    def _test(self, node: Node, names: Sequence[str]) -> Expression | None:
        text = text_of(node.find(self._tag("text")))
        return None if text is None or text == "-" else self._compiled(text, node, names, unary=True)

    def _entry(self, node: Node, names: Sequence[str]) -> Expression | None:
        text = text_of(node.find(self._tag("text")))
        return None if text is None or text == "-" else self._compiled(text, node, names)

    def _literal(self, node: Node, names: Sequence[str]) -> Expression | None:
        text = text_of(node.find(self._tag("text")))
        if text is None:
            self._refuse("decision_logic_not_supported", node, name="literalExpression")
            return None
        return self._compiled(text, node, names)

    def _compiled(self, text: str, node: Node, names: Sequence[str], *, unary: bool = False) -> Expression | None:
        language = (node.get("expressionLanguage") or "feel").lower().rsplit("/", 1)[-1]
        surface = Surface.FEEL if "feel" in language or language.startswith("20") else _SURFACES.get(language)
        if surface is None:
            self._refuse("language_not_supported", node, language=language)
            return None
        try:
            if unary and surface is Surface.FEEL:
                return expressions.parse(text, Surface.UNARY, names=names)
            return expressions.parse(text, surface, names=names)
        except ExpressionRefused as refused:
            column = refused.fields.get("column")
            place = (self._resource, line_of(node), column, self._owner(node))
            self._found.extend([Finding(refused.code, "error", *place, dict(refused.fields))])
            return None

    def _cycles(self, decisions: dict[str, Decision]) -> None:
        done: set[str] = set()
        for key, decision in decisions.items():
            queue, seen = list(decision.requires), set[str]()
            while queue and key not in done:
                other = queue.pop()
                if other == key:
                    self._found.error("decisions_require_each_other", decision.line, key)
                    done.add(key)
                elif other not in seen and other in decisions:
                    seen.add(other)
                    queue += decisions[other].requires

    def _refuse(self, code: str, node: Node, **fields: Any) -> None:
        self._found.error(code, line_of(node), self._owner(node), **fields)

    def _owner(self, node: Node) -> str | None:
        owner: Node | None = node
        while owner is not None and owner.get("id") is None:
            owner = owner.getparent()
        return None if owner is None else owner.get("id")

    def _tag(self, name: str) -> str:
        return f"{self._space}{name}"
