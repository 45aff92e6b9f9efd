"""A drawing (BPMN 2.0.2, chapter 12, "BPMN DI") as a picture: pools and lanes first, then flows, then what stands on them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import atan2, cos, hypot, pi, sin
from typing import Final

from documents.pictures import LEADING, Caption, Circle, Outline, Picture, Point, Shape
from engine.drawing import signs
from engine.linting.support import DRAWING
from engine.parsing.elements import ACTIVITIES, GATEWAYS, SUBPROCESSES
from engine.parsing.markup import Node, bpmn, flag, local

_DC: Final = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"
_WAYPOINT: Final = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
_MARGIN, _STRIP, _CORNER = 10.0, 30.0, 8.0
#: Nothing is drawn farther away: it would only be a mistake of a file.
_FARTHEST: Final = 100_000.0
_CONTAINERS: Final = frozenset({"participant", "lane"})
_EVENTS: Final = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
_DASHED: Final = frozenset({"messageFlow", "association", "dataInputAssociation", "dataOutputAssociation"})


class NoDrawing(Exception):
    """A file that holds no drawing, or one of nothing."""


@dataclass(frozen=True)
class _Box:
    left: float
    top: float
    width: float
    height: float

    @property
    def centre(self) -> Point:
        return self.left + self.width / 2, self.top + self.height / 2

    @property
    def corners(self) -> tuple[Point, ...]:
        right, bottom = self.left + self.width, self.top + self.height
        return (self.left, self.top), (right, self.top), (right, bottom), (self.left, bottom)


def picture(root: Node, names: Mapping[str, str]) -> Picture:
    """The drawing of a file, with these names. Raises NoDrawing."""
    plane = root.find(f".//{{{DRAWING}}}BPMNPlane")
    known = {str(node.get("id")): node for node in root.iter() if str(node.tag).startswith(bpmn("")) and node.get("id")}
    shown = [] if plane is None else [(item, known[element]) for item in plane if (element := _element(item)) in known]
    if not shown:
        raise NoDrawing()
    shapes = [shape for _, shape in sorted(_shapes(shown, names), key=lambda layered: layered[0])]
    return _framed(shapes)


def _element(item: Node) -> str:
    return str(item.get("bpmnElement") or "").rsplit(":", 1)[-1]


def _shapes(shown: list[tuple[Node, Node]], names: Mapping[str, str]) -> Iterator[tuple[int, Shape]]:
    """Every shape with the layer it lies in: containers, flows, nodes, events at their edges."""
    for item, node in shown:
        name = names.get(str(node.get("id")), "")
        if local(item) == "BPMNEdge":
            yield from ((1, shape) for shape in _edge(item, node, name))
        elif (box := _bounds(item)) is not None:
            holds = local(node) in _CONTAINERS or (local(node) in SUBPROCESSES and flag(item, "isExpanded"))
            layer = 0 if holds else 3 if local(node) == "boundaryEvent" else 2
            yield from ((layer, shape) for shape in _node(item, node, box, name))


def _bounds(item: Node | None) -> _Box | None:
    found = None if item is None else item.find(_DC)
    if found is None:
        return None
    numbers = [_number(found.get(name)) for name in ("x", "y", "width", "height")]
    box = _Box(*(number or 0.0 for number in numbers))
    return box if None not in numbers and box.width > 0 and box.height > 0 else None


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if abs(number) <= _FARTHEST else None


def _label(item: Node) -> _Box | None:
    return _bounds(item.find(f"{{{DRAWING}}}BPMNLabel"))


def _node(item: Node, node: Node, box: _Box, name: str) -> Iterator[Shape]:
    kind = local(node)
    if kind in _CONTAINERS:
        yield from _container(item, box, name)
    elif kind in ACTIVITIES:
        yield from _activity(item, node, box, name)
    elif kind in _EVENTS:
        yield from _event(node, box)
        yield _beside(item, box, name)
    elif kind in GATEWAYS:
        x, y = box.centre
        yield Outline(((x, box.top), (box.left + box.width, y), (x, box.top + box.height), (box.left, y)), closed=True)
        if kind != "exclusiveGateway" or flag(item, "isMarkerVisible", default=False):
            yield from signs.strokes(signs.GATEWAYS[kind], box.centre, box.width / 5)
        yield _beside(item, box, name)
    elif kind == "textAnnotation":
        right = box.left + 12
        yield Outline(((right, box.top), (box.left, box.top), (box.left, box.top + box.height), (right, box.top + box.height)))
        yield Caption(_text(node), box.left + 5, box.top, box.width - 5, box.height)
    else:
        yield Outline(box.corners, closed=kind != "group", dashed=kind == "group", weight=1.0)
        yield _beside(item, box, name)


def _text(node: Node) -> str:
    return " ".join("".join(node.itertext()).split())


def _container(item: Node, box: _Box, name: str) -> Iterator[Shape]:
    yield Outline(box.corners, closed=True)
    if flag(item, "isHorizontal", default=True):
        yield Outline(((box.left + _STRIP, box.top), (box.left + _STRIP, box.top + box.height)))
        yield Caption(name, box.left, box.top, _STRIP, box.height, upright=True)
    else:
        yield Outline(((box.left, box.top + _STRIP), (box.left + box.width, box.top + _STRIP)))
        yield Caption(name, box.left, box.top, box.width, _STRIP)


def _activity(item: Node, node: Node, box: _Box, name: str) -> Iterator[Shape]:
    kind = local(node)
    holds = kind in SUBPROCESSES
    expanded = holds and flag(item, "isExpanded")
    dashed = flag(node, "triggeredByEvent")
    yield Outline(_rounded(box), weight=4.0 if kind == "callActivity" else 1.5, closed=True, dashed=dashed)
    if kind == "transaction":
        inner = _Box(box.left + 3, box.top + 3, box.width - 6, box.height - 6)
        yield Outline(_rounded(inner), weight=1.0, closed=True)
    if kind in signs.TASKS:
        yield from signs.strokes(signs.TASKS[kind], (box.left + 14, box.top + 14), 7)
    yield from _markers(node, box, collapsed=holds and not expanded)
    if expanded:
        yield Caption(name, box.left + 10, box.top + 6, box.width - 20, LEADING * 2, hang="top")
    else:
        yield Caption(name, box.left + 5, box.top, box.width - 10, box.height)


def _markers(node: Node, box: _Box, *, collapsed: bool) -> Iterator[Outline]:
    multiple = node.find(bpmn("multiInstanceLoopCharacteristics"))
    found = [
        signs.COLLAPSED if collapsed else None,
        signs.LOOP if node.find(bpmn("standardLoopCharacteristics")) is not None else None,
        (signs.SEQUENTIAL if flag(multiple, "isSequential") else signs.PARALLEL) if multiple is not None else None,
        signs.AD_HOC if local(node) == "adHocSubProcess" else None,
        signs.COMPENSATION if flag(node, "isForCompensation") else None,
    ]
    marks = [sign for sign in found if sign is not None]
    for place, sign in enumerate(marks):
        x = box.centre[0] + (place - (len(marks) - 1) / 2) * 18
        yield from signs.strokes(sign, (x, box.top + box.height - 9), 6)


def _rounded(box: _Box) -> tuple[Point, ...]:
    size = min(_CORNER, box.width / 2, box.height / 2)
    right, bottom = box.left + box.width - size, box.top + box.height - size
    turns = (
        (right, box.top + size, -pi / 2),
        (right, bottom, 0.0),
        (box.left + size, bottom, pi / 2),
        (box.left + size, box.top + size, pi),
    )
    return tuple((x + size * cos(start + n * pi / 8), y + size * sin(start + n * pi / 8)) for x, y, start in turns for n in range(5))


def _event(node: Node, box: _Box) -> Iterator[Shape]:
    kind, radius = local(node), box.width / 2
    begins = kind == "startEvent"
    dashed = not flag(node, "isInterrupting" if begins else "cancelActivity", default=True) and kind in ("startEvent", "boundaryEvent")
    yield Circle(box.centre, radius, weight=4.0 if kind == "endEvent" else 1.5, dashed=dashed)
    if kind not in ("startEvent", "endEvent"):
        yield Circle(box.centre, radius - 3, weight=1.0, dashed=dashed)
    definitions = [local(child) for child in node if str(child.tag).endswith(("EventDefinition", "eventDefinitionRef"))]
    throws = kind in ("endEvent", "intermediateThrowEvent")
    if len(definitions) == 1:
        sign = signs.EVENTS.get(definitions[0], ())
        yield from signs.strokes(sign, box.centre, radius * 0.5, inked=throws)
    elif definitions:
        yield from signs.strokes(signs.PARALLEL_MULTIPLE if flag(node, "parallelMultiple") else signs.MULTIPLE, box.centre, radius * 0.5)


def _beside(item: Node, box: _Box, name: str) -> Caption:
    """The name of what is too small to hold it: where the drawing says, else below."""
    place = _label(item) or _Box(box.centre[0] - 50, box.top + box.height + 4, 100, LEADING * 3)
    spare = 5 if place.left < box.centre[0] else 0  # what stands to the right of it must not begin under it
    return Caption(name, place.left - spare, place.top, place.width + 2 * spare, place.height, hang="top")


def _edge(item: Node, node: Node, name: str) -> Iterator[Shape]:
    numbers = [(_number(point.get("x")), _number(point.get("y"))) for point in item.iterchildren(_WAYPOINT)]
    points = tuple((x, y) for x, y in numbers if x is not None and y is not None)
    if len(points) < 2:
        return
    kind = local(node)
    yield Outline(points, dashed=kind in _DASHED)
    if kind in ("sequenceFlow", "messageFlow"):
        yield _head(points[-2], points[-1], inked=kind == "sequenceFlow")
    if _is_default(node):
        yield _slash(points[0], points[1])
    if name:
        x, y = _middle(points)
        place = _label(item) or _Box(x - 45, y - LEADING - 2, 90, LEADING)
        yield Caption(name, place.left - 5, place.top, place.width + 10, place.height, hang="top")


def _is_default(node: Node) -> bool:
    around = node.getparent()
    identity = node.get("id")
    return local(node) == "sequenceFlow" and around is not None and any(other.get("default") == identity for other in around)


def _head(before: Point, end: Point, *, inked: bool) -> Outline:
    angle = atan2(end[1] - before[1], end[0] - before[0])
    wings = ((end[0] - 11 * cos(angle + turn), end[1] - 11 * sin(angle + turn)) for turn in (-0.4, 0.4))
    return Outline((end, *wings), weight=1.0, closed=True, inked=inked)


def _slash(start: Point, towards: Point) -> Outline:
    length = hypot(towards[0] - start[0], towards[1] - start[1]) or 1.0
    along = ((towards[0] - start[0]) / length, (towards[1] - start[1]) / length)
    x, y = start[0] + along[0] * 10, start[1] + along[1] * 10
    across = (along[0] - along[1], along[1] + along[0])
    return Outline(((x - across[0] * 4, y - across[1] * 4), (x + across[0] * 4, y + across[1] * 4)))


def _middle(points: tuple[Point, ...]) -> Point:
    longest = max(pairwise(points), key=lambda ends: hypot(ends[1][0] - ends[0][0], ends[1][1] - ends[0][1]))
    return (longest[0][0] + longest[1][0]) / 2, (longest[0][1] + longest[1][1]) / 2


def _framed(shapes: list[Shape]) -> Picture:
    """The shapes moved so that the drawing begins at its margin."""
    reaches = [reach for shape in shapes for reach in _reach(shape)]
    left, top = min(x for x, _ in reaches) - _MARGIN, min(y for _, y in reaches) - _MARGIN
    right, bottom = max(x for x, _ in reaches) + _MARGIN, max(y for _, y in reaches) + _MARGIN
    return Picture(right - left, bottom - top, [_moved(shape, -left, -top) for shape in shapes])


def _reach(shape: Shape) -> Iterator[Point]:
    if isinstance(shape, Outline):
        yield from shape.points
    elif isinstance(shape, Circle):
        yield shape.centre[0] - shape.radius, shape.centre[1] - shape.radius
        yield shape.centre[0] + shape.radius, shape.centre[1] + shape.radius
    elif shape.text:
        yield shape.left, shape.top
        yield shape.left + shape.width, shape.top + shape.height


def _moved(shape: Shape, x: float, y: float) -> Shape:
    if isinstance(shape, Outline):
        return Outline(tuple((left + x, top + y) for left, top in shape.points), shape.weight, shape.closed, shape.dashed, shape.inked)
    if isinstance(shape, Circle):
        return Circle((shape.centre[0] + x, shape.centre[1] + y), shape.radius, shape.weight, shape.dashed, shape.inked)
    return Caption(shape.text, shape.left + x, shape.top + y, shape.width, shape.height, shape.hang, shape.upright)
