"""The stages of a report as a table, and the one function that obeys it. Nobody else changes a stage.

`returned` is not a stage: it is preparation of a second or later revision. Overdue is a mark, not a stage. Neither is a correction: an
accepted report goes through the same stages again as its next revision, while the accepted one stays what it was.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from reports.errors import StageNotReachable


class Stage(StrEnum):
    """Where a report stands between its opening and its acceptance."""

    SCHEDULED = "scheduled"
    IN_PREPARATION = "in_preparation"
    ON_APPROVAL = "on_approval"
    ON_SIGNING = "on_signing"
    SUBMITTED = "submitted"
    UNDER_REVIEW = "under_review"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


#: From each stage, the stages that may follow it.
NEXT: Mapping[Stage, frozenset[Stage]] = {
    Stage.SCHEDULED: frozenset({Stage.IN_PREPARATION, Stage.SUBMITTED, Stage.WITHDRAWN}),  # submitted at once: of restricted kinds only
    Stage.IN_PREPARATION: frozenset({Stage.ON_APPROVAL, Stage.WITHDRAWN, Stage.ACCEPTED}),  # accepted again: a correction was given up
    Stage.ON_APPROVAL: frozenset({Stage.ON_SIGNING, Stage.SUBMITTED, Stage.IN_PREPARATION, Stage.WITHDRAWN}),
    Stage.ON_SIGNING: frozenset({Stage.SUBMITTED, Stage.IN_PREPARATION, Stage.WITHDRAWN}),
    Stage.SUBMITTED: frozenset({Stage.UNDER_REVIEW, Stage.ACCEPTED, Stage.WITHDRAWN}),  # accepted at once: by silence
    Stage.UNDER_REVIEW: frozenset({Stage.ACCEPTED, Stage.IN_PREPARATION, Stage.WITHDRAWN}),
    Stage.ACCEPTED: frozenset({Stage.IN_PREPARATION}),  # to be corrected
    Stage.WITHDRAWN: frozenset(),
}

#: Stages in which nobody has anything to do about a report. It leaves them only to be corrected.
ENDED = frozenset({Stage.ACCEPTED, Stage.WITHDRAWN})

#: Stages in which the receiver holds the report.
WITH_RECEIVER = frozenset({Stage.SUBMITTED, Stage.UNDER_REVIEW})

#: Stages in which the body does.
WITH_BODY = frozenset(Stage) - ENDED - WITH_RECEIVER


class Staged(Protocol):
    """What has a stage: a report."""

    id: UUID
    stage: Stage


def move(report: Staged, to: Stage) -> None:
    """Bring a report to a stage. Raises StageNotReachable when the table has no such step."""
    if to not in NEXT[report.stage]:
        raise StageNotReachable(report.id, report.stage, to)
    report.stage = to
