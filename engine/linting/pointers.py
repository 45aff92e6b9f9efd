"""References between things that are only shown (data, artifacts, items): where they point to nothing, or to something of another kind."""

from typing import Final

from engine.findings import Finding, Findings
from engine.parsing.markup import Node, bpmn, line_of, local, text_of
from engine.parsing.model import Model
from engine.parsing.source import owner_id

#: By element and attribute, the kinds that can be pointed to; an empty set is anything that has an id.
_POINTERS: Final[dict[tuple[str, str], frozenset[str]]] = {
    ("dataObjectReference", "dataObjectRef"): frozenset({"dataObject"}),
    ("dataStoreReference", "dataStoreRef"): frozenset({"dataStore"}),
    ("association", "sourceRef"): frozenset(),
    ("association", "targetRef"): frozenset(),
    ("group", "categoryValueRef"): frozenset({"categoryValue"}),
    ("dataObject", "itemSubjectRef"): frozenset({"itemDefinition"}),
    ("dataStore", "itemSubjectRef"): frozenset({"itemDefinition"}),
    ("property", "itemSubjectRef"): frozenset({"itemDefinition"}),
    ("message", "itemRef"): frozenset({"itemDefinition"}),
    ("signal", "structureRef"): frozenset({"itemDefinition"}),
    ("error", "structureRef"): frozenset({"itemDefinition"}),
    ("escalation", "structureRef"): frozenset({"itemDefinition"}),
}


def faults_of_pointers(model: Model) -> list[Finding]:
    """What points to nothing in a file with something executable. All are warnings: nothing of it is run."""
    found = Findings(model.resource)
    kinds = {node.get("id"): local(node) for node in model.root.iter() if str(node.tag).startswith(bpmn("")) and node.get("id")}
    for node in model.root.iter():
        if str(node.tag).startswith(bpmn("")) and model.executable:
            for attribute in node.attrib:
                _pointer(node, str(attribute), kinds, found)
            if local(node) in ("dataInputAssociation", "dataOutputAssociation"):
                _ends(node, kinds, found)
    return list(found)


def _ends(association: Node, kinds: dict[str | None, str], found: Findings) -> None:
    """What a data association leads from and to."""
    for end in (*association.findall(bpmn("sourceRef")), *association.findall(bpmn("targetRef"))):
        target = (text_of(end) or "").rsplit(":", 1)[-1]
        if target not in kinds:
            found.warning("pointer_dangling", line_of(end), owner_id(end), attribute=local(end), target=target[:200])


def _pointer(node: Node, attribute: str, kinds: dict[str | None, str], found: Findings) -> None:
    wanted = _POINTERS.get((local(node), attribute))
    if wanted is None:
        return
    target = (node.get(attribute) or "").rsplit(":", 1)[-1]
    kind = kinds.get(target)
    if kind is None:
        found.warning("pointer_dangling", line_of(node), owner_id(node), attribute=attribute, target=target[:200])
    elif wanted and kind not in wanted:
        found.warning("pointer_of_wrong_kind", line_of(node), owner_id(node), attribute=attribute, target=target, kind=kind)
