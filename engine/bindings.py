"""Which version of a process or decision a reference means."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine.decisions.tables import DecisionDefinitionRow
from engine.definition_errors import VersionNotFound
from engine.definition_models import DefinitionRow
from engine.parsing.specs.references import Reference
from storage.database import session


def process_id(reference: Reference) -> UUID:
    """The id of the definition that a call activity calls. Raises VersionNotFound, also when that one is suspended: whoever suspends the
    newest version does not mean the one before it to be called in its place.
    """
    query = _versions(DefinitionRow, reference).add_columns(DefinitionRow.suspended).where(DefinitionRow.executable)
    found = session.execute(query).first()
    return _one(None if found is None or found.suspended else found.id, reference)


def decision_id(reference: Reference) -> UUID:
    """The id of the version of a decision that a business rule task evaluates. Raises VersionNotFound."""
    return _one(session.scalar(_versions(DecisionDefinitionRow, reference)), reference)


def _versions(table: type[DefinitionRow] | type[DecisionDefinitionRow], reference: Reference) -> sa.Select[Any]:
    """The newest version that fits. For one of the same deployment that is the newest of its time, so that a file which was no part of the
    deployment, because nothing had changed in it, is found where it stands.
    """
    query = sa.select(table.id).where(table.key == reference.key).order_by(table.version.desc()).limit(1)
    if reference.kind == "version":
        number = int(reference.value or 0)
        return query.where(table.version == (number if number < 2**31 else 0))
    if reference.kind == "versionTag":
        return query.where(table.version_tag == reference.value)
    if reference.kind == "deployment":
        caller = sa.select(DefinitionRow.deployment_id).where(DefinitionRow.id == UUID(reference.caller))
        return query.where(table.deployment_id <= caller.scalar_subquery())
    return query


def _one(found: UUID | None, reference: Reference) -> UUID:
    if found is None:
        raise VersionNotFound(reference.key, reference.kind, reference.value)
    return found
