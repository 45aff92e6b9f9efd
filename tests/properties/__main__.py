"""Plays random processes until so many moves have been made: `python -m tests.properties [moves] [seed]`.

Prints how many models and moves there were; a failure prints its moves and its diagram, and ends with a code other than 0.
"""

import sys
import time
from random import Random

import click

from tests.properties.playing import Astray, played


def main(moves: int = 100_000, seed: int = 1) -> int:
    """Play; 1 when the engine went astray."""
    made, models, started = 0, 0, time.monotonic()
    while made < moves:
        try:
            made += played(Random(f"{seed}.{models}"), size=2 + models % 20, most=100)
        except Astray as astray:
            click.echo(f"seed {seed}, model {models}: {astray}")
            return 1
        models += 1
        if models % 1000 == 0:
            click.echo(f"{made} moves on {models} models")
    click.echo(f"properties: ok, {made} moves on {models} models, seed {seed}, {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
