"""Starting processes by hand under the business keys of reports, through both doors: who may not know of one learns nothing."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from organisations.roles import Role
from storage.transaction import transaction
from tests.api.things import things_of
from tests.country import Country, Person
from tests.engine.factories import END, START, flows, model, user_task

PLAIN = model(START + user_task("wait") + END + flows("start wait end"), key="plain")
CONDITION = "<bpmn:conditionalEventDefinition><bpmn:condition>= figures &gt; 10</bpmn:condition></bpmn:conditionalEventDefinition>"
BY_NEWS = model(
    '<bpmn:startEvent id="told"><bpmn:messageEventDefinition messageRef="news"/></bpmn:startEvent>'
    f'<bpmn:startEvent id="many">{CONDITION}</bpmn:startEvent>' + user_task("wait") + END + flows("told wait end", "many wait"),
    key="by_news",
    before='<bpmn:message id="news" name="news"/>',
)

#: No question here is another on another database.
ON_ONE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def keys(country: Country) -> dict[str, str]:
    """The business keys of a report under way, of a restricted one, and of one that nobody has opened."""
    esep, body = country.esep, country.tree.department
    things_of(country)
    dsp = esep.register.document("EMP-01", 1) | {
        "code": "DSP-01",
        "report_class": "restricted",
        "sections": [],
        "checks": [],
        "publish": False,
    }
    dsp.pop("process_key", None)
    with transaction():
        esep.register.import_kind(dsp, act_number="1", act_date=date(2020, 1, 1))
        restricted = esep.reports.opening.open("DSP-01", body.id, "2026-09").business_key
        esep.engine.definitions.deploy("ours", {"plain.bpmn": PLAIN, "by_news.bpmn": BY_NEWS}, by=None)
    return {name: restricted.replace("DSP-01", name) for name in ("EMP-01", "DSP-01", "HOME-01")}


def doors(person: Person, country: Country) -> list[Callable[[str, str], Any]]:
    """The ways in which a person starts a process under a key."""
    at = str(country.tree.department.id)

    def ours(process: str, key: str) -> Any:
        found = country.esep.engine.definitions.latest(process)
        return person.asks("POST", f"/processes/definitions/{found.id}/instances", {"business_key": key, "body_id": at})

    def familiar(process: str, key: str) -> Any:
        return person.knocks("POST", f"/engine-rest/process-definition/key/{process}/tenant-id/{at}/start", {"businessKey": key})

    return [ours, familiar]


@ON_ONE
def test_a_start_tells_nobody_whether_there_is_a_report_that_they_may_not_read(country: Country, keys: dict[str, str]):
    methodologist = country.hires("methodologist", Role.METHODOLOGIST, country.tree.ministry)

    answers = {
        (process, kind): [door(process, key) for door in doors(methodologist, country)]
        for process in ("plain", "report_cycle")
        for kind, key in keys.items()
    }
    news = [methodologist.knocks("POST", "/engine-rest/message", {"messageName": "news", "businessKey": key}) for key in keys.values()]
    figures = {"variables": {"figures": {"value": 11, "type": "Integer"}}}
    held = [methodologist.knocks("POST", "/engine-rest/condition", figures | {"businessKey": key}) for key in keys.values()]
    other = [door("plain", "EMP-01") for door in doors(methodologist, country)]

    for (_, kind), (ours, familiar) in answers.items():
        said = ours.json["detail"].replace(keys[kind], "KEY"), familiar.json["message"].replace(keys[kind], "KEY")
        assert (ours.status_code, ours.json["code"], familiar.status_code) == (403, "key_of_report", 403), kind
        assert said == tuple(text.replace(keys["HOME-01"], "KEY") for text in _said(answers["plain", "HOME-01"]))
    assert {answer.status_code for answer in news + held} == {403}
    assert [answer.status_code for answer in other] == [201, 200]
    assert country.esep.engine.instances.list(definition_key="by_news").items == ()


@ON_ONE
def test_the_process_of_a_report_begins_once_and_not_by_hand(country: Country, keys: dict[str, str]):
    admin = country.hires("admin", Role.ADMINISTRATOR, country.tree.oblast)
    head = Person(country.esep, "the-head")

    again = [door("report_cycle", keys["EMP-01"]) for door in doors(admin, country)]
    beside = [door("plain", keys["EMP-01"]) for door in doors(admin, country)]
    [running] = country.esep.engine.instances.list(definition_key="report_cycle", business_key=keys["EMP-01"]).items
    admin.posts(f"/processes/instances/{running.id}/cancellation", {"reason": "Words"})
    begun = [door("report_cycle", keys["EMP-01"]) for door in doors(admin, country)]
    path, begin = f"/processes/definitions/{running.definition_id}/restarts", [{"kind": "startBeforeActivity", "element_id": "prepare"}]
    order = {"instance_ids": [str(running.id)], "instructions": begin}
    mended = admin.asks("POST", path, order)

    for ours, familiar in (again, begun):
        assert (ours.status_code, ours.json["code"], familiar.status_code) == (409, "report_process_by_hand", 409)
    assert [answer.status_code for answer in beside] == [201, 200]
    assert mended.status_code == 201, mended.text
    [report] = head.gets("/register/kinds/EMP-01/reports")["items"]
    assert head.asks("POST", f"/reports/{report['id']}/withdrawal", {"reason": "Қате ашылған"}).status_code == 204
    ended = admin.asks("POST", path, order)
    assert (ended.status_code, ended.json["code"]) == (403, "key_of_report")


@ON_ONE
def test_nothing_begins_under_the_key_of_a_restricted_report_even_for_its_own_people(country: Country, keys: dict[str, str]):
    own = country.hires("own", Role.METHODOLOGIST, country.tree.department)
    with transaction():
        memberships = country.esep.organisations.users.memberships
        memberships.grant(UUID(own.gets("/me")["id"]), Role.HEAD, country.tree.department.id, valid_from=date(2020, 1, 1))

    answers = [door("plain", keys["DSP-01"]) for door in doors(own, country)]

    assert [answer.status_code for answer in answers] == [409, 409]


def _said(answers: list[Any]) -> tuple[str, str]:
    return answers[0].json["detail"], answers[1].json["message"]
