"""What the hidden sheets of a report's workbook tell: which report it is of, and of each place what stands there.

The twin of a sheet holds at the same place `+address|mark` for a cell that may be filled in, `-address|mark` for one that may not, and
`#|mark` for a caption. A mark stands for what was written: from it, and not from what the report holds by now, is told what a person
changed.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import UUID

from documents.workbooks import Sheet
from reports.exchange.errors import ReportFileUnknown
from reports.exchange.layout import ABOUT
from storage.columns import to_json

FORMAT: Final = "esep-report-1"
_LONGEST: Final = 64

Sort = Literal["open", "locked", "caption"]
_SIGNS: Final[Mapping[str, Sort]] = {"+": "open", "-": "locked", "#": "caption"}


@dataclass(frozen=True)
class About:
    """Which report a workbook is of, in which state it was written, and which sheets it has, each with its twin."""

    report_id: UUID
    revision: int
    etag: str
    kind: str
    kind_version: int
    language: str
    sheets: tuple[tuple[str, str], ...]

    def lines(self) -> list[tuple[str, str]]:
        """What the sheet about the workbook holds."""
        told = {
            "format": FORMAT,
            "report": str(self.report_id),
            "revision": str(self.revision),
            "etag": self.etag,
            "kind": self.kind,
            "kind_version": str(self.kind_version),
            "language": self.language,
        }
        return [*told.items(), *((twin, name) for name, twin in self.sheets)]


@dataclass(frozen=True)
class Mark:
    """What stood at a place when the workbook was written."""

    sort: Sort
    address: str
    value: str


def about(sheet: Sheet | None) -> About:
    """Which report a workbook is of. Raises ReportFileUnknown where it doesn't say."""
    rows = [row for row in (sheet.rows if sheet else ()) if len(row) > 1]
    lines = {str(row[0]): str(row[1]) for row in rows}
    if lines.get("format") != FORMAT:
        raise ReportFileUnknown()
    try:
        return About(
            report_id=UUID(lines["report"]),
            revision=int(lines["revision"]),
            etag=lines["etag"],
            kind=lines["kind"],
            kind_version=int(lines["kind_version"]),
            language=lines["language"],
            sheets=tuple((name, twin) for twin, name in lines.items() if twin.startswith(ABOUT)),
        )
    except (KeyError, ValueError) as error:
        raise ReportFileUnknown() from error


def of_value(value: Any) -> str:
    """The mark of a value in canonical form, "" of none."""
    if value is None:
        return ""
    text = to_json(value)
    return text if len(text) <= _LONGEST else hashlib.sha256(text.encode()).hexdigest()


def written(address: str, value: Any, *, is_open: bool) -> str:
    """What the twin holds at the place of a cell."""
    return f"{'+' if is_open else '-'}{address}|{of_value(value)}"


def captioned(text: str) -> str:
    """What the twin holds at the place of a caption."""
    return f"#|{of_value(text)}"


def read(held: object) -> Mark | None:
    """What a place of a twin tells; None where nothing was written."""
    sort = _SIGNS.get(held[:1]) if isinstance(held, str) else None
    if sort is None:
        return None
    address, _, value = str(held)[1:].partition("|")
    return Mark(sort, address, value)
