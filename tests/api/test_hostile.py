"""Clumsy and hostile clients at both doors: clear refusals, no fault of ours, nothing half done, one winner in every race."""

import io
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from organisations.roles import Role
from tests.api.things import things_of
from tests.country import Country, Person
from tests.engine.factories import END, START, flows, model

PREFIX = "/engine-rest"
NAMED = {"label.kk": "а", "label.ru": "а", "label.en": "a"}
DEEP = "[" * 20_000
#: Variables as this door is sent them: type, value, valueInfo.
WRONG_VARIABLES: list[tuple[Any, Any, Any]] = [
    ("Json", DEEP, {}),
    ("Json", "NaN", {}),
    ("Json", "1e999999999", {}),
    ("Json", "9" * 5000, {}),
    ("Json", '"\\ud800"', {}),
    ("Json", '["\\u0000"]', {}),
    ("Object", DEEP, {}),
    ("Bytes", "\u202e", {}),
    ("File", "AAAA", {"filename": "a\r\nX-Other: y"}),
    ("File", "AAAA", {"filename": 5}),
    ("File", "AAAA", {"mimeType": "text/html\r\nX-Other: y"}),
    ("Date", "0001-01-01T00:00:00.000+1400", {}),
    ("Integer", 2**31, {}),
    ("Double", "NaN", {}),
    ("Nothing", 1, {}),
    ({}, 1, {}),
    ("String", 1, []),
]
WRONG_QUERIES = [
    "/task?dueBefore=0001-01-01T00:00:00.000%2B1400",
    "/task?priority=1.5",
    "/task?nameLike=%5C",
    "/deployment?nameLike=%25%5C%5C%5C",
    "/process-instance?businessKeyLike=%5C",
    "/task?sortBy=id&sortOrder=up",
    "/history/process-instance?startedAfter=9999-12-31T23:59:59.000-1400",
    "/process-instance?maxResults=99999999999999999999",
    "/task?taskIdIn=" + ",".join(["x"] * 3000),
]
WRONG_BODIES = [
    ("/task", {"delegationState": []}),
    ("/task", {"priority": [1]}),
    ("/task", {"orQueries": [[]]}),
    ("/process-instance", {"incidentType": {}}),
    ("/task", {"sorting": [{"sortBy": {}, "sortOrder": "asc"}]}),
]


@pytest.fixture
def things(country: Country) -> dict[str, Any]:
    return things_of(country)


@pytest.fixture
def admin(country: Country, things: dict[str, Any]) -> Person:
    return country.hires("admin", Role.ADMINISTRATOR, country.tree.oblast)


def at_once(count: int, act: Callable[[int], TestResponse]) -> list[TestResponse]:
    """The answers to some requests that are sent at the same moment."""
    start, answers = threading.Barrier(count), []

    def run(number: int) -> None:
        start.wait()
        answers.append(act(number))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_wrong_variables_filters_and_moments_are_refused_and_nothing_is_kept(country, things, admin):
    path = f"{PREFIX}/process-instance/{things['instance_id']}/variables"
    before = admin.knocks("GET", path).json

    for kind, value, info in WRONG_VARIABLES:
        answer = admin.knocks("PUT", f"{path}/odd", {"value": value, "type": kind, "valueInfo": info})
        assert answer.status_code == 400, (kind, str(value)[:40], info, answer.text)
    for query in WRONG_QUERIES:
        assert admin.knocks("GET", PREFIX + query).status_code == 400, query[:80]
    for address, body in WRONG_BODIES:
        assert admin.knocks("POST", PREFIX + address, body).status_code == 400, body
    for name in ("due_before", "due_after"):
        assert admin.asks("GET", f"/tasks?{name}=0001-01-01T00:00:00%2B14:00").status_code == 422

    assert admin.knocks("GET", path).json == before


def test_exact_figures_in_json_variables_come_back_as_they_were_sent(country, things, admin):
    path = f"{PREFIX}/process-instance/{things['instance_id']}/variables/figures"
    text = '{"exact":0.12345678901234567890,"whole":9223372036854775807,"small":1e-20}'

    kept = admin.knocks("PUT", path, {"value": text, "type": "Json"})

    assert kept.status_code == 204
    assert '"exact":0.12345678901234567890,"whole":9223372036854775807' in admin.knocks("GET", path).json["value"]


def test_of_eight_completions_at_once_one_is_done(country, things):
    executor = Person(country.esep, "the-executor")
    register = country.esep.register
    content = executor.asks("GET", f"/reports/{things['report_id']}/content")
    values = {name: "—" if cell.value_type == "text" else "0" for name, cell in register.kind("EMP-01").cells.items()}
    path = f"/reports/{things['report_id']}/content"
    assert executor.asks("PATCH", path, {"values": values}, If_Match=content.headers["ETag"]).status_code == 200
    people = [Person(country.esep, "the-executor") for _ in range(8)]
    doors = [f"/api/v1/tasks/{things['task_id']}/completion", f"{PREFIX}/task/{things['task_id']}/complete"]

    answers = at_once(8, lambda number: people[number].knocks("POST", doors[number % 2], {}))

    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 204, [answer.text for answer in answers]
    assert set(statuses[1:]) <= {404, 409}
    assert [act["act"] for act in executor.gets(f"/reports/{things['report_id']}/acts")["items"]] == ["sent_for_approval"]


def test_of_eight_saves_from_one_state_one_is_kept(country, things):
    people = [Person(country.esep, "the-executor") for _ in range(8)]
    path = f"/reports/{things['report_id']}/content"
    etag = people[0].asks("GET", path).headers["ETag"]

    def save(number: int) -> TestResponse:
        return people[number].asks("PATCH", path, {"values": {"jobs.measures.applied.total": str(number)}}, If_Match=etag)

    statuses = sorted(answer.status_code for answer in at_once(8, save))

    assert statuses == [200] + [412] * 7


def test_a_process_that_would_calculate_for_ever_is_stopped(country, things, admin):
    endless = "<bpmn:script>=for i in 1..100000000 return i</bpmn:script>"
    script = f'<bpmn:scriptTask id="count" scriptFormat="feel" camunda:resultVariable="x">{endless}</bpmn:scriptTask>'
    diagram = model(START + script + END + flows("start count end"), key="endless")
    form = {"data": (io.BytesIO(diagram), "endless.bpmn")}
    deployed = admin._client.post(f"{PREFIX}/deployment/create", data=form, headers=admin._headers)
    assert deployed.status_code == 200, deployed.text

    begun = time.process_time()
    answer = admin.knocks("POST", f"{PREFIX}/process-definition/key/endless/start", {})

    assert time.process_time() - begun < 2
    assert answer.status_code == 409
    assert admin.knocks("GET", f"{PREFIX}/process-instance?processDefinitionKey=endless").json == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_form_cannot_bring_a_pattern_that_never_ends(country, admin):
    for pattern, status in {"[0-9]+": 201, "(a+)+$": 422, "(a|a)*b": 422, "(.*a){30}": 422, "[": 422, "a{1,100000000}": 422}.items():
        field = {"type": "textfield", "key": "a", "id": "Field_a", "label": "a", "properties": NAMED, "validate": {"pattern": pattern}}
        schema = {"type": "default", "id": "rx", "schemaVersion": 18, "components": [field]}

        answer = admin.asks("POST", "/forms/rx/versions", {"schema": schema})

        assert answer.status_code == status, (pattern, answer.text)
