"""Drawings as values: outlines, lines and words in a plane of their own, and how they are laid over sheets of paper.

`pdf_files` draws them as they are, `word_files` as a raster. Lengths are in the units of the drawing; y grows downwards.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Literal, TypeAlias

Point: TypeAlias = tuple[float, float]

#: Size of letters in a drawing, and from one line to the next.
LETTERS, LEADING = 12.0, 14.0
#: Millimetres on paper for a unit: letters of 12 units are then at least 3.7 and at most 8 points high.
SMALLEST, LARGEST = 0.11, 0.235
#: What two neighbouring sheets show both.
OVERLAP = 30.0


@dataclass(frozen=True)
class Outline:
    """A line through points; `closed` ones are filled with white, or with ink."""

    points: tuple[Point, ...]
    weight: float = 1.5
    closed: bool = False
    dashed: bool = False
    inked: bool = False


@dataclass(frozen=True)
class Circle:
    """A circle filled with white, or with ink."""

    centre: Point
    radius: float
    weight: float = 1.5
    dashed: bool = False
    inked: bool = False


@dataclass(frozen=True)
class Caption:
    """Words in a box: broken into lines and centred, or hung from its top; `upright` ones are read from below."""

    text: str
    left: float
    top: float
    width: float
    height: float
    hang: Literal["middle", "top"] = "middle"
    upright: bool = False


Shape: TypeAlias = Outline | Circle | Caption


@dataclass(frozen=True)
class Picture:
    """A drawing, from (0, 0) to its width and height."""

    width: float
    height: float
    shapes: Sequence[Shape]


@dataclass(frozen=True)
class Sheet:
    """A part of a drawing that goes on one sheet of paper, `scale` millimetres a unit."""

    left: float
    top: float
    width: float
    height: float
    scale: float


def sheets(picture: Picture, width: float, height: float) -> list[Sheet]:
    """How a drawing is laid over sheets of so many millimetres: on one if it can be read there, else in columns and rows."""
    fitting = min(width / picture.width, height / picture.height, LARGEST)
    if fitting >= SMALLEST:
        return [Sheet(0, 0, picture.width, picture.height, fitting)]
    scale = min(max(SMALLEST, height / picture.height), LARGEST)
    across, down = width / scale, height / scale
    return [
        Sheet(left, top, min(across, picture.width - left), min(down, picture.height - top), scale)
        for top in _cuts(picture.height, down)
        for left in _cuts(picture.width, across)
    ]


def lines(caption: Caption, measure: Callable[[str], float]) -> list[str]:
    """The words of a caption in lines no wider than its box; a longer word stands on a line of its own, too long ones are broken."""
    room = caption.height if caption.upright else caption.width
    broken: list[str] = []
    for paragraph in caption.text.splitlines():
        line = ""
        for word in (piece for whole in paragraph.split() for piece in _pieces(whole, room, measure)):
            longer = f"{line} {word}".strip()
            if line and measure(longer) > room:
                broken.append(line)
                line = word
            else:
                line = longer
        broken.append(line)
    return broken


def baselines(caption: Caption, count: int) -> Iterator[float]:
    """Where each of so many lines stands, from the top of an unturned box."""
    depth = caption.width if caption.upright else caption.height
    start = (depth - count * LEADING) / 2 if caption.hang == "middle" else 0.0
    for number in range(count):
        yield start + number * LEADING + LETTERS * 0.85


def _cuts(whole: float, part: float) -> list[float]:
    if whole <= part:
        return [0.0]
    count = ceil((whole - OVERLAP) / (part - OVERLAP))
    return [number * (part - OVERLAP) for number in range(count)]


def _pieces(word: str, room: float, measure: Callable[[str], float]) -> Iterator[str]:
    while len(word) > 1 and measure(word) > room:
        fits = next((size for size in range(len(word) - 1, 1, -1) if measure(word[:size]) <= room), 1)
        yield word[:fits]
        word = word[fits:]
    yield word
