"""What surrounds the main job: sections given to single executors, what checks say, what does not exist, what is nobody's business."""

from uuid import uuid4

import pytest

from organisations.roles import Role
from storage.transaction import transaction
from tests.api.things import things_of
from tests.country import Person
from tests.engine.factories import END, START, flows, model, user_task

PLAIN = model(START + user_task("wait") + END + flows("start wait end"), key="plain")


@pytest.fixture
def things(country):
    return things_of(country)


def test_a_section_is_given_to_one_executor_who_alone_writes_it(country, things):
    head, executor = Person(country.esep, "the-head"), Person(country.esep, "the-executor")
    other = country.hires("other", Role.EXECUTOR, country.tree.department)
    path = f"/reports/{things['report_id']}"
    other_id = other.gets("/me")["id"]

    given = head.asks("PUT", f"{path}/sections/jobs/executor", {"executor_id": other_id})
    values = {"values": {"jobs.measures.applied.total": "1"}}
    etag = executor.asks("GET", f"{path}/content").headers["ETag"]
    refused = executor.asks("PATCH", f"{path}/content", values, If_Match=etag)
    saved = other.asks("PATCH", f"{path}/content", values, If_Match=etag)

    layout = other.gets(f"{path}/layout")
    told = layout["measures"][layout["cells"]["jobs.measures.applied.men"]]

    assert given.status_code == 204
    assert refused.status_code in (403, 422)
    assert saved.status_code == 200
    assert (layout["kind"], layout["sections"][0]["executor_id"]) == ("EMP-01", other_id)
    assert (told["value_type"], told["breakdown"], told["minimum"], set(told["unit"])) == (
        "integer",
        {"sex": "men"},
        "0",
        {"kk", "ru", "en"},
    )
    assert head.asks("PUT", f"{path}/sections/none/executor", {"executor_id": None}).status_code in (404, 422)
    assert head.asks("PUT", f"{path}/sections/jobs/executor", {"executor_id": str(uuid4())}).json["code"] == "executor_unknown"
    assert other.asks("PUT", f"{path}/sections/jobs/executor", {"executor_id": other_id}).status_code == 403


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_check_says_its_own_words_in_the_readers_language(country, things, language):
    executor = Person(country.esep, "the-executor")
    path = f"/reports/{things['report_id']}/content"
    content = executor.asks("GET", path)
    wrong = {"jobs.measures.applied.total": "9", "jobs.measures.applied.men": "1", "jobs.measures.applied.women": "1"}
    register = country.esep.register
    values = {name: "—" if cell.value_type == "text" else "0" for name, cell in register.kind("EMP-01").cells.items()}
    saved = executor.asks("PATCH", path, {"values": values | wrong}, If_Match=content.headers["ETag"])
    assert saved.status_code == 200, saved.text

    answer = executor.asks("POST", f"/tasks/{things['task_id']}/completion", {"values": {}}, Accept_Language=language)

    assert answer.json["code"] == "checks_failed"
    message = next(check.messages for check in register.kind("EMP-01").checks if check.code == "applied_by_sex").say(language)
    [fault] = [fault for fault in answer.json["errors"] if fault["fields"]["check"] == "applied_by_sex"]
    assert message in fault["detail"]


def test_kinds_and_bodies_that_do_not_exist_are_refused(country, things):
    head, admin = Person(country.esep, "the-head"), country.hires("admin", Role.ADMINISTRATOR, country.tree.oblast)
    rules = f"/organisations/{country.tree.department.id}/distribution-rules"

    assert head.asks("GET", "/register/kinds/NONE-01/versions").status_code == 404
    assert head.asks("PUT", f"{rules}/NONE-01", {}).status_code == 404
    assert head.asks("PUT", f"{rules}/EMP-01", {}).status_code == 200
    assert [rule["kind"] for rule in head.gets(rules)["items"]] == ["*", "EMP-01"]
    assert admin.asks("PUT", f"/organisations/{uuid4()}/distribution-rules/*", {}).status_code == 404
    start = f"/processes/definitions/{things['definition_id']}/instances"
    assert admin.asks("POST", start, {"body_id": str(uuid4())}).json["code"] == "body_not_found"
    tenant = admin.knocks("POST", f"/engine-rest/process-definition/key/report_cycle/tenant-id/{uuid4()}/start", {})
    assert tenant.status_code == 404


def test_the_iin_of_a_person_is_for_administrators_and_the_person(country):
    admin = country.hires("admin", Role.ADMINISTRATOR, country.tree.oblast)
    manager = country.hires("manager", Role.MANAGER, country.tree.oblast)
    iins = {"manager": "791028302728", "executor": "900101400003"}
    country.hires("executor", Role.EXECUTOR, country.tree.department)
    for user in admin.gets("/users")["items"]:
        if user["login"] in iins:
            changed = admin.asks("PATCH", f"/users/{user['id']}", {"iin": iins[user["login"]]}, If_Match=f'"{user["version"]}"')
            assert changed.json["iin"] == iins[user["login"]], changed.text

    seen = {person: {user["login"]: user["iin"] for user in person.gets("/users")["items"]} for person in (admin, manager)}

    assert {login: seen[admin][login] for login in iins} == iins
    assert {login: seen[manager][login] for login in iins} == {"manager": iins["manager"], "executor": None}


def test_actions_on_processes_are_those_that_will_be_granted(country):
    with transaction():
        [definition] = country.esep.engine.definitions.deploy("plain", {"plain.bpmn": PLAIN}, by=None).definitions
    people = {role: country.hires(role.value, role, country.tree.department) for role in Role}
    admin = people[Role.ADMINISTRATOR]
    start = f"/processes/definitions/{definition.id}/instances"
    instance = admin.posts(start, {"body_id": str(country.tree.department.id)})

    of_definition = {role: one.gets(f"/processes/definitions/{definition.id}")["allowed_actions"] for role, one in people.items()}
    of_instance = {role: one.gets(f"/processes/instances/{instance['id']}")["allowed_actions"] for role, one in people.items()}

    starters, operators = {Role.METHODOLOGIST, Role.ADMINISTRATOR}, {Role.ADMINISTRATOR}
    assert {role for role, actions in of_definition.items() if actions == ["start", "suspend"]} == starters
    assert of_definition[Role.WORKER] == ["start"]
    assert {
        role for role, actions in of_instance.items() if actions == ["set_variables", "modify", "migrate", "suspend", "cancel"]
    } == operators
    assert all(actions == [] for role, actions in of_instance.items() if role not in operators)


def test_actions_on_processes_follow_their_state(country):
    with transaction():
        [definition] = country.esep.engine.definitions.deploy("plain", {"plain.bpmn": PLAIN}, by=None).definitions
    admin = country.hires("admin", Role.ADMINISTRATOR, country.tree.oblast)
    instance = admin.posts(f"/processes/definitions/{definition.id}/instances", {})
    path = f"/processes/instances/{instance['id']}"

    suspended = admin.posts(f"{path}/suspension")
    refused = admin.asks("PATCH", f"{path}/variables", {"variables": {"a": 1}})
    ended = admin.posts(f"{path}/cancellation", {"reason": "Words"})
    assert admin.asks("POST", f"/processes/definitions/{definition.id}/suspension").status_code == 204

    assert suspended["allowed_actions"] == ["migrate", "resume", "cancel"]
    assert refused.status_code == 409
    assert ended["allowed_actions"] == ["restart"]
    assert admin.gets(f"/processes/definitions/{definition.id}")["allowed_actions"] == ["resume"]
