"""Item definitions (DMN 1.5, 7.3.3): the types that a file defines, by name."""

from typing import Final

from engine.decisions.source import Source, name_of
from engine.parsing.markup import Node, is_yes, text_of
from expressions.program import Program
from expressions.running import Run
from expressions.syntax import Type
from expressions.types import DATE_AND_TIME, DAYS_DURATION, MONTHS_DURATION, PLAIN_TYPES
from expressions.values import Value

MAX_DEPTH: Final = 20
#: Other spellings of built-in types: those of XML Schema in DMN 1.1 and 1.2, and those that editors for the Camunda family write.
_SPELLINGS: Final = {
    "dateTime": DATE_AND_TIME,
    "dayTimeDuration": DAYS_DURATION,
    "days and time duration": DAYS_DURATION,
    "yearMonthDuration": MONTHS_DURATION,
    "integer": "number",
    "long": "number",
    "double": "number",
    "decimal": "number",
}
ANY: Final = Type("Any")


class TypeReader:
    """Reads the item definitions of a file, and what refers to them."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._open: list[str] = []
        self._nodes = {name_of(node): node for node in source.all(source.root, "itemDefinition") if name_of(node)}

    def read(self) -> None:
        """Put the types that the file defines into the source."""
        for name, node in self._nodes.items():
            self._source.parts.update(name_of(part) for part in node.iter(self._source.tag("itemComponent")) if name_of(part))
            if name not in self._source.types:
                self._define(name, node)

    def of(self, node: Node | None, attribute: str = "typeRef") -> Type | None:
        """The type that an element refers to; None where it is any. What is unknown is refused."""
        return None if node is None else self._named((node.get(attribute) or "").strip(), node)

    def _named(self, written: str, node: Node) -> Type | None:
        name = " ".join(written.split())
        local = name.rpartition(":")[2]
        if not name or local == "Any":
            return None
        for known in (name, local):
            if known in self._source.types:
                return self._source.types[known]
            if known in self._nodes:
                return self._define(known, node)
        plain = _SPELLINGS.get(local, local)
        if plain in PLAIN_TYPES:
            return Type(plain)
        if local.casefold() == "any":  # some editors write it small
            return None
        self._source.refuse("decision_type_unknown", node, type=name)
        return None

    def _define(self, name: str, asking: Node) -> Type:
        """A type by name, kept; one that contains itself is refused."""
        if name in self._open or len(self._open) > MAX_DEPTH:
            self._source.refuse("decision_type_in_itself", asking, type=name)
            return ANY
        self._open.append(name)
        made = self._item(self._nodes[name])
        self._open.pop()
        return self._source.types.setdefault(name, made)

    def _item(self, node: Node) -> Type:
        components = self._source.all(node, "itemComponent")
        function = self._source.one(node, "functionItem")
        if function is not None:
            made = self._function(function)
        elif components:
            inner = tuple(self._item(part) for part in components)
            made = Type("context", inner, tuple(map(name_of, components)))
        else:
            reference = self._source.one(node, "typeRef")
            made = ANY if reference is None else self._named(text_of(reference) or "", reference) or ANY
        made = self._allowing(made, node, "allowedValues")
        if is_yes(node.get("isCollection")):
            made = Type("list", (made,))
        return self._allowing(made, node, "typeConstraint")

    def _function(self, node: Node) -> Type:
        parameters = [self.of(part) or ANY for part in self._source.all(node, "parameters")]
        return Type("function", (*parameters, self.of(node, "outputTypeRef") or ANY))

    def _allowing(self, made: Type, node: Node, name: str) -> Type:
        """The type with the tests that its values have to pass, besides those it has already."""
        limited = self._source.one(node, name)
        text = self._source.text(limited)
        if limited is None or not text:
            return made
        program = self._source.program(self._source.tree(text, limited, (), unary=True), {"?"}, limited)
        before = made.allowed

        def allowed(run: Run, value: Value) -> bool:
            return (before is None or before(run, value)) and _passes(program, run, value)

        return Type(made.name, made.inner, made.keys, allowed)


def _passes(program: Program, run: Run, value: Value) -> bool:
    run.meter.spend(1)
    return program.value(run, {"?": value}) is True
