"""What the standard says of data and their associations besides what is read (BPMN 2.0.2, 10.4.1 and 10.4.2). All are warnings."""

from collections.abc import Iterator
from typing import Final

from engine.findings import Finding, Findings
from engine.parsing.data import identity_of
from engine.parsing.elements import SUBPROCESSES
from engine.parsing.markup import Node, bpmn, line_of, local
from engine.parsing.model import Model
from engine.parsing.source import owner_id

_ASSOCIATIONS: Final = (bpmn("dataInputAssociation"), bpmn("dataOutputAssociation"))
#: What the sets of an activity's data name, by the element that names it.
_IN_SETS: Final = {"dataInputRefs": "dataInput", "dataOutputRefs": "dataOutput"}


def faults_of_data(model: Model) -> list[Finding]:
    """What is wrong with the data of the executable processes of a file."""
    found = Findings(model.resource)
    known = {str(node.get("id")): node for node in model.root.iter() if node.get("id") and str(node.tag).startswith(bpmn(""))}
    for node in _inside(model):
        if local(node) == "ioSpecification":
            _specification(node, known, found)
        elif node.tag in _ASSOCIATIONS and node.find(bpmn("transformation")) is None and node.find(bpmn("assignment")) is None:
            _items(node, known, found)
    return list(found)


def _inside(model: Model) -> Iterator[Node]:
    keys = {process.key for process in model.executable}
    for top in model.root:
        if top.get("id") in keys:
            yield from top.iter(bpmn("*"))


def _specification(node: Node, known: dict[str, Node], found: Findings) -> None:
    owner = node.getparent()
    if owner is not None and local(owner) in SUBPROCESSES:
        found.warning("data_of_subprocess", line_of(node), owner_id(node))
    for reference in node.iter(*(bpmn(name) for name in _IN_SETS)):
        target = known.get(identity_of(reference))
        if target is None or local(target) != _IN_SETS[local(reference)] or target.getparent() is not node:
            found.warning("data_not_of_its_set", line_of(reference), owner_id(reference), target=identity_of(reference)[:200])


def _items(association: Node, known: dict[str, Node], found: Findings) -> None:
    """A plain association joins data of one kind; where both ends say which, it must be the same."""
    ends = [known.get(identity_of(end)) for name in ("sourceRef", "targetRef") for end in association.findall(bpmn(name))]
    items = {item for end in ends if end is not None and (item := _item(end, known)) is not None}
    if len(items) > 1:
        found.warning("data_items_differ", line_of(association), owner_id(association), items=", ".join(sorted(items))[:200])


def _item(data: Node, known: dict[str, Node]) -> str | None:
    """The item definition of data; a reference has that of its object."""
    said = data.get("itemSubjectRef")
    inner = known.get(data.get("dataObjectRef") or data.get("dataStoreRef") or "")
    return inner.get("itemSubjectRef") if said is None and inner is not None else said
