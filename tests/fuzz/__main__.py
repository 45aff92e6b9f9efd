"""Judges many mutants in processes of their own, so that one that kills or hangs its process is found too.

    python -m tests.fuzz [--seed N] [--count 10000] [--first 0] [--database URL]

Prints the seed, how many were deployed and refused, and the slowest; an interrupt prints what there is. Of each that fails the files are
kept in var/fuzz, with the reason.
`--seed S --first N --count 1` makes and judges one again. The exit code is 1 when one failed.
"""

import random
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import click

from tests.fuzz.batches import judged
from tests.fuzz.judging import Verdict
from tests.fuzz.mutants import Mutant

FOLDER = Path("var/fuzz")


@dataclass
class Tally:
    """What came of all of them."""

    deployed: int = 0
    refused: int = 0
    started: int = 0
    incidents: int = 0
    failed: list[int] = field(default_factory=list)
    judged: list[tuple[float, int]] = field(default_factory=list)
    stepped: list[tuple[float, int]] = field(default_factory=list)
    codes: Counter[str] = field(default_factory=Counter)
    memory: int = 0

    def add(self, number: int, verdict: Verdict) -> None:
        """Count one."""
        self.deployed += not verdict.codes
        self.refused += bool(verdict.codes)
        self.started += verdict.run.started
        self.incidents += verdict.run.incidents
        self.judged.append((verdict.seconds, number))
        self.stepped.append((verdict.run.seconds, number))
        self.codes.update(set(verdict.codes))


@click.command()
@click.option("--seed", type=int, default=None, help="By default another one each time.")
@click.option("--count", type=int, default=10_000)
@click.option("--first", type=int, default=0)
@click.option("--database", "url", default=None, help="An empty database; by default SQLite in a temporary folder.")
def main(seed: int | None, count: int, first: int, url: str | None) -> None:
    """Judge mutants of every diagram and decision of the repository."""
    seed = random.randrange(10**6) if seed is None else seed
    click.echo(f"fuzz: seed {seed}, {count} mutants from {first}")
    begun, tally = time.monotonic(), Tally()
    with tempfile.TemporaryDirectory() as folder, suppress(KeyboardInterrupt):
        for one in judged(seed, range(first, first + count), url or f"sqlite:///{folder}/fuzz.db"):
            tally.memory = max(tally.memory, one.memory)
            if one.verdict is not None:
                tally.add(one.mutant.number, one.verdict)
            else:
                tally.failed.append(one.mutant.number)
                click.echo(f"{one.mutant.number}: {_kept(one.mutant, one.reason)}: {one.reason.splitlines()[-1]}")
    _tell(tally, time.monotonic() - begun)
    sys.exit(bool(tally.failed))


def _kept(one: Mutant, reason: str) -> Path:
    folder = FOLDER / f"{one.seed}-{one.number}"
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in one.files.items():
        (folder / name).write_bytes(data)
    (folder / "reason.txt").write_text(f"from {one.origin}\n{reason}", "utf-8")
    return folder


def _tell(tally: Tally, seconds: float) -> None:
    click.echo(
        f"{tally.deployed} deployed, {tally.refused} refused with {len(tally.codes)} codes, {len(tally.failed)} failed, in {seconds:.0f} s"
    )
    click.echo(f"{tally.started} instances started, {tally.incidents} incidents; at most {tally.memory} MB of memory")
    for what, times in (("judged", tally.judged), ("one step", tally.stepped)):
        slowest = ", ".join(f"{spent * 1e3:.0f} ms ({number})" for spent, number in sorted(times, reverse=True)[:5])
        click.echo(f"slowest {what}, of the processor: {slowest}")


if __name__ == "__main__":
    main()
