"""What a workbook that should become a kind is refused for."""

from collections.abc import Sequence

from refusals import Invalid


class WorkbookWithoutTables(Invalid):
    """On none of the sheets there is a table with captions of rows and columns."""

    def __init__(self, sheets: Sequence[str]) -> None:
        super().__init__(sheets=", ".join(sheets)[:300] or "—")
