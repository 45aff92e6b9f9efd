"""One DMN file while it is read: its namespace, its types, what was found in it, and how its texts become syntax trees."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from lxml import etree

from engine.decisions.decision_table import RULES
from engine.decisions.vocabulary import ELEMENTS
from engine.findings import Finding, Findings
from engine.parsing.markup import Node, line_of, local, text_of
from expressions import Surface
from expressions.errors import ExpressionRefused
from expressions.expression import tree_of
from expressions.program import Program
from expressions.syntax import Literal, Type
from expressions.syntax import Node as Tree

#: The namespaces of DMN 1.1, 1.2, 1.3, 1.4 and 1.5.
NAMESPACES: Final = (
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
)
#: The roots of a DMN file.
ROOTS: Final = tuple(f"{{{namespace}}}definitions" for namespace in NAMESPACES)
_SURFACES: Final = {"feel": Surface.FEEL, "juel": Surface.JUEL}


class Source:
    """What the readers of one file share."""

    def __init__(self, root: Node, resource: str) -> None:
        self.root = root
        self.resource = resource
        self.namespace = (root.get("namespace") or "").strip()
        self.found = Findings(resource)
        self.types: dict[str, Type] = {}
        #: Names of several words that parts of values have: they may be asked for anywhere.
        self.parts: set[str] = set()
        self._space = f"{{{etree.QName(root).namespace}}}"

    def require_known(self) -> None:
        """Refuse elements that DMN does not have; what belongs to others may stand in extension elements."""
        for node in self.root.iter(f"{self._space}*"):
            if local(node) not in ELEMENTS and not any(local(outer) == "extensionElements" for outer in node.iterancestors()):
                self.refuse("dmn_element_unknown", node, name=local(node))

    def tag(self, name: str) -> str:
        """The tag of an element of DMN in this file."""
        return f"{self._space}{name}"

    def all(self, node: Node, name: str) -> list[Node]:
        """The child elements of DMN of a name."""
        return list(node.findall(self.tag(name)))

    def one(self, node: Node | None, name: str) -> Node | None:
        """The first child element of DMN of a name."""
        return None if node is None else node.find(self.tag(name))

    def text(self, node: Node | None) -> str | None:
        """What stands in the `text` of an element."""
        return text_of(self.one(node, "text"))

    def tree(self, text: str, node: Node, names: Iterable[str], *, unary: bool = False) -> Tree:
        """The tree of a text that stands in an element. What can't be read is refused, what means nothing is warned of."""
        known = tuple(names)
        written = self.one(node, "text")
        place = node if written is None else written
        language = (node.get("expressionLanguage") or self.root.get("expressionLanguage") or "feel").lower().rstrip("/").rsplit("/", 1)[-1]
        surface = Surface.FEEL if "feel" in language or language.startswith("20") else _SURFACES.get(language)
        if surface is None:
            self.refuse("language_not_supported", node, language=language)
            return Literal(1, None)
        surface = Surface.UNARY if unary and surface is Surface.FEEL else surface
        try:
            tree = tree_of(text, surface, names=(*known, *self.parts), types=self.types)
            for fault in Program(tree, {*known, "?"}, RULES).faults:
                self._note(fault, place, "warning")
        except ExpressionRefused as refused:
            self._note(refused, place, "error")
            return Literal(1, None)
        return tree

    def program(self, tree: Tree, names: Iterable[str], node: Node) -> Program:
        """A whole tree, compiled."""
        try:
            return Program(tree, names, RULES)
        except ExpressionRefused as refused:
            self._note(refused, node, "error")
            return Program(Literal(1, None), (), {})

    def refuse(self, code: str, node: Node, **fields: Any) -> None:
        """Note at an element what forbids the deployment."""
        self.found.error(code, line_of(node), owner_of(node), **fields)

    def warn(self, code: str, node: Node, **fields: Any) -> None:
        """Note at an element what a modeller should know."""
        self.found.warning(code, line_of(node), owner_of(node), **fields)

    def _note(self, refused: ExpressionRefused, node: Node, severity: Any) -> None:
        fields: Mapping[str, Any] = refused.fields
        place = (self.resource, line_of(node), fields.get("column"), owner_of(node))
        self.found.extend([Finding(refused.code, severity, *place, dict(fields))])


def owner_of(node: Node) -> str | None:
    """The id of an element, or of the nearest one around it that has one."""
    owner: Node | None = node
    while owner is not None and owner.get("id") is None:
        owner = owner.getparent()
    return None if owner is None else owner.get("id")


def name_of(node: Node | None) -> str:
    """The name of an element, its spaces and line breaks as single spaces."""
    return " ".join((node.get("name") or "").split()) if node is not None else ""
