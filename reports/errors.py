"""What the room `reports` says no with. The words are in `texts/{kk,ru,en}/reports.json`."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from refusals import Conflict, Fault, Forbidden, Invalid, NotFound, Stale


class ReportNotFound(NotFound):
    """No such report, or none that the asking person may know of."""

    def __init__(self, report_id: object) -> None:
        super().__init__(report_id=str(report_id))


class RevisionNotFound(NotFound):
    """The report has no such revision, or none that the asking person may read."""

    def __init__(self, report_id: UUID, revision: int) -> None:
        super().__init__(report_id=str(report_id), revision=revision)


class OpeningNotFound(NotFound):
    """No reports were opened under this id."""

    def __init__(self, opening_id: UUID) -> None:
        super().__init__(opening_id=str(opening_id))


class OpeningFailed(Conflict):
    """A report could not be opened, or not be planned, in a way that nobody foresaw."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)


class RequestNotFound(NotFound):
    """Nothing was asked under this id, or nothing that the asking person may know of."""

    def __init__(self, request_id: UUID) -> None:
        super().__init__(request_id=str(request_id))


class RemindedToday(Conflict):
    """Whoever holds the report was reminded of it today."""

    def __init__(self, business_key: str) -> None:
        super().__init__(business_key=business_key)


class RequestNotOpen(Conflict):
    """It was decided or taken back before."""


class RequestsPrivate(Forbidden):
    """What a body asks about its report, and why, is for the body and its receiver."""


class AskedAlready(Conflict):
    """The same is asked already and not decided."""

    def __init__(self, what: str) -> None:
        super().__init__(what=what)


class AskedByYourself(Forbidden):
    """Who asks does not decide."""


class ExtensionInvalid(Invalid):
    """No day up to which a deadline can be extended."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(faults=faults)


class RemarkNotFound(NotFound):
    """No such remark, or none that the asking person may know of."""

    def __init__(self, remark_id: object) -> None:
        super().__init__(remark_id=str(remark_id))


class ReportAlreadyOpen(Conflict):
    """One report per kind, body and period."""

    def __init__(self, business_key: str) -> None:
        super().__init__(business_key=business_key)


class KeyOfReport(Forbidden):
    """Business keys that begin with the code of a kind are those of reports: nothing starts under one but for who may read that report."""

    def __init__(self, business_key: str) -> None:
        super().__init__(business_key=business_key)


class ReportProcessByHand(Conflict):
    """The process of a report begins when it is opened or asked about, once; nobody starts another by hand."""

    def __init__(self, process: str, business_key: str) -> None:
        super().__init__(process=process, business_key=business_key)


class BodyDoesNotReport(Invalid):
    """The Register of Reports doesn't ask this body for this kind in this period."""

    def __init__(self, kind: str, body: str, period: str) -> None:
        super().__init__(kind=kind, body=body, period=period)


class StageNotReachable(Conflict):
    """The table of stages has no such step."""

    def __init__(self, report_id: UUID, stage: str, to: str) -> None:
        super().__init__(report_id=str(report_id), stage=stage, to=to)


class NotAtThisStage(Conflict):
    """The act belongs to another stage."""

    def __init__(self, action: str, stage: str) -> None:
        super().__init__(action=action, stage=stage)


class PersonNeeded(Conflict):
    """The act is a person's: no timer, job or program may take it."""

    def __init__(self, action: str) -> None:
        super().__init__(action=action)


class ContentPrivate(Forbidden):
    """A draft is private to its body: the receiver reads what was submitted, a superior level what was accepted."""

    def __init__(self, stage: str) -> None:
        super().__init__(stage=stage)


class ContentChanged(Stale):
    """The state that was named is none of the revision in work: it was returned, or was never read."""

    def __init__(self, etag: str) -> None:
        super().__init__(etag=etag)


class CellsChanged(Stale):
    """Somebody gave some of the cells another value since the asking person last read them; each fault names the cell, who, when, and both
    values."""

    def __init__(self, etag: str, faults: Sequence[Fault]) -> None:
        super().__init__(faults=faults, etag=etag, count=len(faults))


class CellsRefused(Invalid):
    """Some of the cells that were sent can't be saved; nothing was."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(faults=faults, count=len(faults))


class ChecksFailed(Invalid):
    """Logical control found errors, or warnings without a note."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(faults=faults, count=len(faults))


class CheckUnknown(Invalid):
    """The kind of report has no such check."""

    def __init__(self, check: str) -> None:
        super().__init__(check=check)


class TextNeeded(Invalid):
    """A remark, answer, reason or note without words, or with far too many."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit=limit)


class AnchorUnknown(Invalid):
    """A remark must be on a cell, a section or a text of the report."""

    def __init__(self, anchor: str) -> None:
        super().__init__(anchor=anchor)


class RemarksNotAnswered(Conflict):
    """Open remarks must be answered before the next revision goes on."""

    def __init__(self, count: int) -> None:
        super().__init__(count=count)


class RemarkNeeded(Conflict):
    """A return for revision needs an open remark, made by the returning side since the revision was frozen."""


class RemarksStillOpen(Conflict):
    """Who has open remarks on a revision returns it or resolves them, but doesn't pass it on."""

    def __init__(self, count: int) -> None:
        super().__init__(count=count)


class RemarkInAnotherState(Conflict):
    """The remark is not in the state that the act needs."""

    def __init__(self, state: str) -> None:
        super().__init__(state=state)


class RemarkOfAnotherSide(Forbidden):
    """Only the side that made a remark resolves or reopens it."""


class NotYetSilent(Conflict):
    """The receiver of a report has time to answer, or has made a remark: it doesn't count as accepted."""

    def __init__(self, business_key: str) -> None:
        super().__init__(report=business_key)


class NotInCorrection(Conflict):
    """The report was not accepted yet: it is withdrawn, not given up."""


class AcceptedAlready(Conflict):
    """A report that was accepted stays so while it is corrected: it is neither withdrawn nor given more time."""


class PreparedByYourself(Forbidden):
    """Four eyes: who edited or sent a report can't approve or sign it."""


class ApprovedByYourself(Forbidden):
    """Four eyes: who prepared, approved or signed a report can't accept it."""


class SectionUnknown(Invalid):
    """The report has no such section."""

    def __init__(self, section: str) -> None:
        super().__init__(section=section)


class SectionOfAnotherExecutor(Forbidden):
    """The section was given to another executor."""

    def __init__(self, section: str) -> None:
        super().__init__(section=section)


class ExecutorUnknown(Invalid):
    """Who is named as executor isn't one at the body."""

    def __init__(self, executor: str) -> None:
        super().__init__(executor=executor)


class SignatureNeeded(Conflict):
    """The kind asks for a signature that the revision doesn't have."""


class ApprovalNeeded(Conflict):
    """The revision has not been approved."""


class AnswerNeeded(Conflict):
    """The answer of a receiver outside Esep has not been recorded."""


class AnswerIncomplete(Invalid):
    """An answer from outside needs its number and date."""


class RestrictedKeepsNothing(Conflict):
    """Of a report of a restricted kind only that it was sent, number and date are kept: nothing else can be saved or said of it."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind=kind)


class DispatchInvalid(Invalid):
    """The record of a restricted report's dispatch cannot be accepted; the fault says which field and why."""


class DateInFuture(Invalid):
    """A date of something that is said to have happened already lies ahead."""

    def __init__(self, given: date, today: date) -> None:
        super().__init__(given=given.isoformat(), now=today.isoformat())
