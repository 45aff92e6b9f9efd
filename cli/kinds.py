"""The Register of Reports for methodologists: kinds drafted from workbooks, the Register carried out and in."""

import json
import sys
from datetime import datetime
from pathlib import Path

import click

from cli.border import said
from cli.product import product
from storage.transaction import transaction

FILES = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=FILES)
@click.option("--code", help="The code of the kind, where the form's own index is not to be taken.")
@click.option("--valid-from", type=click.DateTime(["%Y-%m-%d"]), help="The first day in force; that of next month when not given.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Where to write the draft; standard output when not given.")
def draft(file: Path, code: str | None, valid_from: datetime | None, output: Path | None) -> None:
    """Make the draft of a kind from an XLSX form; what is in doubt is told on standard error, cell by cell. Nothing is kept."""
    day = valid_from.date() if valid_from is not None else None
    with product() as esep:
        made = esep.register.drafting.of(file.read_bytes(), code=code, valid_from=day)
    kept = {"document": made.document, "indicators": made.indicators, "extended": made.extended}
    text = json.dumps(kept, ensure_ascii=False, indent=2)
    if output is None:
        click.echo(text)
    else:
        output.write_text(text + "\n", "utf-8")
    for doubt in made.doubts:
        where = ", ".join(place.said for place in doubt.places) or doubt.pointer or "/"
        click.echo(f"{where}: {said(doubt.code, doubt.fields)}", err=True)
    click.echo(f"{made.document['code']}: {len(made.indicators)} new indicators, {len(made.doubts)} doubts", err=True)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(file: Path) -> None:
    """Write all indicators and all versions of all kinds to a file: a workbook when its name ends in .xlsx, else JSON."""
    with product() as esep:
        file.write_bytes(esep.register.exchange.export("xlsx" if file.suffix.lower() == ".xlsx" else "json"))
    click.echo(f"{file}: written")


@click.command(name="import")
@click.argument("file", type=FILES)
@click.option("--dry-run", is_flag=True, help="Only say what would come of it; exit code 1 when the file has faults.")
def import_(file: Path, dry_run: bool) -> None:
    """Import a workbook or JSON, all of it or nothing; faults are told by sheet, row and column, or by their place in the JSON."""
    with product() as esep, transaction():
        taken = esep.register.exchange.take(file.read_bytes(), dry_run=dry_run)
    for fault in taken.faults:
        click.echo(f"{fault.pointer or '/'}: {said(fault.code, fault.fields)}", err=True)
    for name, counts in (("indicators", taken.indicators), ("kinds", taken.kinds)):
        told = ", ".join(f"{counts[state]} {state}" for state in ("new", "changed", "unchanged") if counts[state])
        click.echo(f"{name}: {told or 'none'}")
    sys.exit(bool(taken.faults))
