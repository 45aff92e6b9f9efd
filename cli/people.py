"""Bodies and people, for the first minutes of an installation."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from cli.product import product
from organisations.roles import Role
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
    """Import territories from a KATO file and create their akimats."""
    data = file.read_bytes()
    with product() as esep, transaction():
        loaded = esep.organisations.territories.load(data)
        made = esep.organisations.akimats.make()
    click.echo(f"territories added: {_counted(loaded.added)}; unchanged: {loaded.unchanged}; renamed: {len(loaded.renamed)}")
    click.echo(f"territories kept that the file lacks: {len(loaded.missing)}")
    click.echo(f"akimats made: {_counted(made.created)}")


def _counted(counts: Mapping[Any, int]) -> str:
    return ", ".join(f"{count} {level.value}" for level, count in counts.items()) or "none"
