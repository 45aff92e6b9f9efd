"""The first and the last day that a calendar has, wherever a day, a year or a period is sent: refused, and no fault of ours."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from organisations.roles import Role
from tests.api.things import things_of
from tests.country import Country, Person

DAYS = ("0001-01-01", "1990-12-31", "9999-12-31")
PERIODS = ("0001M01", "9999Q4", "2200")
DOCUMENT = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text("utf-8"))


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every method of every address of ours."""
    for path, methods in DOCUMENT["paths"].items():
        for method, told in methods.items():
            if isinstance(told, dict):
                yield method.upper(), path, told


def queries() -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Method, address, name and wrong values of whatever a query dates."""
    for method, path, told in operations():
        for each in told.get("parameters", ()):
            if each.get("in") == "query" and each["schema"].get("format") == "date":
                yield method, path, each["name"], DAYS
            elif each.get("in") == "query" and each["name"] in ("period", "period_from", "period_to"):
                yield method, path, each["name"], PERIODS
            elif each.get("in") == "query" and each["name"] == "year":
                yield method, path, "year", ("0", "1990", "2200")


def bodies() -> Iterator[tuple[str, str, str]]:
    """Method, address and name of whatever a body dates."""
    for method, path, told in operations():
        schema = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        shape = DOCUMENT["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], {})
        for name, held in shape.get("properties", {}).items():
            if held.get("format") == "date":
                yield method, path, name


def address(path: str, things: dict[str, Any]) -> str:
    for name, value in (things | {"day": "2026-10-01", "code": "EMP-01"}).items():
        path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
    path = path.replace("indicators/EMP-01", "indicators/EMP.UNEMPLOYED")
    return re.sub(r"\{\w+_id\}", str(uuid4()), path)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_days_years_and_periods_at_the_edges_of_the_calendar_are_refused(country: Country):
    things = things_of(country)
    roles = (Role.ADMINISTRATOR, Role.METHODOLOGIST, Role.EXECUTOR, Role.HEAD, Role.CHANCERY)
    people = [country.hires(f"at-the-edge-{role}", role, country.tree.department) for role in roles]
    asked: list[str] = []

    for method, path, name, values in queries():
        beside = f"&body_id={things['body_id']}" if path.endswith(("/values", "/series")) else ""
        asked.append(f"{method} {path}?{name}")
        for value in values:
            told = answers(people, method, f"{address(path, things)}?{name}={value}{beside}")
            assert told - {403} == {422}, (method, path, name, value, told)
    for method, path, name in bodies():
        asked.append(f"{method} {path} {name}")
        for value in DAYS:
            told = answers(people, method, address(path, things), {name: value})
            assert told - {403} == {422}, (method, path, name, value, told)

    assert len(asked) > 25, asked
    for year, status in (("1991", 200), ("2199", 200)):
        assert people[1].asks("GET", f"/register/calendar?year={year}").status_code == status


def answers(people: list[Person], method: str, path: str, body: dict[str, Any] | None = None) -> set[int]:
    return {person.knocks(method, path, body, If_Match='"1"').status_code for person in people}
