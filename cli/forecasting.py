"""The workload forecast at the console."""

import json
from typing import Any
from uuid import UUID

import click

import app
from cli.product import product
from register.forecast.forecast import BYS, MONTHS, Forecast, Line, Question
from register.forecast.load import Load


@click.command()
@click.option("--body", "code", help="A body by BIN or KATO code, with all below it; every body when not given.")
@click.option("--months", type=click.IntRange(1, 24), default=MONTHS, show_default=True)
@click.option("--by", type=click.Choice(BYS), default="week", show_default=True)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def forecast(code: str | None, months: int, by: Any, form: str) -> None:
    """Reports and hours to come, from today on, and where they collide; hours say how many are measured and not only declared."""
    with product() as esep:
        body_id = esep.organisations.bodies.by_code(code).id if code is not None else None
        found = esep.forecasts.forecast(Question(body_id=body_id, months=months, by=by))
        said = _said(esep, found)
    click.echo(json.dumps(said, ensure_ascii=False, indent=2) if form == "json" else _table(said))


def _said(esep: app.Esep, found: Forecast) -> dict[str, Any]:
    ids = {line.body_id for line in found.lines if line.body_id is not None} | {each.body_id for each in found.collisions}
    codes = {body_id: body.code for body_id, body in esep.organisations.bodies.many(ids).items()}
    users = esep.organisations.users.many({line.official_id for line in found.lines if line.official_id is not None})
    return {
        "from": found.first.isoformat(),
        "to": found.last.isoformat(),
        "total": _numbers(found.total),
        "lines": [
            {"name": _name(line, codes, {key: user.login for key, user in users.items()}), **_numbers(line.load)} for line in found.lines
        ],
        "collisions": [
            {
                "body": codes[each.body_id],
                "week": each.week.text,
                "day": each.day.isoformat() if each.day else None,
                "cause": each.cause,
                "most": each.most,
                **_numbers(each.load),
            }
            for each in found.collisions
        ],
        "unforeseen": list(found.unforeseen),
    }


def _name(line: Line, codes: dict[UUID, str], logins: dict[str, str]) -> str:
    if line.week is not None:
        return line.week.text
    parts = [codes[line.body_id]] if line.body_id is not None else []
    return " ".join([*parts, *([logins.get(str(line.official_id), str(line.official_id))] if line.official_id else [])])


def _numbers(load: Load) -> dict[str, int]:
    return {"reports": load.reports, "minutes": load.minutes, "measured_minutes": load.measured, "declared_minutes": load.declared}


def _table(said: dict[str, Any]) -> str:
    rows = [*((line["name"], line) for line in said["lines"]), ("all", said["total"])]
    width = max(len(name) for name, _ in rows)
    lines = [f"{'':{width}}  reports     hours  of them measured"]
    lines += [
        f"{name:{width}}  {load['reports']:>7}  {load['minutes'] / 60:>8.1f}  {load['measured_minutes'] / 60:>16.1f}" for name, load in rows
    ]
    for each in said["collisions"]:
        has = each["cause"]
        lines.append(f"collision {each['body']} {each['day'] or each['week']}: {each[has]} {has}, at most {each['most']}")
    if said["unforeseen"]:
        lines.append(f"reported on an event, not counted: {', '.join(said['unforeseen'])}")
    return "\n".join(lines)
