"""Instances brought to another version, and started anew, at the product's own door: each instance has an outcome of its own."""

from typing import Any
from uuid import uuid4

import pytest

from organisations.roles import Role
from storage.transaction import transaction
from tests.country import Country, Person
from tests.engine.factories import END, START, flows, model, user_task

FIRST = model(START + user_task("prepare") + user_task("check") + END + flows("start prepare check end"), key="plain")
SECOND = model(START + user_task("prepare") + user_task("approve") + END + flows("start prepare approve end"), key="plain")


@pytest.fixture
def admin(country: Country) -> Person:
    return country.hires("admin", Role.ADMINISTRATOR, country.tree.oblast)


@pytest.fixture
def versions(country: Country) -> list[str]:
    """The ids of two versions of a process."""
    found = []
    for file in (FIRST, SECOND):
        with transaction():
            [definition] = country.esep.engine.definitions.deploy("plain", {"plain.bpmn": file}, by=None).definitions
            found.append(str(definition.id))
    return found


def started(country: Country, admin: Person, definition_id: str, count: int = 1) -> list[str]:
    body = {"body_id": str(country.tree.department.id), "variables": {"year": 2026}}
    return [admin.posts(f"/processes/definitions/{definition_id}/instances", body)["id"] for _ in range(count)]


def moved(admin: Person, instance_id: str, came_from: str, to: str) -> None:
    moves: list[dict[str, Any]] = [{"kind": "cancel", "element_id": came_from}, {"kind": "startBeforeActivity", "element_id": to}]
    admin.posts(f"/processes/instances/{instance_id}/modification", {"instructions": moves, "reason": "Words"})


def test_instances_are_migrated_one_by_one_and_the_refused_are_named_with_the_reason(country: Country, admin: Person, versions: list[str]):
    first, second = versions
    good, stuck, ended, elsewhere = started(country, admin, first, 4)
    [there] = started(country, admin, second)
    moved(admin, stuck, "prepare", "check")
    admin.posts(f"/processes/instances/{ended}/cancellation", {"reason": "Words"})
    order = {"plan": admin.posts("/processes/migrations/plans", {"source_id": first, "target_id": second}), "instance_ids": [good, stuck]}

    would = admin.posts("/processes/migrations/checks", order)
    assert admin.gets(f"/processes/instances/{good}")["definition_id"] == first
    did = admin.posts("/processes/migrations", order | {"instance_ids": [stuck, good, ended, there]})
    again = admin.posts("/processes/migrations", order | {"instance_ids": [good]})

    assert order["plan"]["pairs"] == [{"source": "prepare", "target": "prepare", "update_trigger": False}]
    assert (would["pairs"], [one["migrated"] for one in would["items"]]) == ([], [True, False])
    assert [(one["instance_id"], one["migrated"]) for one in did["items"]] == [(stuck, False), (good, True), (ended, False), (there, True)]
    reasons = [[reason["code"] for reason in one["reasons"]] for one in did["items"]]
    assert reasons == [["migration_pair_missing"], [], ["instance_not_active"], []]
    assert "check" in did["items"][0]["reasons"][0]["detail"]
    assert again["items"] == [{"instance_id": good, "migrated": True, "reasons": []}]
    at = {one: admin.gets(f"/processes/instances/{one}")["definition_id"] for one in (good, stuck, elsewhere)}
    assert at == {good: second, stuck: first, elsewhere: first}


def test_a_plan_that_cannot_be_followed_and_instances_out_of_reach_are_refused_as_a_whole(
    country: Country, admin: Person, versions: list[str]
):
    first, second = versions
    [instance] = started(country, admin, first)
    wrong = {"source_id": first, "target_id": second, "pairs": [{"source": "prepare", "target": "gone"}]}
    sound = wrong | {"pairs": [{"source": "prepare", "target": "prepare"}]}

    [fault] = admin.posts("/processes/migrations/checks", {"plan": wrong, "instance_ids": [instance]})["pairs"]
    refused = [
        admin.asks("POST", "/processes/migrations", sent)
        for sent in (
            {"plan": wrong, "instance_ids": [instance]},
            {"plan": sound, "instance_ids": [instance, str(uuid4())]},
            {"plan": sound, "instance_ids": []},
            {"plan": {**sound, "source_id": str(uuid4())}, "instance_ids": [instance]},
        )
    ]

    assert (fault["pair"]["target"], [reason["code"] for reason in fault["reasons"]]) == ("gone", ["migration_target_unknown"])
    assert [(answer.status_code, answer.json["code"]) for answer in refused] == [
        (422, "plan_refused"),
        (404, "instance_not_found"),
        (422, "shape_invalid"),
        (404, "definition_not_found"),
    ]
    assert admin.gets(f"/processes/instances/{instance}")["definition_id"] == first


def test_ended_instances_are_started_anew_and_a_definition_rests_with_its_instances(country: Country, admin: Person, versions: list[str]):
    methodologist = country.hires("methodologist", Role.METHODOLOGIST, country.tree.oblast)
    one, other = started(country, admin, versions[1], 2)
    admin.posts(f"/processes/instances/{one}/cancellation", {"reason": "Words"})
    order = {"instance_ids": [one], "instructions": [{"kind": "startBeforeActivity", "element_id": "approve"}]}

    [begun] = admin.posts(f"/processes/definitions/{versions[1]}/restarts", order)["items"]
    still_open = admin.asks("POST", f"/processes/definitions/{versions[1]}/restarts", order | {"instance_ids": [one, other]})
    may_not = methodologist.asks("POST", f"/processes/definitions/{versions[1]}/restarts", order)

    assert (begun["body_id"], begun["definition_id"], begun["state"]) == (str(country.tree.department.id), versions[1], "active")
    assert admin.gets(f"/processes/instances/{begun['id']}/variables")["variables"] == {"year": 2026}
    assert (still_open.status_code, may_not.status_code) == (409, 403)
    path = f"/processes/definitions/{versions[1]}/suspension"
    assert methodologist.asks("POST", f"{path}?instances=true").status_code == 403
    states = []
    for method in ("POST", "DELETE"):
        assert admin.asks(method, f"{path}?instances=true").status_code == 204
        states.append([admin.gets(f"/processes/instances/{found}")["state"] for found in (begun["id"], other, one)])
    assert states == [["suspended", "suspended", "cancelled"], ["active", "active", "cancelled"]]
