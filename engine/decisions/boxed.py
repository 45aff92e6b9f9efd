"""Boxed expressions (DMN 1.5, 7.3.4 and 10.2.2): read into the syntax tree of the text that means the same."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from engine.decisions.reading_tables import TableReader
from engine.decisions.reading_types import TypeReader
from engine.decisions.source import Source, name_of
from engine.parsing.markup import Node, children, local
from expressions.syntax import Call, ContextOf, Filter, For, FunctionOf, If, Iterator, ListOf, Literal, Path, Quantified, Type, Typed
from expressions.syntax import Node as Tree

#: The entry of a boxed context that is its result has no name.
_RESULT: Final = ""
_NULL: Final = Literal(1, None)
Names = Sequence[str]


class BoxedReader:
    """Reads the logic of one decision or knowledge model; `key` is its id."""

    def __init__(self, source: Source, types: TypeReader, key: str) -> None:
        self._source = source
        self._types = types
        self._tables = TableReader(source, types, key)
        self._forms: Mapping[str, Callable[[Node, Names], Tree]] = {
            "literalExpression": self._literal,
            "decisionTable": self._table,
            "context": self._context,
            "list": self._list,
            "relation": self._relation,
            "functionDefinition": self._function,
            "invocation": self._invocation,
            "conditional": self._conditional,
            "filter": self._filter,
            "for": self._for,
            "some": self._quantified,
            "every": self._quantified,
        }

    def logic_of(self, node: Node) -> Node | None:
        """The boxed expression right inside an element; two of them are refused."""
        found = [child for child in children(node) if local(child) in self._forms and child.tag == self._source.tag(local(child))]
        if len(found) > 1:
            self._source.refuse("decision_logic_not_supported", found[1], name=local(found[1]))
        return found[0] if found else None

    def tree(self, node: Node, names: Names) -> Tree:
        """The tree of a boxed expression, of its own type where it has one."""
        form = local(node)
        made = self._forms[form](node, names)
        type_ = None if form in {"functionDefinition", "decisionTable"} else self._types.of(node)
        return made if type_ is None else Typed(made.column, made, type_, name_of(node) or form)

    def function(self, node: Node, names: Names, result: Type | None = None) -> FunctionOf:
        """The function that an element with formal parameters and logic is."""
        if node.get("kind", "FEEL") != "FEEL":
            self._source.refuse("decision_function_external", node, kind=node.get("kind"))
        formal = self._source.all(node, "formalParameter")
        parameters = tuple((name_of(one), self._types.of(one)) for one in formal)
        inside = (*names, *(name for name, _ in parameters))
        body = self._inner(node, inside)
        return FunctionOf(1, parameters, body if result is None else Typed(1, body, result, "return"))

    def _inner(self, node: Node | None, names: Names, owner: Node | None = None) -> Tree:
        """The boxed expression inside an element that has to have one; one that is missing is refused."""
        logic = None if node is None else self.logic_of(node)
        if logic is not None:
            return self.tree(logic, names)
        place = node if node is not None else owner
        if place is not None:
            self._source.refuse("decision_logic_missing", place, name=local(place))
        return _NULL

    def _part(self, node: Node, name: str, names: Names) -> Tree:
        return self._inner(self._source.one(node, name), names, node)

    def _literal(self, node: Node, names: Names) -> Tree:
        if self._source.one(node, "importedValues") is not None:
            self._source.refuse("dmn_element_not_supported", node, name="importedValues")
        text = self._source.text(node)
        return _NULL if text is None else self._source.tree(text, node, names)

    def _table(self, node: Node, names: Names) -> Tree:
        return self._tables.table(node, names)

    def _context(self, node: Node, names: Names) -> Tree:
        entries: list[tuple[str, Tree]] = []
        known = list(names)
        for entry in self._source.all(node, "contextEntry"):
            variable = self._source.one(entry, "variable")
            name = name_of(variable) if variable is not None else _RESULT
            if name in (key for key, _ in entries):
                self._source.refuse("decision_entry_twice", entry, name=name)
                continue
            value = self._entry(entry, variable, [*known, name] if name else known)
            entries.append((name, value))
            known.append(name)
        made = ContextOf(1, tuple(entries))
        return Path(1, made, _RESULT) if any(name == _RESULT for name, _ in entries) else made

    def _entry(self, entry: Node, variable: Node | None, names: Names) -> Tree:
        """The value of an entry; a function in it may call itself by the entry's name."""
        logic = self.logic_of(entry)
        name = name_of(variable)
        is_function = logic is not None and local(logic) == "functionDefinition"
        value = self._inner(entry, names if is_function or not name else names[:-1])
        type_ = None if is_function else self._types.of(variable)
        return value if type_ is None else Typed(value.column, value, type_, name)

    def _list(self, node: Node, names: Names) -> Tree:
        return ListOf(1, tuple(self.tree(child, names) for child in children(node) if local(child) in self._forms))

    def _relation(self, node: Node, names: Names) -> Tree:
        columns = [name_of(column) for column in self._source.all(node, "column")]
        rows: list[Tree] = []
        for row in self._source.all(node, "row"):
            cells = [self.tree(child, names) for child in children(row) if local(child) in self._forms]
            if len(cells) != len(columns):
                self._source.refuse("relation_row_wrong", row, columns=len(columns), cells=len(cells))
                continue
            rows.append(ContextOf(1, tuple(zip(columns, cells, strict=True))))
        return ListOf(1, tuple(rows))

    def _function(self, node: Node, names: Names) -> Tree:
        return self.function(node, names)

    def _invocation(self, node: Node, names: Names) -> Tree:
        called = self._inner(node, names)
        keywords: list[str] = []
        arguments: list[Tree] = []
        for binding in self._source.all(node, "binding"):
            keywords.append(name_of(self._source.one(binding, "parameter")))
            logic = self.logic_of(binding)
            arguments.append(_NULL if logic is None else self.tree(logic, names))
        return Call(1, called, tuple(arguments), tuple(keywords))

    def _conditional(self, node: Node, names: Names) -> Tree:
        condition, then, otherwise = (self._part(node, part, names) for part in ("if", "then", "else"))
        return If(1, condition, then, otherwise, strict=True)

    def _filter(self, node: Node, names: Names) -> Tree:
        return Filter(1, self._part(node, "in", names), self._part(node, "match", [*names, "item"]), strict=True)

    def _for(self, node: Node, names: Names) -> Tree:
        iterator = self._iterator(node, names)
        return For(1, (iterator,), self._part(node, "return", [*names, iterator.name, "partial"]))

    def _quantified(self, node: Node, names: Names) -> Tree:
        iterator = self._iterator(node, names)
        return Quantified(1, local(node) == "every", (iterator,), self._part(node, "satisfies", [*names, iterator.name]), strict=True)

    def _iterator(self, node: Node, names: Names) -> Iterator:
        name = " ".join((node.get("iteratorVariable") or "").split())
        if not name:
            self._source.refuse("decision_iterator_missing", node)
        return Iterator(name, self._part(node, "in", names))
