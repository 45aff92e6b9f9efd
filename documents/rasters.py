"""Drawings as PNG images, for files that can hold nothing finer."""

import io
from importlib.resources import files
from itertools import pairwise
from math import hypot
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from documents import pictures
from documents.pictures import Caption, Circle, Outline, Picture, Point, Sheet

#: Dots to a millimetre: 300 to the inch.
DOTS = 11.8
_DASH = 6.0
_PAPER, _INK = 255, 0


def png(picture: Picture, sheet: Sheet) -> bytes:
    """What of a drawing lies on a sheet."""
    return _Canvas(sheet).drawn(picture)


class _Canvas:
    """One sheet, and how units of the drawing become dots on it."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._dots = sheet.scale * DOTS
        self._image = Image.new("L", (round(sheet.width * self._dots), round(sheet.height * self._dots)), _PAPER)
        self._pen = ImageDraw.Draw(self._image)
        face = (files("fontpkg_pt_serif") / "files" / "PT_Serif-Web-Regular.ttf").read_bytes()
        self._font = ImageFont.truetype(io.BytesIO(face), round(pictures.LETTERS * self._dots))

    def drawn(self, picture: Picture) -> bytes:
        """The image as a file."""
        for shape in picture.shapes:
            if isinstance(shape, Outline):
                self._outline(shape)
            elif isinstance(shape, Circle):
                self._circle(shape)
            else:
                self._caption(shape)
        out = io.BytesIO()
        self._image.save(out, "PNG", optimize=True)
        return out.getvalue()

    def _at(self, point: Point) -> Point:
        return (point[0] - self._sheet.left) * self._dots, (point[1] - self._sheet.top) * self._dots

    def _weight(self, weight: float) -> int:
        return max(1, round(weight * self._dots))

    def _outline(self, shape: Outline) -> None:
        points = [self._at(point) for point in shape.points]
        if shape.closed:
            self._pen.polygon(points, fill=_INK if shape.inked else _PAPER)
            points.append(points[0])
        for start, end in pairwise(points):
            for dash in _dashes(start, end, _DASH * self._dots) if shape.dashed else [(start, end)]:
                self._pen.line(dash, fill=_INK, width=self._weight(shape.weight))

    def _circle(self, shape: Circle) -> None:
        x, y = self._at(shape.centre)
        radius = shape.radius * self._dots
        box = (x - radius, y - radius, x + radius, y + radius)
        self._pen.ellipse(box, fill=_INK if shape.inked else _PAPER)
        for start in range(0, 360, 30 if shape.dashed else 360):
            self._pen.arc(box, start, start + (18 if shape.dashed else 360), fill=_INK, width=self._weight(shape.weight))

    def _caption(self, shape: Caption) -> None:
        measure = self._measure
        lines = pictures.lines(shape, measure)
        room, depth = (shape.height, shape.width) if shape.upright else (shape.width, shape.height)
        written = Image.new("L", (max(1, round(room * self._dots)), max(1, round(depth * self._dots))), _PAPER)
        pen: Any = ImageDraw.Draw(written)
        for line, baseline in zip(lines, pictures.baselines(shape, len(lines)), strict=True):
            pen.text(((room - measure(line)) / 2 * self._dots, baseline * self._dots), line, fill=_INK, font=self._font, anchor="ls")
        turned = written.transpose(Image.Transpose.ROTATE_90) if shape.upright else written
        x, y = self._at((shape.left, shape.top))
        self._image.paste(_INK, (round(x), round(y)), turned.point(lambda shade: _PAPER - shade))

    def _measure(self, text: str) -> float:
        return float(self._font.getlength(text)) / self._dots


def _dashes(start: Point, end: Point, dash: float) -> list[tuple[Point, Point]]:
    length = hypot(end[0] - start[0], end[1] - start[1])
    if not length:
        return []

    def at(way: float) -> Point:
        part = min(way / length, 1.0)
        return start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part

    return [(at(way * dash), at((way + 0.6) * dash)) for way in range(int(length // dash) + 1)]
