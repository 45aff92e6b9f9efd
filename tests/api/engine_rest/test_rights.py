"""Every route of this door × every role × one's own body, a body below one's own, and somebody else's body.

What is expected is read from the table of rights: nobody gets, sees or counts more, and of what one may not know there is no trace.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest
from werkzeug.test import TestResponse

from api.access import access_of
from engine.decisions.tables import DecisionInstanceRow
from engine.job_tables import FailedAttemptRow
from engine.models import ExternalTaskRow, IncidentRow
from organisations.permissions import GRANTS, Permission, Scope
from organisations.roles import Role
from storage.database import session
from storage.transaction import transaction
from tests.api.things import things_of
from tests.country import Country, Person
from tests.engine.decisions.factories import decision, definitions, literal
from tests.engine.factories import END, START, flows, model, user_task

BEGINNING = {"type": "startBeforeActivity", "activityId": "prepare"}
LATE = "<bpmn:timerEventDefinition><bpmn:timeDuration>P9D</bpmn:timeDuration></bpmn:timerEventDefinition>"
PLAIN = model(
    START
    + user_task("wait")
    + f'<bpmn:boundaryEvent id="late" attachedToRef="wait">{LATE}</bpmn:boundaryEvent>'
    + END
    + flows("start wait end", "late end"),
    key="plain",
)
DECISION = definitions(decision("plain", literal("1"))).replace(b'id="file"', b'id="plain"')
#: Single things are asked for in the same way on either database; lists are asked in SQL, on both.
ON_ONE_DATABASE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
P = Permission
PREFIX = "/engine-rest"
OWN, ABOVE, ELSEWHERE = "own", "above", "elsewhere"
#: Where the body of a thing lies, seen from somebody's own body → the scopes that reach it.
REACHES = {OWN: set(Scope), ABOVE: {Scope.BELOW, Scope.EVERYWHERE}, ELSEWHERE: {Scope.EVERYWHERE}}
#: Belongs to no body: shown to everybody who holds the permission at all.
COMMON = (
    "/deployment",
    "/process-definition",
    "/job-definition",
    "/decision-definition",
    "/decision-requirements-definition",
    "/history/cleanup",
)
#: What a candidate does; here the executors of the task's body.
WORK = ("claim", "delegate", "resolve", "complete", "submit-form")
#: Answers that only say that the right was there: done, misshapen, not in the present state.
GOT_THROUGH = {200, 204, 400, 409}
#: What takes things away from the rest comes last.
OF_DEFINITIONS = ("/job-definition", "/job-definition/count")
OF_INSTANCES = ("/variable-instance", "/history/detail", "/history/detail/count")
OF_TASKS = ("/history/identity-link-log", "/history/identity-link-log/count")
ASKED = {"definition_id": "processDefinitionId", "instance_id": "processInstanceId", "task_id": "taskId"}
LAST = ("execute", "complete", "submit-form", "delete")


class Someone(NamedTuple):
    """A role at a body, and where that body lies seen from the things."""

    role: Role
    place: str
    person: Person

    def holds(self, *permissions: Permission) -> bool:
        return any(permission in GRANTS[self.role] for permission in permissions)

    def reaches(self, permission: Permission) -> bool:
        return GRANTS[self.role].get(permission) in REACHES[self.place]


@dataclass
class Door:
    """The door with things of one body, and somebody in every role at three bodies."""

    country: Country
    things: dict[str, Any]
    people: list[Someone]

    def path(self, rule: str, **known: Any) -> str:
        """The address of a thing."""
        if "/external-task-log/" in rule:
            known |= {"attempt_id": self.things["worker_attempt_id"]}
        for name, value in (self.things | known).items():
            for kind in ("id:", ""):
                rule = rule.replace(f"<{kind}{name}>", str(value))
        assert "<" not in rule, rule
        asked = self.asked(rule)
        return rule + ("?" + "&".join(f"{name}={value}" for name, value in asked.items()) if asked else "")

    def asked(self, rule: str) -> dict[str, str]:
        """What a list must be asked by."""
        names = {OF_DEFINITIONS: "definition_id", OF_INSTANCES: "instance_id", OF_TASKS: "task_id"}
        return {ASKED[name]: str(self.things[name]) for ends, name in names.items() if rule.endswith(ends)}

    def owned(self, rule: str) -> dict[str, Any]:
        """Variables are of a task or of an instance."""
        return {"owner_id": self.things["task_id" if rule.startswith(f"{PREFIX}/task") else "instance_id"]}

    def routes(self) -> Iterator[tuple[str, str, tuple[Permission, ...]]]:
        """Method, rule and permissions of every route that is for those who hold a permission."""
        http = self.country.esep.http
        for rule in http.url_map.iter_rules():
            access = access_of(http.view_functions[rule.endpoint])
            assert access is not None
            if rule.rule.startswith(PREFIX) and access.permissions:
                for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                    yield method, rule.rule, access.permissions

    def body(self, rule: str) -> dict[str, Any]:
        """A lawful body, so that a refusal is one of rights and not of shape."""
        user = {"userId": "the-executor"} if rule.endswith(("assignee", "delegate")) else {}
        value = {"value": 1, "type": "Integer"} if rule.endswith("<name>") else {}
        key = {"processDefinitionKey": self.things["key"]} if rule == f"{PREFIX}/process-definition/suspended" else {}
        ids = {"processInstanceIds": [self.things["instance_id"]]} if rule.endswith(("/delete", "process-instance/suspended")) else {}
        suspended = {"suspended": False} if rule.endswith("suspended") else {}
        message = {"messageName": "report_withdrawn", "businessKey": "none"} if rule.endswith("message") else {}
        if f"{PREFIX}/external-task" in rule:
            return {"workerId": "w", "maxTasks": 1, "topics": [], "newDuration": 1000, "retries": 1, "priority": 1, "errorCode": "E"}
        if "modification" in rule:
            several = {"processDefinitionId": str(self.things["definition_id"]), "processInstanceIds": [self.things["instance_id"]]}
            return several | {"instructions": [BEGINNING]}
        if "/migration" in rule:
            ends = dict.fromkeys(("sourceProcessDefinitionId", "targetProcessDefinitionId"), str(self.things["definition_id"]))
            return {**ends, "migrationPlan": {**ends, "instructions": []}, "processInstanceIds": [self.things["instance_id"]]}
        if "/restart" in rule:
            return {"processInstanceIds": [self.things["instance_id"]], "instructions": [BEGINNING]}
        if rule.endswith("time-to-live"):
            return {"historyTimeToLive": 30}
        if rule.startswith(f"{PREFIX}/job"):
            return self.body_of_jobs(rule) | suspended
        if rule.endswith("/condition"):
            return {"variables": {"figures": {"value": 1}}}
        name = {"name": "holiday"} if rule.endswith("signal") else {}
        note = {"annotation": "looked at"} if rule.endswith("annotation") else {}
        return {**user, **value, **key, **ids, **suspended, **message, **name, **note}

    def body_of_jobs(self, rule: str) -> dict[str, Any]:
        """A lawful body about jobs."""
        several = {
            f"{PREFIX}/job/suspended": {"processInstanceId": self.things["instance_id"]},
            f"{PREFIX}/job/retries": {"jobIds": [self.things["job_id"]], "retries": 1},
            f"{PREFIX}/job-definition/suspended": {"processDefinitionId": str(self.things["definition_id"])},
        }
        single = {"retries": {"retries": 1}, "priority": {"priority": 5}}
        return several.get(rule) or single.get(rule.rpartition("/")[2], {})

    def trace(self, answer: TestResponse) -> bool:
        """Whether an answer betrays a thing of the body."""
        kept = ("report_id", "task_id", "instance_id", "incident_id", "job_id", "decided_id", "attempt_id", "worker_attempt_id")
        return any(str(self.things[name]) in answer.text for name in kept)


@pytest.fixture
def door(country: Country) -> Door:
    things = things_of(country) | {"name": "revision", "key": "plain", "tenant": country.tree.department.id}
    places = {OWN: country.tree.department, ABOVE: country.tree.district, ELSEWHERE: country.tree.other_district}
    people = [Someone(role, place, country.hires(f"{role}-{place}", role, body)) for place, body in places.items() for role in Role]
    admin = next(one.person for one in people if (one.role, one.place) == (Role.ADMINISTRATOR, OWN))
    with transaction():
        deployment = country.esep.engine.definitions.deploy("plain", {"plain.bpmn": PLAIN}, by=None)
        [decision] = country.esep.engine.definitions.deploy("decisions", {"plain.dmn": DECISION}, by=None).decisions
    [resource] = admin.knocks("GET", f"{PREFIX}/deployment/{deployment.id}/resources").json
    activities = admin.knocks("GET", f"{PREFIX}/history/activity-instance?finished=true").json
    things |= {"deployment_id": deployment.id, "definition_id": deployment.definitions[0].id, "resource_id": resource["id"]}
    things |= {"decision_id": decision.id, "requirements_id": decision.requirements_id}
    return Door(
        country,
        things
        | {
            "activity_id": activities[0]["id"],
            "incident_id": _incident(country, things),
            "external_task_id": _external_task(country, things),
            "job_id": admin.knocks("GET", f"{PREFIX}/job?processInstanceId={things['instance_id']}").json[0]["id"],
            "job_definition_id": f"{things['definition_id']}:timer:late",
            "decided_id": _decided(country, things),
            "attempt_id": _attempt(country, things, "job"),
            "worker_attempt_id": _attempt(country, things, "external"),
            "detail_id": admin.knocks("GET", f"{PREFIX}/history/detail?processInstanceId={things['instance_id']}").json[0]["id"],
        },
        people,
    )


def _incident(country: Country, things: dict[str, Any]) -> UUID:
    with transaction():
        row = IncidentRow(
            id=uuid4(),
            instance_id=UUID(things["instance_id"]),
            definition_key="report_cycle",
            body=str(country.tree.department.id),
            element_id="prepare",
            kind="timer",
            subject_id=str(uuid4()),
            cause="step_failed",
            message="broken on purpose",
            details={},
            created_at=country.esep.clock.now(),
        )
        session.add(row)
    return row.id


def _decided(country: Country, things: dict[str, Any]) -> UUID:
    with transaction():
        row = DecisionInstanceRow(
            id=uuid4(),
            decision_definition_id=things["decision_id"],
            decision_key="plain",
            instance_id=UUID(things["instance_id"]),
            element_id="prepare",
            evaluated_at=country.esep.clock.now(),
            inputs={},
            outputs=[],
            rules=[],
        )
        session.add(row)
    return row.id


def _attempt(country: Country, things: dict[str, Any], kind: str) -> UUID:
    with transaction():
        row = FailedAttemptRow(
            id=uuid4(),
            at=country.esep.clock.now(),
            kind=kind,
            subject_id=uuid4(),
            instance_id=UUID(things["instance_id"]),
            definition_key="report_cycle",
            body=str(country.tree.department.id),
            element_id="prepare",
            retries=0,
            message="broken on purpose",
            details="line by line",
        )
        session.add(row)
    return row.id


def _external_task(country: Country, things: dict[str, Any]) -> UUID:
    with transaction():
        row = ExternalTaskRow(
            id=uuid4(),
            instance_id=UUID(things["instance_id"]),
            definition_id=things["definition_id"],
            definition_key="report_cycle",
            body=str(country.tree.department.id),
            token_id="0" * 32,
            element_id="prepare",
            topic="send",
            created_at=country.esep.clock.now(),
            worker_id="w",
            state="waiting",
        )
        session.add(row)
    return row.id


def deciding(rule: str, permissions: tuple[Permission, ...]) -> Permission:
    """The permission that is asked for reading the things of a rule."""
    if rule.startswith(f"{PREFIX}/task"):
        return P.TASK_READ
    if rule.startswith(f"{PREFIX}/external-task"):
        return P.EXTERNAL_TASK_WORK
    if rule.startswith(f"{PREFIX}/history/user-operation"):
        return P.JOURNAL_READ
    return P.INCIDENT_READ if rule.startswith((f"{PREFIX}/incident", f"{PREFIX}/history/incident")) else P.PROCESS_READ


def is_search(method: str, rule: str) -> bool:
    """Whether a route answers with a list or a number."""
    of_lists = (
        "/count",
        "/task",
        "/process-instance",
        "/activity-instance",
        "/incident",
        "/event-subscription",
        "/deployment",
        "/process-definition",
        "/external-task",
        "/job",
        "/job-definition",
        "/decision-definition",
        "/decision-requirements-definition",
        "/decision-instance",
        "/job-log",
        "/external-task-log",
        "/user-operation",
        "/detail",
        "/identity-link-log",
    )
    return method in ("GET", "POST") and rule.endswith(of_lists)


def test_lists_and_counts_hold_what_the_rights_reach_and_nothing_else(door):
    for method, rule, permissions in door.routes():
        if not is_search(method, rule):
            continue
        for one in door.people:
            answer = one.person.knocks(method, door.path(rule), door.asked(rule) if method == "POST" else None)
            if not one.holds(*permissions):
                assert answer.status_code == 403, (method, rule, one)
                continue
            assert answer.status_code == 200, (method, rule, one, answer.text)
            seen = bool(answer.json["count"] if rule.endswith("/count") else answer.json)
            expected = rule.startswith(tuple(PREFIX + path for path in COMMON)) or one.reaches(deciding(rule, permissions))
            unseen = rule.endswith(OF_TASKS) and not seen  # nobody has the task
            assert seen == expected or unseen, (method, rule, one, answer.text)
            assert expected or not door.trace(answer), (method, rule, one)


@ON_ONE_DATABASE
def test_a_thing_out_of_reach_is_told_like_one_that_does_not_exist(door):
    unknown = str(uuid4())
    for method, rule, permissions in door.routes():
        if method != "GET" or is_search(method, rule) or (rule.endswith("/data") and "variables" in rule):
            continue
        if rule.endswith("/deployed-start-form"):  # the plain process has none
            continue
        common = rule.startswith(tuple(PREFIX + path for path in COMMON))
        path = door.path(rule, **door.owned(rule))
        for one in door.people:
            answer = one.person.knocks("GET", path)
            if not one.holds(*permissions):
                assert answer.status_code == 403, (rule, one)
            elif common or one.reaches(deciding(rule, permissions)):
                assert answer.status_code == 200, (rule, one, answer.text)
            else:
                assert answer.status_code == 404, (rule, one, answer.text)
                if one.role is Role.EXECUTOR:
                    of_nothing = one.person.knocks("GET", _swapped(path, door.things, unknown))
                    assert _plain(answer, door.things) == _plain(of_nothing, {"id": unknown}), (rule, one)


def _swapped(path: str, things: dict[str, Any], unknown: str) -> str:
    for name in ("task_id", "instance_id", "activity_id", "incident_id", "job_id", "decided_id", "attempt_id", "worker_attempt_id"):
        path = path.replace(str(things[name]), unknown)
    return path


def _plain(answer: TestResponse, things: dict[str, Any]) -> tuple[int, str]:
    text = answer.text
    for value in things.values():
        text = text.replace(str(value), "·") if len(str(value)) == 36 else text
    return answer.status_code, text


@ON_ONE_DATABASE
def test_a_change_needs_the_right_at_the_body_of_the_thing(door):
    changes = [route for route in door.routes() if route[0] != "GET" and not is_search(route[0], route[1])]
    lawful: list[tuple[Someone, str, str]] = []
    for method, rule, permissions in changes:
        for one in door.people:
            if may(one, method, rule):
                lawful.append((one, method, rule))
                continue
            answer = one.person.knocks(method, door.path(rule, **door.owned(rule)), door.body(rule))
            known = one.holds(*permissions) and "<id:" in rule and not one.reaches(deciding(rule, permissions))
            if rule.endswith("/unclaim") and one.reaches(P.TASK_READ):
                assert answer.status_code == 204, (rule, one)  # nobody has the task: there is nothing to give back
            else:
                assert answer.status_code == (404 if known else 403), (method, rule, one, answer.text)

    for one, method, rule in sorted(lawful, key=lambda act: (act[1] == "DELETE", act[2].endswith(LAST))):
        answer = one.person.knocks(method, door.path(rule, **door.owned(rule)), door.body(rule))
        done_before = answer.status_code == 404 and rule.startswith(f"{PREFIX}/job/<")  # it was executed by the one asked first
        assert answer.status_code in GOT_THROUGH or done_before, (method, rule, one, answer.text)


def may(one: Someone, method: str, rule: str) -> bool:
    """Whether the table of rights grants a change of this door."""
    verb = rule.rpartition("/")[2]
    if rule.startswith(f"{PREFIX}/external-task"):
        return one.reaches(P.EXTERNAL_TASK_WORK)
    if rule.startswith(f"{PREFIX}/task") and "/variables" not in rule:
        works = one.role is Role.EXECUTOR and one.place == OWN
        assigns = one.reaches(P.TASK_ASSIGN)
        return works if verb in WORK else assigns if verb == "assignee" else False
    if rule.startswith(f"{PREFIX}/condition"):
        return one.holds(P.PROCESS_START)  # what it starts is at the person's own body
    if rule.startswith(f"{PREFIX}/decision-definition"):
        return one.holds(P.PROCESS_START)  # nothing is kept of an evaluation, so it belongs to no body
    if rule.startswith((f"{PREFIX}/process-definition", f"{PREFIX}/message")) and verb in ("start", "submit-form", "message"):
        return one.reaches(P.PROCESS_START)
    if rule.startswith((f"{PREFIX}/job-definition", f"{PREFIX}/history/cleanup")):
        return GRANTS[one.role].get(P.PROCESS_OPERATE) is Scope.EVERYWHERE
    if verb in ("restart", "restart-async"):
        return one.reaches(P.PROCESS_OPERATE) and one.reaches(P.PROCESS_START)
    if rule.startswith(tuple(PREFIX + path for path in COMMON)):
        return GRANTS[one.role].get(P.PROCESS_DEPLOY) is Scope.EVERYWHERE
    if rule.startswith(f"{PREFIX}/incident"):
        return one.reaches(P.INCIDENT_RETRY)
    return one.reaches(P.PROCESS_OPERATE)


@ON_ONE_DATABASE
def test_who_others_are_is_for_those_who_may_read_them(door):
    for one in door.people:
        answer = one.person.knocks("GET", f"{PREFIX}/identity/groups?userId=the-executor")
        of_nobody = one.person.knocks("GET", f"{PREFIX}/identity/groups?userId=nobody-at-all")
        if not one.holds(P.USER_READ):
            assert (answer.status_code, of_nobody.status_code) == (403, 403), one
        elif one.reaches(P.USER_READ):
            assert (answer.status_code, of_nobody.status_code) == (200, 404), one
        else:
            assert (answer.status_code, of_nobody.status_code) == (404, 404), one
            assert answer.json["message"].replace("the-executor", "nobody-at-all") == of_nobody.json["message"]

        for verb in ("claim", "assignee", "delegate"):
            path = door.path(f"{PREFIX}/task/<id:task_id>/{verb}")
            known, unknown = (one.person.knocks("POST", path, {"userId": name}) for name in ("the-head", "nobody-at-all"))
            assert (known.status_code, known.text) == (unknown.status_code, unknown.text), (one, verb)
