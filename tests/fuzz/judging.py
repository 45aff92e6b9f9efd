"""Judges files as an installation would: each is deployed or refused in words and soon, and what was deployed is run (`running`)."""

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import texts
from engine.definition_errors import DeploymentRefused
from engine.definitions import Deployment
from engine.findings import Finding
from engine.process_engine import ProcessEngine
from engine.simulation.mocks import Mocks
from storage.clock import SetClock
from storage.columns import to_json
from storage.transaction import transaction
from tests.engine.factories import Everything
from tests.fuzz.running import Course, Run, Unlawful, watched

#: Seconds of the processor that judging some files may take.
JUDGED = 1.0
#: What is said of a file as a whole; every other error names a line.
OF_FILES = frozenset({"model_too_large", "model_empty", "xml_broken"})
NOW = datetime(2026, 10, 1, 4, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Verdict:
    """What came of some files: the codes they were refused with, in how many seconds, and what happened when they were run."""

    codes: tuple[str, ...]
    seconds: float
    run: Run


def judge(files: Mapping[str, bytes], dice: random.Random) -> Verdict:
    """Deploy and run some files in the present database, which must be empty. Raises Unlawful, and whatever an engine must not raise."""
    clock, around = SetClock(NOW), Everything()
    zone = ZoneInfo("Asia/Almaty")
    engine = ProcessEngine(clock=clock, operations=Mocks(), forms=around, groups=around, working_days=around, zone=zone)
    begun = time.process_time()
    deployment, found = _deployed(engine, files)
    seconds = time.process_time() - begun
    name, data = next(iter(files.items()))
    with watched():
        advice = engine.definitions.lint(name, data, modelling=True)
    for finding in (*found, *advice):
        _require_words(finding, files)
    codes = tuple(finding.code for finding in found if finding.is_error)
    if seconds > JUDGED:
        raise Unlawful(f"judged in {seconds:.2f} s: {sorted(set(codes))}")
    return Verdict(codes, seconds, Run() if deployment is None else Course(engine, clock, dice).of(deployment))


def _deployed(engine: ProcessEngine, files: Mapping[str, bytes]) -> tuple[Deployment | None, tuple[Finding, ...]]:
    try:
        with watched(), transaction():
            deployment = engine.definitions.deploy("damaged", files, by="ann")
    except DeploymentRefused as refused:
        return None, refused.findings
    return deployment, deployment.warnings


def _require_words(finding: Finding, files: Mapping[str, bytes]) -> None:
    """A finding can be said in a language, be sent, and be found in its file."""
    words = texts.catalogue("en").get(finding.code)
    if words is None or not texts.fields_of(words) <= set(finding.fields):
        raise Unlawful(f"no words for {finding}")
    texts.say(finding.code, finding.fields, "en").encode()
    to_json(finding.fields)
    first = 0 if finding.code in OF_FILES or not finding.is_error else 1
    if not first <= finding.line <= files[finding.resource].count(b"\n") + files[finding.resource].count(b"\r") + 1:
        raise Unlawful(f"a finding at line {finding.line}: {finding}")
