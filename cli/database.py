"""The database: its schema, whether what it keeps holds, backups of it and of the files."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

import app
from app import Esep
from cli.product import load_config, product
from reports import signature_shelf
from storage import backups, outbox, schema, sealer
from storage.backups import Manifest


@click.group()
def db() -> None:
    """The database."""


@db.command()
def upgrade() -> None:
    """Bring the schema to the newest version, and deploy the diagrams of `processes/` that are new or changed."""
    with product(migrated=False) as esep:
        before = schema.current()
        schema.upgrade()
        click.echo(f"schema: {before or 'empty'} → {schema.current()}")
        for definition in app.deploy_shipped(esep):
            click.echo(f"deployed {definition}")


@db.command()
def check() -> None:
    """Check the state of instances and the journal's chain; exit code 1 on a fault."""
    count = 0
    with product() as esep:
        for fault in _faults(esep):
            click.echo(fault, err=True)
            count += 1
    click.echo("db: ok" if not count else f"db: {count} faults")
    sys.exit(bool(count))


def _faults(esep: Esep) -> Iterator[str]:
    yield from (f"journal {broken.chain} {broken.number}: {broken.reason}" for broken in sealer.check())
    yield from (f"instance {instance}: {fault}" for instance, fault in esep.engine.instances.check())
    yield from (f"evidence of revocation {sha256}: its bytes were altered" for sha256 in esep.evidence.altered())
    yield from (f"report {key}, revision {number}: its {what} was altered" for key, number, what in signature_shelf.altered())
    yield from (f"report {report}: words for search are stale: run `esep register words`" for report in esep.reports.search.stale())
    yield from esep.reports.archive.purging.faults()
    yield from esep.reports.attachments.faults()
    yield from (f"outbox {item.id} {item.topic}: set aside after {item.attempts} tries" for item in outbox.set_aside())


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="DIR | verify DIR")
def backup(words: tuple[str, ...]) -> None:
    """Back the whole product up into the new folder DIR, or verify the backup in DIR hash by hash."""
    *verb, folder = words
    if verb == ["verify"]:
        load_config(log_level="warning")
        manifest = backups.verify(Path(folder))
    elif verb:
        raise click.UsageError("esep backup DIR, or esep backup verify DIR")
    else:
        with product() as esep:
            manifest = backups.make(Path(folder), esep.files, esep.clock)
    click.echo(f"backup {folder}: {_counted(manifest)}: ok")


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def restore(folder: Path) -> None:
    """Restore a backup into the empty database and data directory of the settings."""
    with product(migrated=False) as esep:
        manifest = backups.restore(folder, esep.files)
    click.echo(f"restored {folder}, made at {manifest['made_at']}: {_counted(manifest)}")


def _counted(manifest: Manifest) -> str:
    return f"{len(manifest['tables'])} tables, {backups.rows_of(manifest)} rows, {len(manifest['files'])} files"
