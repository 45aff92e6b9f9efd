"""A printed document as values: what stands on the sheet, in which order. `word_files` and `pdf_files` write it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from documents.pictures import Picture

Align: TypeAlias = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Line:
    """A line of text of its own."""

    text: str
    align: Align = "left"
    bold: bool = False
    size: int = 11


@dataclass(frozen=True)
class Column:
    """A column of a table: its caption, and its share of the width."""

    caption: str
    share: int


@dataclass(frozen=True)
class Table:
    """A table whose caption line is repeated on every page."""

    columns: tuple[Column, ...]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Printed:
    """A document on A4 sheets laid across."""

    title: str
    language: str
    made_at: datetime
    blocks: Sequence[Line | Table | Picture]
