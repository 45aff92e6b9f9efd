"""Electronic signatures as an administrator sets them up: who verifies them, by which certificates, and whether that is well."""

import sys

import click

from cli.product import product


@click.command()
def signatures() -> None:
    """Say who verifies electronic signatures, by which trusted certificates, and whether that is well; exit code 1 where it is not."""
    with product(migrated=False) as esep:
        soundness = list(esep.verifier.soundness())
        click.echo(f"verified by {esep.config.signature_verifier}")
        for about in soundness:
            click.echo(f"{'ok' if about.sound else 'NOT WELL'}: {about.what}")
    sys.exit(not all(about.sound for about in soundness))
