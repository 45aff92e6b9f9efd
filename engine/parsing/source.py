"""The file being read: what its events refer to, by id, its findings, and the compiling of everything that is written in it."""

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any, Final

import expressions
from engine.findings import Finding, Findings
from engine.parsing.markup import Node, bpmn, line_of, text_of
from expressions import Expression, Surface
from expressions.errors import ExpressionRefused

#: What a variable may be called: a word of any alphabet.
NAME: Final = re.compile(r"[^\W\d]\w*")

_DATA: Final = tuple(
    bpmn(name) for name in ("dataObject", "dataObjectReference", "property", "dataInput", "dataOutput", "inputDataItem", "outputDataItem")
)
_STORES: Final = (bpmn("dataStore"), bpmn("dataStoreReference"))


class Source:
    """One file while its facts are read. Compiling methods give None after noting a finding; the deployment is refused anyway then."""

    def __init__(self, root: Node, resource: str) -> None:
        self.root = root
        self.resource = resource
        self.findings = Findings(resource)
        self.messages = {node.get("id"): node for node in root.findall(bpmn("message"))}
        self.errors = {node.get("id"): node for node in root.findall(bpmn("error"))}
        self.signals = {node.get("id"): node for node in root.findall(bpmn("signal"))}
        self.escalations = {node.get("id"): node for node in root.findall(bpmn("escalation"))}
        self.event_definitions = {node.get("id"): node for node in root if str(node.tag).endswith("EventDefinition")}

    @cached_property
    def data(self) -> dict[str, Node]:
        """Data objects, references to them, properties, data inputs, data outputs and the items of loops, by id."""
        return {str(node.get("id")): node for node in self.root.iter(*_DATA) if node.get("id")}

    @cached_property
    def stores(self) -> frozenset[str]:
        """The ids of data stores and of references to them."""
        return frozenset(str(node.get("id")) for node in self.root.iter(*_STORES))

    def refuse(self, code: str, node: Node, **fields: Any) -> None:
        """Note an error at an element of the file."""
        self.findings.error(code, line_of(node), owner_id(node), **fields)

    def template(self, text: str | None, node: Node) -> Expression | None:
        """What `text` gives: `=…` is FEEL, `${…}` and `#{…}` may stand inside text, anything else is itself. None stays None."""
        return None if text is None else self._compiled(lambda: expressions.parse_template(text), node)

    def feel(self, text: str, node: Node) -> Expression | None:
        """What a FEEL expression without its `=` gives."""
        return self._compiled(lambda: expressions.parse(text, Surface.FEEL), node)

    def value(self, text: str | None, node: Node) -> Expression | None:
        """What must be worked out: a plain text is refused here."""
        stripped = (text or "").strip()
        if not is_expression(stripped):
            self.refuse("expression_expected", node, text=stripped)
            return None
        return self.template(stripped, node)

    def formal(self, node: Node) -> Expression | None:
        """The expression that a BPMN element such as `conditionExpression` holds, in FEEL, `${…}` or `#{…}`."""
        text = text_of(node) or ""
        language = (node.get("language") or "").lower()
        if "feel" in language:
            return self.feel(text.removeprefix("="), node)
        if language and language not in {"juel", "http://www.java.com/javatypes", "http://java.sun.com/jsp"}:
            self.refuse("language_not_supported", node, language=language)
            return None
        return self.value(text, node)

    def variable(self, name: str | None, node: Node) -> Expression | None:
        """The value of a variable by its name, null when it is not there."""
        return self.feel(name, node) if name is not None and self.is_name(name, node) else None

    def is_name(self, name: str | None, node: Node) -> bool:
        """Whether this can be a variable's name; if not, it is noted."""
        if name and NAME.fullmatch(name):
            return True
        self.refuse("variable_name_invalid", node, variable=name or "")
        return False

    def literal(self, text: str | None, node: Node, what: str) -> str | None:
        """A text that must stand there as it is: an expression is refused here."""
        if text is not None and is_expression(text.strip()):
            self.refuse("literal_expected", node, text=text, what=what)
            return None
        return text.strip() if text else None

    def _compiled(self, compiling: Callable[[], Expression], node: Node) -> Expression | None:
        try:
            return compiling()
        except ExpressionRefused as refused:
            column = refused.fields.get("column")
            self.findings.extend(
                [Finding(refused.code, "error", self.resource, line_of(node), column, owner_id(node), dict(refused.fields))]
            )
            return None


def is_expression(text: str) -> bool:
    """Whether a text of the model is to be worked out, not taken as it is."""
    return text.startswith("=") or "${" in text or "#{" in text


def owner_id(node: Node) -> str | None:
    """The id of the nearest element that a modeller can select: the node's own, else that of what it belongs to."""
    owner: Node | None = node
    while owner is not None and not (owner.get("id") and _is_selectable(owner)):
        owner = owner.getparent()
    return owner.get("id") if owner is not None else node.get("id")


def _is_selectable(node: Node) -> bool:
    tag = str(node.tag)
    return tag.startswith(bpmn("")) and not tag.endswith(("EventDefinition", "Expression", "LoopCharacteristics", "definitions"))
