"""Drawings on paper: readable on one sheet or cut into several, words broken where they don't fit."""

import io
import re
import zlib

import pytest
from PIL import Image

from documents import pdf_files, pictures, rasters
from documents.pictures import Caption, Circle, Outline, Picture, Sheet
from documents.printed import Printed
from tests.documents.test_printed import SHEETS

BOX = Outline(((10, 10), (110, 10), (110, 60), (10, 60)), closed=True)


def test_a_small_drawing_is_on_one_sheet_and_not_blown_up():
    [sheet] = pictures.sheets(Picture(400, 200, []), 267, 172)

    assert sheet == Sheet(0, 0, 400, 200, pictures.LARGEST)


def test_a_drawing_that_could_not_be_read_on_one_sheet_is_cut_into_sheets_that_overlap():
    cut = pictures.sheets(Picture(6_000, 3_000, []), 267, 172)

    assert all(sheet.scale == pictures.SMALLEST for sheet in cut)
    assert len({sheet.left for sheet in cut}) == 3
    assert max(sheet.left + sheet.width for sheet in cut) == pytest.approx(6_000)
    assert max(sheet.top + sheet.height for sheet in cut) == pytest.approx(3_000)
    first, second = sorted({sheet.left for sheet in cut})[:2]
    assert second == pytest.approx(first + cut[0].width - pictures.OVERLAP)


def test_words_are_broken_at_spaces_and_a_word_wider_than_its_box_inside():
    caption = Caption("send for approval incomprehensibilities", 0, 0, 90, 40)

    assert pictures.lines(caption, lambda text: len(text) * 6.0) == ["send for", "approval", "incomprehensibi", "lities"]


def test_ink_is_where_the_drawing_has_it():
    picture = Picture(200, 100, [BOX, Circle((160, 50), 20, inked=True), Outline(((10, 80), (190, 80)), dashed=True)])
    [sheet] = pictures.sheets(picture, 267, 172)
    image = Image.open(io.BytesIO(rasters.png(picture, sheet)))
    dots = sheet.scale * rasters.DOTS

    shades = {name: image.getpixel((round(x * dots), round(y * dots))) for name, (x, y) in
              {"edge": (10, 30), "inside": (60, 35), "disc": (160, 50), "outside": (130, 20)}.items()}  # fmt: skip

    assert shades == {"edge": 0, "inside": 255, "disc": 0, "outside": 255}
    line = [image.getpixel((x, round(80 * dots))) for x in range(round(10 * dots), round(190 * dots))]
    assert {0, 255} == set(line)


def test_letters_stand_in_the_image_of_a_caption_and_nowhere_else():
    written = Picture(200, 100, [Caption("Келісу", 0, 0, 100, 100), Caption("", 100, 0, 100, 100)])
    [sheet] = pictures.sheets(written, 267, 172)
    image = Image.open(io.BytesIO(rasters.png(written, sheet)))
    middle = image.width // 2

    assert image.crop((0, 0, middle, image.height)).getextrema()[0] < 100
    assert image.crop((middle, 0, image.width, image.height)).getextrema() == (255, 255)


def test_a_pdf_draws_lines_as_lines():
    sheets = Printed("Сурет", "kk", SHEETS.made_at, [Picture(200, 100, [BOX, Caption("Келісу", 10, 10, 100, 50, upright=True)])])

    streams = [
        zlib.decompress(found) for found in re.findall(rb"stream\n(.*?)\nendstream", pdf_files.write(sheets), re.S) if found[:1] == b"x"
    ]

    assert any(re.search(rb" re W n\n.* m\n.* l\n.* h\n B\n", stream, re.S) for stream in streams)
