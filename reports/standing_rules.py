"""Standing rules of bodies, as they are kept: reports of a kind, or of every kind, that need no distribution by the head."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from reports.models import StandingDistribution
from storage.database import session

#: Stands for every kind of report in a standing rule.
EVERY_KIND = "*"


@dataclass(frozen=True)
class StandingRule:
    """Reports of a kind go straight to preparation: to one executor, or to whichever of the body's executors claims them."""

    body_id: UUID
    kind_code: str
    executor_id: UUID | None


def for_kind(body_ids: Collection[UUID], kind_code: str) -> dict[UUID, StandingRule]:
    """The rule for a kind at each body that has one: its own, else the one for every kind."""
    session.flush()
    query = sa.select(StandingDistribution).where(
        StandingDistribution.body_id.in_(body_ids), StandingDistribution.kind_code.in_((kind_code, EVERY_KIND))
    )
    found = sorted(session.scalars(query), key=lambda row: row.kind_code != EVERY_KIND)
    return {row.body_id: rule_of(row) for row in found}


def of_bodies(body_ids: Collection[UUID]) -> dict[tuple[UUID, str], StandingRule]:
    """All rules of some bodies, by body and code of the kind."""
    session.flush()
    rows = session.scalars(sa.select(StandingDistribution).where(StandingDistribution.body_id.in_(body_ids)))
    return {(row.body_id, row.kind_code): rule_of(row) for row in rows}


def row(body_id: UUID, kind_code: str) -> StandingDistribution | None:
    """The rule of a body under exactly this code."""
    session.flush()
    return session.scalar(
        sa.select(StandingDistribution).where(StandingDistribution.body_id == body_id, StandingDistribution.kind_code == kind_code)
    )


def rule_of(found: StandingDistribution) -> StandingRule:
    """What a row says."""
    return StandingRule(found.body_id, found.kind_code, found.executor_id)
