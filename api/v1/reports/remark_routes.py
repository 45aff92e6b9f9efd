"""Remarks on cells, texts and sections; standing rules of distribution."""

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from api.access import needs
from api.authentication import actor
from api.house import house
from api.rooms import Room
from api.v1.reports.schemas import (
    DistributionRules,
    DistributionRuleShape,
    NewDistributionRule,
    NewRemark,
    OptionalWords,
    Remarks,
    RemarkShape,
    WordsShape,
)
from organisations import permissions
from organisations.permissions import Permission

_REMARKS = needs(Permission.REPORT_REMARK, Permission.REPORT_ANSWER)

remarks = Room("remarks", "Remarks on reports, and who gets reports to prepare")


@remarks.get("/reports/<uuid:report_id>/remarks", needs(Permission.REPORT_READ), answer=Remarks)
def list_remarks(report_id: UUID) -> Any:
    """The remarks of a report that you may see, oldest first."""
    return {"items": house().reports.remarks.list(actor(), report_id)}


@remarks.post("/reports/<uuid:report_id>/remarks", _REMARKS, body=NewRemark, answer=RemarkShape, status=201)
def add_remark(report_id: UUID, body: dict[str, Any]) -> Any:
    """Make a remark on the revision that your side is judging."""
    return house().reports.remarks.add(actor(), report_id, body["anchor"], body["text"])


@remarks.post("/remarks/<uuid:remark_id>/answers", needs(Permission.REPORT_EDIT), body=WordsShape, answer=RemarkShape, status=201)
def answer_remark(remark_id: UUID, body: dict[str, Any]) -> Any:
    """Answer an open remark while the report is in preparation again."""
    return house().reports.remarks.answer(actor(), remark_id, body["text"])


@remarks.post("/remarks/<uuid:remark_id>/resolution", _REMARKS, body=OptionalWords, answer=RemarkShape)
def resolve_remark(remark_id: UUID, body: dict[str, Any]) -> Any:
    """Declare a remark of your own side settled."""
    return house().reports.remarks.resolve(actor(), remark_id, body["text"])


@remarks.post("/remarks/<uuid:remark_id>/reopening", _REMARKS, body=WordsShape, answer=RemarkShape)
def reopen_remark(remark_id: UUID, body: dict[str, Any]) -> Any:
    """Say why an answer is not enough."""
    return house().reports.remarks.reopen(actor(), remark_id, body["text"])


@remarks.get("/organisations/<uuid:body_id>/distribution-rules", needs(Permission.TASK_ASSIGN), answer=DistributionRules)
def list_rules(body_id: UUID) -> Any:
    """The standing rules of a body."""
    permissions.require(actor(), Permission.TASK_ASSIGN, body_id)
    return {"items": house().reports.distribution.rules(body_id)}


@remarks.put(
    "/organisations/<uuid:body_id>/distribution-rules/<kind>",
    needs(Permission.TASK_ASSIGN),
    body=NewDistributionRule,
    answer=DistributionRuleShape,
)
def set_rule(body_id: UUID, kind: str, body: dict[str, Any]) -> Any:
    """Lay down a standing rule, in place of an earlier one for the same kind."""
    return house().reports.distribution.set_rule(actor(), body_id, kind, body["executor_id"])


@remarks.delete("/organisations/<uuid:body_id>/distribution-rules/<kind>", needs(Permission.TASK_ASSIGN), status=204)
def lift_rule(body_id: UUID, kind: str) -> ResponseReturnValue:
    """Take a standing rule back."""
    house().reports.distribution.lift_rule(actor(), body_id, kind)
    return "", 204
