"""Drafting as the rest of the product sees it: a file comes in, a draft goes out, with the catalogue of indicators to hand."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from documents import workbooks
from documents.errors import WorkbookTooLarge
from organisations import permissions
from organisations.actors import Actor
from organisations.permissions import EVERYWHERE, Permission
from refusals import Fault
from register import reading, shelf
from register.drafting import drafting
from register.drafting.draft import Draft
from register.duplicates.duplicates import Duplicates
from register.errors import KindInvalid

#: Rows of one sheet; a table of a kind has five hundred at most.
MOST_ROWS: Final = 2_000


class Drafting:
    """Makes drafts of workbooks; keeps nothing. Needs an application context. `by=None` is the console."""

    def __init__(self, duplicates: Duplicates, today: Callable[[], date]) -> None:
        self._duplicates = duplicates
        self._today = today

    def of(self, data: bytes, *, code: str | None = None, valid_from: date | None = None, by: Actor | None = None) -> Draft:
        """The draft of a kind that a workbook makes.

        Raises WorkbookUnreadable, WorkbookOld, WorkbookEncrypted, WorkbookTooLarge, WorkbookWithoutTables; KindInvalid for a code that is
        none, NotPermitted.
        """
        if by is not None:
            permissions.require(by, Permission.REGISTER_EDIT, EVERYWHERE)
        if code is not None and not reading.is_code(code):
            raise KindInvalid(code, [Fault("/code", "kind_code")])
        begins = valid_from or (self._today().replace(day=1) + timedelta(days=32)).replace(day=1)
        sheets = workbooks.read(data, with_formulas=True)
        longest = max((len(sheet.rows) for sheet in sheets), default=0)
        if longest > MOST_ROWS:
            raise WorkbookTooLarge("rows", longest, MOST_ROWS)
        return drafting.draft(sheets, shelf.all_indicators(), self._duplicates.of, valid_from=begins, code=code or "")
