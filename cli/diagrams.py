"""A methodologist's tools: processes and forms are checked, and deployed, from files. Every finding names its file and line."""

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import DBAPIError

import app
import texts
from app import Esep
from cli.border import said, say_no
from cli.product import load_config, product, require_newest_schema
from config import Config, ConfigurationError
from engine.definition_errors import DeploymentRefused
from engine.findings import Finding
from storage import database, schema
from storage.transaction import transaction

FORM = ".form"
FILES = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True)
class Told:
    """A finding as it is printed: as a line, or as facts for a program."""

    line: str
    is_error: bool
    facts: dict[str, Any]


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILES)
def deploy(files: tuple[Path, ...]) -> None:
    """Deploy processes and forms, all or none; refused with file, line and element on a fault."""
    processes = [path for path in files if path.suffix != FORM]
    _require_names_differ(files)
    with product() as esep:
        with transaction():
            for path in files:
                if path.suffix == FORM:
                    _deploy_form(esep, path)
            if processes:
                _deploy_processes(esep, processes)
        click.echo(f"{len(files)} files deployed")


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option("--rules", type=click.Choice(["all", "modelling"]), default="all", help="`modelling` adds the house's own rules")
@click.option("form", "--format", type=click.Choice(["text", "json"]), default="text", help="`json` has the words in kk, ru and en")
def lint(files: tuple[Path, ...], rules: str, form: str) -> None:
    """Check processes and forms without deploying them; exit code 1 when there is an error."""
    with _around() as esep:
        told = [finding for path in files for finding in _findings(esep, path, modelling=rules == "modelling")]
    errors = sum(finding.is_error for finding in told)
    if form == "json":
        click.echo(json.dumps([finding.facts for finding in told], ensure_ascii=False, indent=2))
    else:
        for finding in told:
            click.echo(finding.line)
        click.echo(f"{len(files)} files, {errors} errors")
    sys.exit(bool(errors))


@contextmanager
def _around() -> Iterator[Esep]:
    """The product to judge files by: with what is deployed, or, where no database is, with what the product came with."""
    if _has_database():
        with product() as esep:
            yield esep
        return
    with tempfile.TemporaryDirectory() as folder:
        esep = app.build(Config(database_url=f"sqlite:///{folder}/empty.db", secret_key="none"))  # noqa: S106 - guards nothing
        with esep.http.app_context():
            schema.upgrade()
            yield esep
            database.session.remove()
            database.engine().dispose()


def _has_database() -> bool:
    try:
        require_newest_schema(load_config(log_level="warning"))
    except (ConfigurationError, DBAPIError):
        return False
    return True


def _findings(esep: Esep, path: Path, *, modelling: bool = False) -> list[Told]:
    if path.suffix == FORM:
        return _findings_of_form(esep, path)
    return [told_of(path, finding) for finding in esep.engine.definitions.lint(path.name, path.read_bytes(), modelling=modelling)]


def _findings_of_form(esep: Esep, path: Path) -> list[Told]:
    try:
        schema_of_form = json.loads(path.read_bytes())
    except ValueError as error:
        return [_printed(path, getattr(error, "lineno", 1), "error", None, "form_not_a_schema", {})]
    return [_printed(path, 1, found.severity, found.pointer or "/", found.code, found.fields) for found in esep.forms.lint(schema_of_form)]


def told_of(path: Path | str, finding: Finding) -> Told:
    """A finding about a file of a model."""
    return _printed(path, finding.line, finding.severity, finding.element_id, finding.code, finding.fields, finding.column)


def _printed(
    path: Path | str, line: int, severity: str, place: str | None, code: str, fields: Mapping[str, Any], column: int | None = None
) -> Told:
    """One finding; `place` is the element of a process or the pointer into a form."""
    words = {language: texts.say(code, fields, language) for language in texts.LANGUAGES}
    facts = {"file": str(path), "line": line, "column": column, "severity": severity, "element": place, "code": code}
    told = f"{path}:{line}: {severity}: {place + ': ' if place else ''}{said(code, fields)}"
    return Told(told, severity == "error", {**facts, "fields": dict(fields), "message": words})


def _deploy_form(esep: Esep, path: Path) -> None:
    findings = _findings_of_form(esep, path)
    if any(finding.is_error for finding in findings):
        say_no(f"{path} was refused; nothing was deployed", *(finding.line for finding in findings))
    version = esep.forms.deploy(path.stem, json.loads(path.read_bytes()), by=None)
    click.echo(f"form {version.key}: version {version.version}")


def _deploy_processes(esep: Esep, paths: Sequence[Path]) -> None:
    by_name = {path.name: path for path in paths}
    try:
        deployment = esep.engine.definitions.deploy(paths[0].name, {path.name: path.read_bytes() for path in paths}, by=None)
    except DeploymentRefused as refused:
        told = [told_of(by_name.get(finding.resource, paths[0]), finding) for finding in refused.findings]
        say_no(said(refused.code, refused.fields), *(finding.line for finding in told))
    for finding in deployment.warnings:
        click.echo(told_of(by_name.get(finding.resource, ""), finding).line)
    for decision in deployment.decisions:
        click.echo(f"deployed {decision.key}:{decision.version}")
    for definition in deployment.definitions:
        click.echo(f"deployed {definition.key}:{definition.version}")


def _require_names_differ(files: Sequence[Path]) -> None:
    names = [path.name for path in files]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise click.UsageError(f"one deployment holds a name once: {', '.join(twice)}")
