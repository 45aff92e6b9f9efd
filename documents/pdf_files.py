"""PDF: a printed document as it is, with its letters inside (PT Serif has all 42 of Kazakh)."""

from importlib.resources import files
from typing import Any

from fpdf import FPDF
from fpdf.enums import Align
from fpdf.fonts import FontFace

from documents.printed import Line, Printed, Table

_FONTS = files("fontpkg_pt_serif") / "files"
_FAMILY = "PT Serif"
_ALIGN = {"left": Align.L, "center": Align.C, "right": Align.R}
_CELL_SIZE = 8


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
        else:
            _table(made, block)
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
