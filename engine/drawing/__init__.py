"""The drawing that a BPMN file brings along, as a picture for paper."""

from engine.drawing.diagram import NoDrawing, picture
from engine.drawing.names import names

__all__ = ["NoDrawing", "names", "picture"]
