"""The archive of reports at the console: what is past its retention period, and the purge, without waiting for the night."""

import click

from cli.product import product
from config import PREFIX, ConfigurationError


@click.group()
def reports() -> None:
    """The archive of reports."""


@reports.command()
@click.option("--all", "everything", is_flag=True, help="Also what is still to be kept, for ever or without a period.")
def due(everything: bool) -> None:
    """List the finished reports that are past their retention period, by kind and year. Reads only."""
    with product() as esep:
        for line in esep.reports.archive.all_due():
            if line.due or everything:
                kept = "not set" if line.retention is None else f"{line.retention.years or 'permanent'} (item {line.retention.item})"
                counts = f"{line.reports}, held {line.held}, out of the archive {line.out_of_archive}, on acts {line.on_acts}"
                click.echo(f"{line.kind} {line.finished_in}: kept {kept}, purged from {line.over_on or 'never'}: {counts}")


@reports.command()
@click.option("--most", type=click.IntRange(min=1), default=1_000_000, help="How many cases at most.")
def purge(most: int) -> None:
    """Purge now what approved acts of destruction name; workers may share the work. Needs the setting that switches the purge on."""
    with product() as esep:
        if not esep.config.purge_reports:
            raise ConfigurationError(f"{PREFIX}PURGE_REPORTS is off: nothing is purged before an administrator switches it on")
        done = 0
        for _ in range(most):
            handled = esep.reports.archive.purging.purge_next()
            done += handled
            if not handled:
                break
        click.echo(f"reports purged or kept back: {done}")
