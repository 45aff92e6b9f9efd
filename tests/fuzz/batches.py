"""Processes that judge some mutants each and tell of them one by one."""

import multiprocessing
import resource
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection

from flask import Flask

import app  # noqa: F401 - knows every table of every room
from storage import database, schema
from tests.conftest import empty_all_tables
from tests.fuzz.judging import Verdict, judge
from tests.fuzz.mutants import Mutant, mutant
from tests.fuzz.running import Hanging

#: Mutants that one process judges, the memory it may have, and how long it may say nothing.
BATCH, MEMORY, SILENCE = 500, 2 * 1024**3, 120.0


@dataclass(frozen=True)
class Judged:
    """What came of a mutant: a verdict, or the reason why there is none, with the files; and the most MB that its process has had."""

    mutant: Mutant
    verdict: Verdict | None
    reason: str = ""
    memory: int = 0


def judged(seed: int, numbers: range, url: str) -> Iterator[Judged]:
    """What came of each of some mutants; one that kills or hangs the process that judges it is told of too."""
    spawning = multiprocessing.get_context("spawn")
    at = numbers.start
    while at < numbers.stop:
        ours, theirs = spawning.Pipe()
        last = min(at + BATCH, numbers.stop)
        process = spawning.Process(target=_judge_all, args=(theirs, seed, at, last, url))
        process.start()
        theirs.close()
        while at < last:
            one = _heard(ours, seed, at)
            yield one
            at += 1
            if not one.memory:
                process.kill()
                break
        process.join()


def _heard(process: Connection, seed: int, number: int) -> Judged:
    try:
        reason = f"nothing said for {SILENCE} s"
        if process.poll(SILENCE):
            return process.recv()
    except EOFError:
        reason = "the process that judged it is gone"
    return Judged(mutant(seed, number), None, reason)


def _judge_all(to: Connection, seed: int, first: int, last: int, url: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    bare = Flask("fuzz")
    database.bind(bare, url)
    with bare.app_context():
        schema.upgrade()
        for number in range(first, last):
            one = mutant(seed, number)
            verdict, reason = _judge(one)
            database.session.rollback()
            database.session.expunge_all()
            empty_all_tables()
            to.send(Judged(one, verdict, reason, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024))


def _judge(one: Mutant) -> tuple[Verdict | None, str]:
    try:
        return judge(one.files, one.dice), ""
    except (Exception, Hanging):  # noqa: BLE001 - whatever it is, it is what is looked for
        return None, traceback.format_exc().strip()
