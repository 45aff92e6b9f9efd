"""Printed documents: what is on the sheet is in the file, in every letter of Kazakh."""

import io
import logging
from datetime import UTC, datetime

from docx import Document

from documents import pdf_files, word_files
from documents.printed import Column, Line, Printed, Table

LETTERS = "ӘҒҚҢӨҰҮҺІ әғқңөұүһі № «ё» —"
TABLE = Table((Column("Атауы", 3), Column("Мерзімі", 1)), [(f"{LETTERS} {number}", "3-күн") for number in range(120)])
SHEETS = Printed("Тізілім", "kk", datetime(2026, 10, 1, tzinfo=UTC), [Line("БЕКІТІЛГЕН", "right", bold=True), Line(""), TABLE])


def test_a_docx_holds_lines_and_tables_with_a_caption_on_every_page():
    read = Document(io.BytesIO(word_files.write(SHEETS)))

    [table] = read.tables
    assert [paragraph.text for paragraph in read.paragraphs] == ["БЕКІТІЛГЕН", ""]
    assert [cell.text for cell in table.rows[0].cells] == ["Атауы", "Мерзімі"]
    assert (table.rows[120].cells[0].text, len(table.rows)) == (f"{LETTERS} 119", 121)
    assert "w:tblHeader" in table.rows[0]._tr.xml


def test_a_pdf_has_every_letter_of_its_text_inside_and_breaks_into_pages(caplog):
    caplog.set_level(logging.WARNING)

    made = pdf_files.write(SHEETS)

    assert made.startswith(b"%PDF-")
    assert made.count(b"/Type /Page\n") >= 3
    assert [record.message for record in caplog.records if "glyph" in record.message] == []
    assert b"PTSerif" in made
