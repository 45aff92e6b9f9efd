"""`esep order`: the annex to a body's order, printed from the diagram that the engine runs."""

from datetime import UTC, datetime
from pathlib import Path

import click

import texts
from cli.border import said, say_no
from cli.diagrams import FILES, told_of
from engine.definition_errors import ModelRefused
from operate import annex

_BOTH = ("kk", "ru")


@click.command()
@click.argument("file", type=FILES)
@click.option(
    "--language", "languages", multiple=True, type=click.Choice(texts.LANGUAGES), help="May be given several times; kk and ru unless said."
)
@click.option(
    "--format", "formats", multiple=True, type=click.Choice(list(annex.FORMATS)), help="May be given several times; both unless said."
)
@click.option("--output", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="The folder to write into.")
def order(file: Path, languages: tuple[str, ...], formats: tuple[str, ...], folder: Path) -> None:
    """Print the annex to an order from a diagram: its stages, who does them, within what time, and the drawing."""
    folder.mkdir(parents=True, exist_ok=True)
    for language in languages or _BOTH:
        try:
            sheets = annex.annex(file.name, file.read_bytes(), language, datetime.now(UTC))
        except ModelRefused as refused:
            say_no(said(refused.code, refused.fields), *(told_of(file, finding).line for finding in refused.findings))
        for name in formats or annex.FORMATS:
            path = folder / f"{file.stem}.{language}.{name}"
            path.write_bytes(annex.FORMATS[name](sheets))
            click.echo(f"written {path}")
