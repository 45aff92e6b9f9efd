"""What a DMN file imports (DMN 1.5, 6.3.3): other files of the same deployment, whose elements it sees under the import's name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from engine.decisions.model import Decision, DecisionModel, Element, InputData, Knowledge, Requirement, Service
from engine.decisions.source import ROOTS, Source
from engine.definition_errors import ModelRefused
from engine.findings import errors_of
from engine.parsing.markup import parse
from expressions.syntax import Type

#: The files that may be imported, by namespace: their names and bytes.
Others = Mapping[str, tuple[str, bytes]]
Read = Callable[[bytes, str, Others], DecisionModel]
MAX_IMPORTS: Final = 20
EXTENSIONS: Final = (".dmn", ".dmn11.xml")


@dataclass(frozen=True)
class Import:
    """One imported file: the name it goes by here, and its elements and types as they are named from here."""

    name: str
    elements: Mapping[str, Element]
    types: Mapping[str, Type]
    parts: frozenset[str]


def may_import(data: bytes) -> bool:
    """Whether it is worth looking for files that a file imports."""
    return b"import" in data


def by_namespace(files: Mapping[str, bytes]) -> Others:
    """The DMN files among some by their namespaces; what can't be read is left to whoever reads it for its own sake."""
    found: dict[str, tuple[str, bytes]] = {}
    for name, data in files.items():
        if not name.lower().endswith(EXTENSIONS):
            continue
        try:
            namespace = parse(data, name, roots=ROOTS).get("namespace")
        except ModelRefused:
            continue
        if namespace:
            found.setdefault(namespace.strip(), (name, data))
    return found


def imported(source: Source, others: Others, read: Read) -> dict[str, Import]:
    """What a file imports, by namespace. A file that is not there, has errors or imports this one is refused."""
    found: dict[str, Import] = {}
    for node in source.all(source.root, "import"):
        namespace, name = (node.get("namespace") or "").strip(), " ".join((node.get("name") or "").split())
        if not (node.get("importType") or "").rstrip("/").lower().endswith(("model", "dmn.xsd")):
            source.refuse("dmn_element_not_supported", node, name=f"import {node.get('importType') or ''}".strip())
            continue
        if namespace not in others or namespace == source.namespace or len(found) >= MAX_IMPORTS:
            source.refuse("decision_import_unknown", node, namespace=namespace)
            continue
        resource, data = others[namespace]
        try:
            # without this file and its neighbours' way back: files that import each other end in an unknown import
            model = read(data, resource, {key: other for key, other in others.items() if key not in (source.namespace, namespace)})
        except ModelRefused:
            model = None
        if model is None or errors_of(model.findings):
            source.refuse("decision_import_broken", node, namespace=namespace, file=resource)
            continue
        elements = {_ref(namespace, ref): _moved(namespace, one) for ref, one in model.elements.items()}
        prefix = f"{name}." if name else ""
        found[namespace] = Import(name, elements, {f"{prefix}{key}": type_ for key, type_ in model.types.items()}, model.parts)
    return found


def _ref(namespace: str, ref: str) -> str:
    """The reference to an element of an imported file; those that it imports itself keep theirs."""
    return ref if "#" in ref else f"{namespace}#{ref}"


def _moved(namespace: str, element: Element) -> Element:
    """An element as it is referred to from outside its file."""
    match element:
        case InputData():
            return replace(element, ref=_ref(namespace, element.ref))
        case Decision():
            return replace(element, key=_ref(namespace, element.key), requires=_all_moved(namespace, element.requires))
        case Knowledge():
            return replace(element, ref=_ref(namespace, element.ref), requires=_all_moved(namespace, element.requires))
        case Service():
            inputs, decisions, outputs = (
                tuple(_ref(namespace, ref) for ref in refs) for refs in (element.inputs, element.decisions, element.outputs)
            )
            return replace(element, ref=_ref(namespace, element.ref), inputs=inputs, decisions=decisions, outputs=outputs)


def _all_moved(namespace: str, requires: tuple[Requirement, ...]) -> tuple[Requirement, ...]:
    return tuple(replace(one, ref=_ref(namespace, one.ref)) for one in requires)
