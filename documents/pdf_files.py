"""PDF: a printed document as it is, with its letters inside (PT Serif has all 42 of Kazakh)."""

from importlib.resources import files
from typing import Any

from fpdf import FPDF
from fpdf.enums import Align
from fpdf.fonts import FontFace

from documents import pictures
from documents.pictures import Caption, Circle, Outline, Picture, Sheet
from documents.printed import Line, Printed, Table

_FONTS = files("fontpkg_pt_serif") / "files"
_FAMILY = "PT Serif"
_ALIGN = {"left": Align.L, "center": Align.C, "right": Align.R}
_CELL_SIZE = 8
#: Room for a drawing on a sheet, in millimetres.
_WIDTH, _HEIGHT = 267, 172
_POINTS = 72 / 25.4


def write(printed: Printed) -> bytes:
    """The document as a PDF file; pages carry their number."""
    made = _Sheets(orientation="landscape", format="A4")
    for style, file in (("", "PT_Serif-Web-Regular.ttf"), ("B", "PT_Serif-Web-Bold.ttf")):
        made.add_font(_FAMILY, style, str(_FONTS / file))
    made.set_margin(15)
    made.set_title(printed.title)
    made.set_lang(printed.language)
    made.set_creation_date(printed.made_at)
    made.set_font(_FAMILY, size=11)
    made.add_page()
    for block in printed.blocks:
        if isinstance(block, Line):
            made.set_font(_FAMILY, "B" if block.bold else "", block.size)
            made.multi_cell(0, block.size * 0.5, block.text or " ", align=_ALIGN[block.align], new_x="LMARGIN", new_y="NEXT")
        elif isinstance(block, Table):
            _table(made, block)
        else:
            _picture(made, block)
    return bytes(made.output())


class _Sheets(FPDF):
    """Sheets with their number below."""

    def footer(self) -> None:
        """The number of the page."""
        self.set_y(-12)
        self.set_font(_FAMILY, size=8)
        self.cell(0, 6, str(self.page_no()), align=Align.C)


def _table(made: Any, block: Table) -> None:
    made.set_font(_FAMILY, size=_CELL_SIZE)
    captions = FontFace(emphasis="BOLD")
    shares = [column.share for column in block.columns]
    with made.table(col_widths=shares, headings_style=captions, text_align="LEFT", line_height=4, padding=1) as table:
        for line in ([column.caption for column in block.columns], *block.rows):
            row = table.row()
            for text in line:
                row.cell(text)
    made.ln(3)


def _picture(made: Any, picture: Picture) -> None:
    for sheet in pictures.sheets(picture, _WIDTH, _HEIGHT):
        made.add_page()
        with made.rect_clip(made.l_margin, made.t_margin, sheet.width * sheet.scale, sheet.height * sheet.scale):
            drawing = _Drawing(made, sheet)
            for shape in picture.shapes:
                drawing.draw(shape)


class _Drawing:
    """A part of a drawing on the page that is open."""

    def __init__(self, made: Any, sheet: Sheet) -> None:
        self._made = made
        self._scale = sheet.scale
        self._left = made.l_margin - sheet.left * sheet.scale
        self._top = made.t_margin - sheet.top * sheet.scale
        made.set_font(_FAMILY, size=pictures.LETTERS * sheet.scale * _POINTS)
        made.set_draw_color(0)

    def draw(self, shape: pictures.Shape) -> None:
        """One shape."""
        if isinstance(shape, Caption):
            self._write(shape)
            return
        self._made.set_line_width(shape.weight * self._scale)
        self._made.set_dash_pattern(*((4 * self._scale, 3 * self._scale) if shape.dashed else ()))
        self._made.set_fill_color(0 if shape.inked else 255)
        if isinstance(shape, Circle):
            x, y = self._at(*shape.centre)
            self._made.circle(x, y, shape.radius * self._scale, style="DF")
        else:
            self._trace(shape)

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return self._left + x * self._scale, self._top + y * self._scale

    def _trace(self, shape: Outline) -> None:
        points = [self._at(*point) for point in shape.points]
        if shape.closed:
            self._made.polygon(points, style="DF")
        else:
            self._made.polyline(points, style="D")

    def _write(self, caption: Caption) -> None:
        lines = pictures.lines(caption, lambda text: self._made.get_string_width(text) / self._scale)
        room = caption.height if caption.upright else caption.width
        x, y = self._at(caption.left, caption.top + (caption.height if caption.upright else 0))
        with self._made.rotation(90 if caption.upright else 0, x, y):
            for line, baseline in zip(lines, pictures.baselines(caption, len(lines)), strict=True):
                indent = (room * self._scale - self._made.get_string_width(line)) / 2
                self._made.text(x + indent, y + baseline * self._scale, line)
