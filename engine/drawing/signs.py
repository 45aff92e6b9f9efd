"""The signs of the notation (BPMN 2.0.2, 7.2 and chapter 10): what marks a task, an event or a gateway as what it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from typing import Final

from documents.pictures import Outline, Point


@dataclass(frozen=True)
class Stroke:
    """One line of a sign, in a square from (-1, -1) to (1, 1)."""

    points: tuple[Point, ...]
    closed: bool = True
    inked: bool = False


def strokes(sign: Sequence[Stroke], centre: Point, size: float, *, inked: bool = False) -> Iterator[Outline]:
    """A sign at a place, `size` from its centre to its edge; `inked` fills all of it, as in events that throw."""
    for stroke in sign:
        points = tuple((centre[0] + x * size, centre[1] + y * size) for x, y in stroke.points)
        yield Outline(points, weight=1.0, closed=stroke.closed, inked=stroke.closed and (stroke.inked or inked))


def _circle(radius: float = 1.0, x: float = 0.0, y: float = 0.0, corners: int = 24) -> Stroke:
    return Stroke(tuple((x + radius * sin(2 * pi * n / corners), y - radius * cos(2 * pi * n / corners)) for n in range(corners)))


def _box(left: float, top: float, right: float, bottom: float, *, inked: bool = False) -> Stroke:
    return Stroke(((left, top), (right, top), (right, bottom), (left, bottom)), inked=inked)


def _line(*points: Point) -> Stroke:
    return Stroke(points, closed=False)


def _turned(stroke: Stroke, angle: float) -> Stroke:
    turned = tuple((x * cos(angle) - y * sin(angle), x * sin(angle) + y * cos(angle)) for x, y in stroke.points)
    return Stroke(turned, stroke.closed, stroke.inked)


_BEAMS: Final = (_box(-1, -0.2, 1, 0.2, inked=True), _box(-0.2, -1, 0.2, 1, inked=True))
_TOOTHED: Final = tuple(
    (radius * cos(pi * (n + shift) / 8), radius * sin(pi * (n + shift) / 8))
    for n in range(0, 16, 2)
    for shift, radius in ((-0.5, 0.7), (-0.3, 1.0), (0.3, 1.0), (0.5, 0.7))
)
_ENVELOPE: Final = (_box(-1, -0.7, 1, 0.7), _line((-1, -0.7), (0, 0.15), (1, -0.7)))
_SLIP: Final = (_box(-0.7, -1, 0.7, 1), *(_line((-0.4, y), (0.4, y)) for y in (-0.5, 0.0, 0.5)))

#: Tasks, by kind. A plain task has none.
TASKS: Final[Mapping[str, Sequence[Stroke]]] = {
    "userTask": (Stroke(((-0.9, 1), (-0.8, 0.4), (-0.3, 0.1), (0.3, 0.1), (0.8, 0.4), (0.9, 1))), _circle(0.5, y=-0.5)),
    "serviceTask": (Stroke(_TOOTHED), _circle(0.35)),
    "sendTask": (_box(-1, -0.7, 1, 0.7, inked=True),),
    "receiveTask": _ENVELOPE,
    "scriptTask": _SLIP,
    "businessRuleTask": (_box(-1, -0.8, 1, 0.8), _line((-1, -0.3), (1, -0.3)), _line((-0.3, -0.3), (-0.3, 0.8))),
    "manualTask": (Stroke(((-1, -0.2), (-0.2, -0.8), (1, -0.5), (1, 0.5), (-0.2, 0.8), (-1, 0.6))), _line((0.2, 0), (1, 0))),
}
#: Events, by the local name of their definition.
EVENTS: Final[Mapping[str, Sequence[Stroke]]] = {
    "messageEventDefinition": _ENVELOPE,
    "timerEventDefinition": (_circle(), _line((0.15, -0.7), (0, 0), (0.55, 0.1))),
    "errorEventDefinition": (Stroke(((-0.9, 0.9), (-0.35, -0.8), (0.3, 0.2), (0.9, -0.9), (0.35, 0.8), (-0.3, -0.1))),),
    "escalationEventDefinition": (Stroke(((0, -1), (0.8, 0.9), (0, 0.2), (-0.8, 0.9))),),
    "signalEventDefinition": (Stroke(((0, -0.9), (0.9, 0.7), (-0.9, 0.7))),),
    "compensateEventDefinition": (Stroke(((-1, 0), (0, -0.8), (0, 0.8))), Stroke(((0, 0), (1, -0.8), (1, 0.8)))),
    "conditionalEventDefinition": _SLIP,
    "linkEventDefinition": (Stroke(((-1, -0.4), (0.3, -0.4), (0.3, -0.9), (1, 0), (0.3, 0.9), (0.3, 0.4), (-1, 0.4))),),
    "cancelEventDefinition": tuple(_turned(beam, pi / 4) for beam in _BEAMS),
    "terminateEventDefinition": (Stroke(_circle().points, inked=True),),
}
#: Several definitions in one event; all of them with `parallelMultiple`.
MULTIPLE: Final[Sequence[Stroke]] = (Stroke(tuple((sin(2 * pi * n / 5), -cos(2 * pi * n / 5)) for n in range(5))),)
PARALLEL_MULTIPLE: Final[Sequence[Stroke]] = _BEAMS
#: Gateways, by kind.
GATEWAYS: Final[Mapping[str, Sequence[Stroke]]] = {
    "exclusiveGateway": tuple(_turned(beam, pi / 4) for beam in _BEAMS),
    "parallelGateway": _BEAMS,
    "inclusiveGateway": (_circle(),),
    "eventBasedGateway": (_circle(), _circle(0.8), *MULTIPLE),
    "complexGateway": (*_BEAMS, *(_turned(beam, pi / 4) for beam in _BEAMS)),
}
#: Markers at the lower edge of an activity.
COLLAPSED: Final[Sequence[Stroke]] = (_box(-1, -1, 1, 1), _line((-0.6, 0), (0.6, 0)), _line((0, -0.6), (0, 0.6)))
PARALLEL: Final[Sequence[Stroke]] = tuple(_line((x, -0.8), (x, 0.8)) for x in (-0.6, 0.0, 0.6))
SEQUENTIAL: Final[Sequence[Stroke]] = tuple(_line((-0.8, y), (0.8, y)) for y in (-0.6, 0.0, 0.6))
LOOP: Final[Sequence[Stroke]] = (Stroke(_circle().points[2:-2], closed=False), _line((-1, -0.3), (-0.5, -0.85), (-0.1, -0.2)))
AD_HOC: Final[Sequence[Stroke]] = (_line((-1, 0.3), (-0.6, -0.3), (-0.2, -0.2), (0.2, 0.2), (0.6, 0.3), (1, -0.3)),)
COMPENSATION: Final[Sequence[Stroke]] = EVENTS["compensateEventDefinition"]
