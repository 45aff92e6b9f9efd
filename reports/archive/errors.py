"""What the archive says no with. The words are in `texts/{kk,ru,en}/reports_archive.json`."""

from uuid import UUID

from refusals import Conflict, Fault, Forbidden, Invalid, NotFound


class ReportPurged(Conflict):
    """The contents of the report are gone; its tombstone says by which act."""

    def __init__(self, report_id: UUID) -> None:
        super().__init__(report_id=str(report_id))


class ReportNotPurged(NotFound):
    """The report has its contents, and no tombstone."""

    def __init__(self, report_id: UUID) -> None:
        super().__init__(report_id=str(report_id))


class NotOfTheArchive(Conflict):
    """Only what is of the archive can be taken out of it, and only what was taken out can be put back."""


class ReportHoldNotFound(NotFound):
    """No legal hold on reports has this id, or none that the asking person may know of."""

    def __init__(self, hold_id: UUID) -> None:
        super().__init__(hold_id=str(hold_id))


class ReportHoldLifted(Conflict):
    """The legal hold was lifted before."""

    def __init__(self, hold_id: UUID) -> None:
        super().__init__(hold_id=str(hold_id))


class ReportHoldInvalid(Invalid):
    """The legal hold cannot be placed as it is; the fault says which field and why."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(faults=faults)


class DestructionActNotFound(NotFound):
    """No act of destruction has this id, or none that the asking person may know of."""

    def __init__(self, act_id: UUID) -> None:
        super().__init__(act_id=str(act_id))


class DestructionActInvalid(Invalid):
    """The act of destruction cannot be drafted as it is; the fault says which field and why."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(faults=faults)


class NothingToDestroy(Conflict):
    """No report of the body is past its period and free to go, or none is left on the act."""


class DestructionActInAnotherState(Conflict):
    """The act is not in the state that the deed needs."""

    def __init__(self, state: str) -> None:
        super().__init__(state=state)


class DraftedByYourself(Forbidden):
    """Four eyes: who drafted an act of destruction can't approve it."""
