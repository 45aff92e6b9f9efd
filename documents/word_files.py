"""DOCX: a printed document that people still edit, written for Word and LibreOffice."""

import io
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.shared import Cm, Mm, Pt

from documents import pictures, rasters
from documents.pictures import Picture
from documents.printed import Line, Printed, Table

FONT = "PT Serif"
_ALIGN = {"left": WD_ALIGN_PARAGRAPH.LEFT, "center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}
_WIDTH, _CELL_SIZE = Cm(26.7), Pt(9)
#: Room for a drawing on a sheet, in millimetres.
_PICTURE_WIDTH, _PICTURE_HEIGHT = 266, 170


def write(printed: Printed) -> bytes:
    """The document as a DOCX file."""
    made = Document()
    section = made.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(1.5)
    made.styles["Normal"].font.name = FONT
    made.core_properties.title, made.core_properties.language = printed.title, printed.language
    made.core_properties.author, made.core_properties.created = "Esep", printed.made_at
    for block in printed.blocks:
        if isinstance(block, Line):
            _line(made.add_paragraph(), block.text, bold=block.bold, size=Pt(block.size), align=_ALIGN[block.align])
        elif isinstance(block, Table):
            _table(made, block)
        else:
            _picture(made, block)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _line(paragraph: Any, text: str, *, bold: bool, size: Any, align: Any = None) -> None:
    paragraph.alignment = align
    paragraph.paragraph_format.space_after = Pt(2)
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, size


def _table(made: Any, block: Table) -> None:
    table = made.add_table(rows=1 + len(block.rows), cols=len(block.columns), style="Table Grid")
    table.autofit = False
    whole = sum(column.share for column in block.columns)
    widths = [int(_WIDTH * column.share / whole) for column in block.columns]
    lines = [[column.caption for column in block.columns], *block.rows]
    for number, (row, line) in enumerate(zip(table.rows, lines, strict=True)):
        for cell, width, text in zip(row.cells, widths, line, strict=True):
            cell.width = width
            _line(cell.paragraphs[0], text, bold=number == 0, size=_CELL_SIZE)
    _repeat(table.rows[0])


def _repeat(row: Any) -> None:
    """Let the caption line stand on every page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # the library has no other way to say it


def _picture(made: Any, picture: Picture) -> None:
    for sheet in pictures.sheets(picture, _PICTURE_WIDTH, _PICTURE_HEIGHT):
        paragraph = made.add_paragraph()
        paragraph.paragraph_format.page_break_before = True
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.add_run().add_picture(io.BytesIO(rasters.png(picture, sheet)), width=Mm(sheet.width * sheet.scale))
