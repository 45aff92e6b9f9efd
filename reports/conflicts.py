"""What somebody is told whose value for a cell meets another one, saved meanwhile or computed: which cell, both values, who and when."""

from collections.abc import Mapping
from typing import Any

import texts
from organisations.days import ALMATY
from organisations.users import User
from refusals import Fault
from register.cells import Cell
from reports import cells
from reports.models import ReportSave


def fault(cell: Cell, yours: Any, theirs: Any, save: ReportSave | None, people: Mapping[str, User]) -> Fault:
    """The fault of one cell; `save` is None where the product itself filled it in."""
    said = {language: _said(cell, yours, theirs, save, people, language) for language in texts.LANGUAGES}
    fields = {"cell": cell.address, "yours": yours, "theirs": theirs, "message": said["kk"], "messages": said}
    who = {"by": None, "at": None} if save is None else {"by": save.by, "at": save.at.isoformat()}
    return Fault(cells.pointer(cell.address), "cell_changed_meanwhile", fields | who)


def miscounted(cell: Cell, claimed: Any, computed: Any) -> Fault:
    """The fault of a computed cell that a file tells otherwise."""
    said = {
        language: texts.say(
            "cell_told_otherwise",
            {"cell": cell.names.say(language), "claimed": cells.shown(claimed, language), "computed": cells.shown(computed, language)},
            language,
        )
        for language in texts.LANGUAGES
    }
    fields = {"cell": cell.address, "claimed": claimed, "computed": computed, "message": said["kk"], "messages": said}
    return Fault(cells.pointer(cell.address), "cell_computed_differs", fields)


def _said(cell: Cell, yours: Any, theirs: Any, save: ReportSave | None, people: Mapping[str, User], language: str) -> str:
    values = {"cell": cell.names.say(language), "yours": cells.shown(yours, language), "theirs": cells.shown(theirs, language)}
    if save is None:
        return texts.say("cell_filled_in_meanwhile", values, language)
    user = people.get(save.by)
    who = {"by": user.name(language) if user else save.by, "at": save.at.astimezone(ALMATY).strftime("%d.%m.%Y %H:%M")}
    return texts.say("cell_saved_meanwhile", values | who, language)
