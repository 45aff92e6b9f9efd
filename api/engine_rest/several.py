"""Requests about several instances: which they name, and the batch that clients expect back.

All of the work is done when the request is answered; there are no batches to be looked up later.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from api.authentication import actor
from api.engine_rest.errors import ParameterMissing, ParameterUnknown
from api.engine_rest.instance_parameters import historic_query, instance_query
from api.engine_rest.parameters import ids
from api.house import house

#: How a body names instances.
NAMING = frozenset({"processInstanceIds", "processInstanceQuery", "historicProcessInstanceQuery"})


def only(sent: Mapping[str, Any], *known: str) -> None:
    """Refuse what a request says and this door would leave out. Raises ParameterUnknown."""
    for name, value in sent.items():
        if name not in known and value is not None:
            raise ParameterUnknown(name=name)


def instances_named(sent: Mapping[str, Any], *, ended: bool = False) -> list[UUID]:
    """The instances that a body names by ids, by a query, or both, in the order in which they are locked everywhere; only open ones, or
    only ended ones. Raises ParameterMissing.

    An id that is named is there whether or not there is such an instance: the act that follows says so.
    """
    if not sent.get("processInstanceIds") and all(sent.get(name) is None for name in NAMING - {"processInstanceIds"}):
        raise ParameterMissing(name=", ".join(sorted(NAMING)))
    named = list(ids(sent.get("processInstanceIds") or [], "processInstanceIds"))
    for name, read in (("processInstanceQuery", instance_query), ("historicProcessInstanceQuery", historic_query)):
        if sent.get(name) is not None:
            filters = replace(read(sent[name]).filters, ended=ended)
            named += [found.id for found in house().operate.every_instance(actor(), filters)]
    return sorted(set(named))


def batch_done(kind: str, jobs: int) -> dict[str, Any]:
    """A batch as clients expect it back; here all of it was done in the request."""
    counts = {"totalJobs": jobs, "jobsCreated": jobs, "batchJobsPerSeed": jobs, "invocationsPerBatchJob": 1}
    return {"id": None, "type": kind, **counts, "suspended": False, "createUserId": actor().by}
