"""`esep`: the command line of administrators and methodologists. Each command builds the product, does one thing and says what it did."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from os import environ
from pathlib import Path

import click

import app
import config as settings
import demo as demo_data
import logs
import serve as server
import texts
import worker as background
from api import openapi as openapi_file
from organisations.roles import Role
from refusals import Fault, Refusal
from storage import backups, outbox, schema, sealer
from storage.transaction import transaction

OPENAPI = Path(__file__).parent / "docs" / "openapi.json"


@click.group()
def main() -> None:
    """Reports of government bodies without paper."""


@contextmanager
def product(*, log_level: str = "warning") -> Iterator[app.Esep]:
    """The built product in an application context; refusals and bad settings become one line and exit code 1."""
    try:
        esep = app.build(_config(log_level))
        with esep.http.app_context():
            yield esep
    except Refusal as refusal:
        _say_refusal(refusal)
        sys.exit(1)


def _config(log_level: str | None = None) -> settings.Config:
    try:
        config = settings.load(environ)
    except settings.ConfigurationError as error:
        raise click.ClickException(str(error)) from error
    logs.configure(config.log_format, log_level or config.log_level)
    return config


def _say_refusal(refusal: Refusal) -> None:
    click.echo(f"esep: {texts.say(refusal.code, refusal.fields, 'en')}", err=True)
    for fault in refusal.faults:
        click.echo(f"  {_said(fault)}", err=True)


def _said(fault: Fault) -> str:
    return f"{fault.pointer or '/'}: {texts.say(fault.code, fault.fields, 'en')}"


@main.command()
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=int)
@click.option("--workers", type=int, help="Server processes; more than one needs PostgreSQL.")
@click.option("--database-url")
def serve(**given: object) -> None:
    """Serve HTTP; with the embedded database also do what `esep worker` does."""
    variables = {f"{settings.PREFIX}{name.upper()}": str(value) for name, value in given.items() if value is not None}
    try:
        config = settings.load({**environ, **variables})
        click.echo(f"Esep listens on http://{config.host}:{config.port}")
        server.run(config)
    except settings.ConfigurationError as error:
        raise click.ClickException(str(error)) from error


@main.command()
def worker() -> None:
    """Run timers, jobs, outbox, seals and backups until told to end."""
    config = _config()
    background.run(app.build(config))


@main.group()
def db() -> None:
    """The database."""


@db.command()
def upgrade() -> None:
    """Bring the schema to the newest version, and deploy the diagrams of `processes/` that are new or changed."""
    with product() as esep:
        before = schema.current()
        schema.upgrade()
        click.echo(f"schema: {before or 'empty'} → {schema.current()}")
        for definition in app.deploy_shipped(esep):
            click.echo(f"deployed {definition}")


@db.command()
def check() -> None:
    """Check the state of instances and the journal's chain; exit code 1 on a fault."""
    with product() as esep:
        faults = [f"journal {broken.chain} {broken.number}: {broken.reason}" for broken in sealer.check()]
        faults += [f"instance {instance}: {fault}" for instance, fault in esep.engine.instances.check()]
        faults += [f"outbox {item.id}: {item.last_error}" for item in outbox.set_aside()]
        for fault in faults:
            click.echo(fault, err=True)
        click.echo("db: ok" if not faults else f"db: {len(faults)} faults")
        sys.exit(bool(faults))


@main.command()
def demo() -> None:
    """Load the demo: Abai oblast, its people, the Register and reports in every stage. Does nothing when it is there."""
    with product() as esep:
        for line in demo_data.load(esep):
            click.echo(line)


@main.group()
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
    password = sys.stdin.readline().rstrip("\n")
    with product() as esep, transaction():
        body = esep.organisations.bodies.by_code(code)
        esep.organisations.users.create(login, name_kk=name or login, password=password, role=Role(role), body_id=body.id)
    click.echo(f"user {login}: {role} at {code}")


@main.group()
def organisations() -> None:
    """Bodies and territories."""


@organisations.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(file: Path) -> None:
    """Import territories from a KATO file and create their akimats."""
    with product() as esep, transaction():
        loaded = esep.organisations.territories.load(file.read_bytes())
        made = esep.organisations.akimats.make()
    added = ", ".join(f"{count} {level.value}" for level, count in loaded.added.items()) or "none"
    created = ", ".join(f"{count} {level.value}" for level, count in made.created.items()) or "none"
    click.echo(f"territories added: {added}; unchanged: {loaded.unchanged}; renamed: {len(loaded.renamed)}; missing: {len(loaded.missing)}")
    click.echo(f"akimats made: {created}")


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def deploy(files: tuple[Path, ...]) -> None:
    """Deploy processes and forms; refused with file, line and element on a fault."""
    with product() as esep, transaction():
        deployment = esep.engine.definitions.deploy(files[0].name, {path.name: path.read_bytes() for path in files}, by=None)
        click.echo(f"deployment {deployment.id}")


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def lint(files: tuple[Path, ...]) -> None:
    """Check processes without deploying them; exit code 1 when there is an error."""
    errors = 0
    with product() as esep:
        for path in files:
            for finding in esep.engine.definitions.lint(path.name, path.read_bytes()):
                errors += finding.severity == "error"
                words = texts.say(finding.code, finding.fields, "en")
                click.echo(f"{path}:{finding.line}: {finding.severity}: {finding.element_id}: {words}")
    click.echo(f"{len(files)} files, {errors} errors")
    sys.exit(bool(errors))


@main.command()
@click.argument("words", nargs=-1, required=True, metavar="DIR | verify DIR")
def backup(words: tuple[str, ...]) -> None:
    """Back the whole product up into the new folder DIR, or verify the backup in DIR hash by hash."""
    *verb, folder = words
    if verb not in ([], ["verify"]):
        raise click.UsageError("esep backup DIR, or esep backup verify DIR")
    with product() as esep:
        manifest = backups.verify(Path(folder)) if verb else backups.make(Path(folder), esep.files, esep.clock)
    rows = sum(table["rows"] for table in manifest["tables"].values())
    click.echo(f"backup {folder}: {len(manifest['tables'])} tables, {rows} rows, {len(manifest['files'])} files: ok")


@main.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def restore(folder: Path) -> None:
    """Restore a backup into the empty database and data directory of the settings."""
    with product() as esep:
        manifest = backups.restore(folder, esep.files)
    click.echo(f"restored {folder}, made at {manifest['made_at']}")


@main.group()
def openapi() -> None:
    """The OpenAPI file, docs/openapi.json."""


@openapi.command(name="write")
def openapi_write() -> None:
    """Write the file anew from the schemas."""
    with product() as esep:
        openapi_file.write(esep.http, OPENAPI)


@openapi.command(name="check")
def openapi_check() -> None:
    """Exit code 1 when the file differs from the schemas."""
    with product() as esep, tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / OPENAPI.name
        openapi_file.write(esep.http, fresh)
        if fresh.read_bytes() != OPENAPI.read_bytes():
            raise click.ClickException("docs/openapi.json is not up to date: esep openapi write")
    click.echo("openapi: up to date")


@main.group(name="texts")
def texts_group() -> None:
    """The words in kk, ru, en."""


@texts_group.command(name="check")
def texts_check() -> None:
    """Exit code 1 when a language lacks a sentence, or a sentence a field."""
    faults = texts.faults()
    for fault in faults:
        click.echo(fault, err=True)
    click.echo(f"texts: {len(texts.catalogue('en'))} sentences in {len(texts.LANGUAGES)} languages, {len(faults)} faults")
    sys.exit(bool(faults))
