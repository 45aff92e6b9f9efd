"""Whether the drawing shows what the process says: an element without a shape runs all the same, and nobody sees it."""

from typing import Final

from engine.findings import Finding, Findings
from engine.linting.support import DRAWING
from engine.parsing.events import is_flow_node
from engine.parsing.markup import bpmn, line_of, local
from engine.parsing.model import Model

_PLANE: Final = f"{{{DRAWING}}}BPMNPlane"
_SHOWN: Final = frozenset({f"{{{DRAWING}}}BPMNShape", f"{{{DRAWING}}}BPMNEdge"})


def has_drawing(model: Model) -> bool:
    """Whether there is anything drawn."""
    return model.root.find(f".//{_PLANE}") is not None


def faults_of_drawing(model: Model) -> list[Finding]:
    """Elements and flows of executable processes that the drawing leaves out, and drawn things that are not there."""
    found = Findings(model.resource)
    if not has_drawing(model):
        return []
    drawn = {shape.get("bpmnElement", "").rsplit(":", 1)[-1]: shape for shape in model.root.iter(*_SHOWN)}
    known = {node.get("id") for node in model.root.iter() if str(node.tag).startswith(bpmn(""))}
    executable = {process.key for process in model.executable}
    for process in model.root.findall(bpmn("process")):
        if process.get("id") not in executable:
            continue
        for node in process.iter():
            if (local(node) == "sequenceFlow" or (str(node.tag).startswith(bpmn("")) and is_flow_node(node))) and node is not process:
                identity = node.get("id")
                if identity and identity not in drawn:
                    found.warning("not_drawn", line_of(node), identity)
    for name, shape in drawn.items():
        if name not in known:
            found.warning("drawing_dangling", line_of(shape), shape.get("id"), target=name)
    return list(found)
