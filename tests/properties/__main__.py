"""Plays random models until so many operations have been done: `python -m tests.properties [operations] [seed]`.

Prints operations, models, seed and time. A failure is shrunk and printed with its BPMN file and what was done, and ends with code 1; its
seed plays the same models again.
"""

import sys
import time
from collections import Counter

import click
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tests.properties.diagrams import DICE, Diagram
from tests.properties.drawing import diagrams
from tests.properties.playing import Disagreement, Match

_MODELS_AT_A_TIME = 250


def main(operations: int = 100_000, first: int = 1) -> int:
    """Play; 1 when the engine and the token game disagree."""
    done: Counter[str] = Counter()
    started, batch = time.monotonic(), first
    while done["operations"] < operations:
        try:
            _play(done, batch)
        except Disagreement as disagreement:
            click.echo(f"{disagreement}\nplay it again: make properties MOVES=1 SEED={batch}")
            return 1
        click.echo(f"seed {batch}: {done['operations']} operations on {done['models']} models, {time.monotonic() - started:.0f} s")
        batch += 1
    click.echo(f"properties: ok, seeds {first} to {batch - 1}, {done['operations']} operations on {done['models']} models")
    return 0


def _play(done: Counter[str], batch: int) -> None:
    @seed(batch)
    @settings(
        max_examples=_MODELS_AT_A_TIME,
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(diagrams(), st.sampled_from(DICE), st.lists(st.integers(0, 599), min_size=30, max_size=80))
    def play(diagram: Diagram, dice: int, choices: list[int]) -> None:
        match = Match(diagram, dice)
        done["models"] += 1
        for choice in choices:
            if match.is_over:
                break
            match.move(choice)
            done["operations"] += 1

    play()


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
