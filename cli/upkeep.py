"""Keeping the product's own files true: the OpenAPI file, the words; and the demo."""

import sys
import tempfile
from pathlib import Path

import click

import demo as demo_data
import texts
from api import openapi as openapi_file
from cli import element_templates
from cli.border import say_no
from cli.product import product

OPENAPI = Path(__file__).parents[1] / "docs" / "openapi.json"


@click.command()
def demo() -> None:
    """Load the demo: Abai oblast, its people, the Register and reports in every stage. Does nothing when it is there."""
    with product() as esep:
        for line in demo_data.load(esep.config, esep.clock):
            click.echo(line)


@click.group()
def openapi() -> None:
    """The OpenAPI file, docs/openapi.json."""


@openapi.command(name="write")
def openapi_write() -> None:
    """Write the file anew from the schemas."""
    with product(migrated=False) as esep:
        openapi_file.write(esep.http, OPENAPI)


@openapi.command(name="check")
def openapi_check() -> None:
    """Exit code 1 when the file differs from the schemas."""
    with product(migrated=False) as esep, tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / OPENAPI.name
        openapi_file.write(esep.http, fresh)
        if not OPENAPI.exists() or fresh.read_bytes() != OPENAPI.read_bytes():
            say_no("docs/openapi.json is not up to date: run `esep openapi write`")
    click.echo("openapi: up to date")


@click.group(name="element-templates")
def templates_group() -> None:
    """The element templates for BPMN editors, processes/element-templates/."""


@templates_group.command(name="write")
def templates_write() -> None:
    """Write them anew from the operations, roles, forms and words."""
    for name, text in _templates().items():
        (element_templates.FOLDER / name).write_text(text, "utf-8")


@templates_group.command(name="check")
def templates_check() -> None:
    """Exit code 1 when they differ from the operations, roles, forms and words."""
    fresh = _templates()
    kept = {path.name: path.read_text("utf-8") for path in element_templates.FOLDER.glob("*.json")}
    if kept != fresh:
        say_no("processes/element-templates is not up to date: run `esep element-templates write`")
    click.echo("element-templates: up to date")


def _templates() -> dict[str, str]:
    with product(migrated=False) as esep:
        return element_templates.files([*esep.reports.operations(), *esep.changes.operations()])


@click.group(name="texts")
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
