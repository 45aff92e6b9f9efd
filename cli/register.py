"""The Register of Reports at the console: opening what is due, without waiting for the worker."""

import click

from cli.product import product
from storage.transaction import transaction


@click.group()
def register() -> None:
    """The Register of Reports."""


@register.command(name="open")
@click.option("--dry-run", is_flag=True, help="Only say what is due.")
def open_(dry_run: bool) -> None:
    """Open the reports that are due and not open, those at once that were refused before; workers may share the work."""
    with product() as esep:
        openings = esep.reports.openings
        due = openings.due(at_once=True)
        for each in due:
            click.echo(f"due {each.kind.code} {each.period}: {len(each.bodies)}")
        if dry_run:
            return
        openings.plan(at_once=True)
        handled = 0
        while done := openings.open_share():
            handled += done
        click.echo(f"reports opened or refused: {handled}")
        refused = openings.refused()
        bodies = esep.organisations.bodies.many({body_id for _, _, body_id, _ in refused})
        for kind, period, body_id, code in refused:
            click.echo(f"refused {kind} {period} {bodies[body_id].code}: {code}")


@register.command()
def words() -> None:
    """Write the words by which reports are found anew, where they are not those of the contents."""
    with product() as esep, transaction():
        click.echo(f"reports with other words than before: {esep.reports.search.rebuild()}")
