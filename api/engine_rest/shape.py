"""How this door says no: `{"type": …, "message": …, "code": …}`, and for deployments where in which file the faults are."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import Response, json

import texts
from api import problems
from api.engine_rest import migration_report
from api.problems import Problem

#: What clients of this door call the families of refusal, by status; a finer name by the refusal's code comes first.
TYPES: Mapping[int, str] = {
    400: "InvalidRequestException",
    401: "AuthenticationException",
    403: "AuthorizationException",
    404: "InvalidRequestException",
    409: "OptimisticLockingException",
    500: "ProcessEngineException",
}
TYPES_BY_CODE: Mapping[str, str] = {
    "task_already_claimed": "TaskAlreadyClaimedException",
    "form_invalid": "FormFieldValidationException",
    "deployment_refused": "ParseException",
    "model_refused": "ParseException",
    "message_not_expected": "MismatchingMessageCorrelationException",
    "message_ambiguous": "MismatchingMessageCorrelationException",
    "step_failed": "ProcessEngineException",
    "plan_refused": "MigrationPlanValidationException",
    "migration_refused": "MigratingProcessInstanceValidationException",
}
#: Refusals that come with a report.
REPORTED: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "plan_refused": lambda refused: migration_report.of_plan(refused.reports),
    "migration_refused": migration_report.of_instance,
}
#: Where this door's clients expect another status than the family has.
STATUS_BY_CODE: Mapping[str, int] = {"message_not_expected": 400, "message_ambiguous": 400}
#: By this beginning editors tell that the diagram is at fault and not the connection.
BAD_DIAGRAM = "ENGINE-09005 Could not parse BPMN process. Errors:"
LOST_RACE = 1  # the number that stands for "somebody else was faster" there; every other refusal is 0


def answer(problem: Problem) -> Response:
    """A refusal in this door's shape."""
    status = STATUS_BY_CODE.get(problem.code) or (400 if problem.status in (415, 422) else problem.status)
    findings = getattr(problem.error, "findings", None)
    document: dict[str, Any] = {
        "type": TYPES_BY_CODE.get(problem.code) or TYPES.get(status, "RestException"),
        "message": _bad_diagram(findings) if findings else _message(problem),
        "code": LOST_RACE if status == 409 else 0,
    }
    if findings:
        document["details"] = details(findings)
    if problem.code in REPORTED:
        document["validationReport"] = REPORTED[problem.code](problem.error)
    response = Response(json.dumps(document), status, mimetype="application/json")
    response.headers["Content-Language"] = problems.language()
    response.headers.extend(problem.headers)
    return response


def details(findings: Iterable[Any]) -> dict[str, Any]:
    """What was found in models, by file: errors and warnings with line, column and element."""
    found: dict[str, Any] = {}
    for finding in findings:
        report = found.setdefault(finding.resource, {"errors": [], "warnings": []})
        report["errors" if finding.is_error else "warnings"].append(_problem(finding))
    return found


def _problem(finding: Any) -> dict[str, Any]:
    return {
        "message": texts.say(finding.code, finding.fields, problems.language()),
        "line": finding.line,
        "column": finding.column or 0,
        "mainElementId": finding.element_id,
        "elementIds": [finding.element_id] if finding.element_id else [],
    }


def _bad_diagram(findings: Iterable[Any]) -> str:
    """Each error in a line: file, line, element, and what to change."""
    language = problems.language()
    errors = [finding for finding in findings if finding.is_error]
    lines = [
        f"{one.resource}:{one.line} {one.element_id or ''}".strip() + f": {texts.say(one.code, one.fields, language)}" for one in errors
    ]
    return "\n* ".join([BAD_DIAGRAM, *lines])


def _message(problem: Problem) -> str:
    """The sentence, and what each fault says: clients of this door show nothing but the message."""
    faults = [f"{fault.get('pointer', '').removeprefix('#/')}: {fault['detail']}" for fault in problem.errors]
    return f"{problem.detail} {'; '.join(faults)}" if faults else problem.detail
