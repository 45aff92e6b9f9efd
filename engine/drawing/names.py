"""What the elements of a file are called in a language: processes, pools, lanes, flow nodes and flows, by id."""

from engine.parsing.mappings import properties_of
from engine.parsing.markup import Node, bpmn


def names(root: Node, language: str) -> dict[str, str]:
    """Names by id: the extension property `name.kk` (ru, en) where there is one, else the name in the diagram."""
    named = {}
    for node in root.iter():
        identity = node.get("id")
        if identity and str(node.tag).startswith(bpmn("")):
            name = properties_of(node).get(f"name.{language}") or node.get("name")
            if name:
                named[identity] = name
    return named
