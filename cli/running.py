"""What runs until it is told to end: the server and the worker."""

import click

import app
import serve as server
import worker as background
from cli.product import load_config, require_newest_schema


@click.command()
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535))
@click.option("--workers", type=click.IntRange(1), help="Server processes; more than one needs PostgreSQL.")
@click.option("--database-url")
def serve(**given: object) -> None:
    """Serve HTTP; with the embedded database also do what `esep worker` does."""
    config = load_config(given)
    require_newest_schema(config)
    server.run(config)


@click.command()
def worker() -> None:
    """Run timers, jobs, outbox, seals and backups until told to end; `esep serve` does it itself with the embedded database."""
    config = load_config()
    require_newest_schema(config)
    with server.alone(config):
        background.run(app.build(config))
