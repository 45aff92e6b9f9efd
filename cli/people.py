"""Bodies and people, for the first minutes of an installation."""

import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from app import Esep
from cli.product import product
from organisations import change_lines
from organisations.body_list import is_body_list
from organisations.roles import Role
from organisations.territory_changes import Act
from storage.transaction import transaction


@click.group()
def users() -> None:
    """People."""


@users.command()
@click.argument("login")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--body", "code", required=True, help="BIN or KATO of the body.")
@click.option("--name", default="", help="How the person is called; the login when not given.")
@click.option("--password-stdin", is_flag=True, required=True, help="Read the password from standard input.")
def create(login: str, role: str, code: str, name: str, password_stdin: bool) -> None:  # noqa: ARG001 - the flag is there for its name
    """Create a user with a role at a body."""
    password = sys.stdin.readline().rstrip("\r\n")
    with product() as esep, transaction():
        body = esep.organisations.bodies.by_code(code)
        esep.organisations.users.create(login, name_kk=name or login, password=password, role=Role(role), body_id=body.id)
    click.echo(f"user {login}: {role} at {code}")


@click.group()
def organisations() -> None:
    """Bodies and territories."""


@organisations.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(file: Path) -> None:
    """Import a KATO file, whose units get akimats, or a list of other bodies; the columns tell which."""
    data = file.read_bytes()
    with product() as esep:
        with transaction():
            said = _import_list(esep, data) if is_body_list(data) else _import_kato(esep, data)
        for line in said:
            click.echo(line)


@organisations.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--act-number", required=True, help="Number of the act.")
@click.option("--act-date", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Date of the act.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The first day of its effect.")
@click.option("--dry-run", is_flag=True, help="Say what it would do and change nothing.")
def change(file: Path, act_number: str, act_date: datetime, since: datetime, dry_run: bool) -> None:
    """Change territories by an act, as a file says; akimats follow."""
    lines = change_lines.read(file.read_bytes())
    with product() as esep, transaction():
        act = Act(act_number, act_date.date(), since.date())
        done = esep.organisations.territory_changes.enter(act, lines, dry_run=dry_run)
    click.echo(", ".join(f"{count} {kind.value}" for kind, count in done.lines.items()))
    click.echo(f"gone along: {len(done.children)}; {'in effect' if done.in_effect else 'akimats follow on the day'}")
    if dry_run:
        click.echo("dry run: nothing was changed")


def _import_kato(esep: Esep, data: bytes) -> list[str]:
    loaded = esep.organisations.territories.load(data)
    made = esep.organisations.akimats.make()
    return [
        f"territories added: {_counted(loaded.added)}; unchanged: {loaded.unchanged}",
        *(f"renamed {change.code}: {change.before} → {change.after}" for change in loaded.renamed),
        *(f"no longer in the file: {code}" for code in loaded.missing),
        *(f"otherwise by an act: {code}" for code in loaded.by_act),
        f"akimats made: {_counted(made.created)}",
        *([f"akimats gone over to a new code: {_counted(made.followed)}"] if made.followed else []),
    ]


def _import_list(esep: Esep, data: bytes) -> list[str]:
    loaded = esep.organisations.body_list.load(data)
    return [f"bodies created: {loaded.created}; changed: {loaded.changed}; unchanged: {loaded.unchanged}"]


def _counted(counts: Mapping[Any, int]) -> str:
    return ", ".join(f"{count} {level.value}" for level, count in counts.items()) or "none"
