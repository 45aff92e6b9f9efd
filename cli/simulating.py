"""Walking a process through a scenario, without deploying it anywhere: a methodologist's trial run."""

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from flask import Flask

import app  # noqa: F401 - knows every table of every room
import texts
from cli.border import said, say_no
from cli.diagrams import FILES, told_of
from engine.definition_errors import DeploymentRefused
from engine.simulation import Case, Coverage, Scenario, ScenarioRefused, Simulation, Told, Walk, read_scenario
from organisations.days import ALMATY
from register.calendar import Calendar
from storage import database
from storage.clock import SetClock


@dataclass
class Report:
    """What came of the cases."""

    lines: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    cases: list[dict[str, Any]] = field(default_factory=list)
    coverage: list[dict[str, Any]] = field(default_factory=list)

    @property
    def percent(self) -> float:
        """The smallest part of a process that was visited."""
        return min((share["percent"] for share in self.coverage), default=100.0)


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option("--scenario", "scenarios", multiple=True, required=True, type=FILES, help="A scenario file; may be given several times.")
@click.option("--minimum-coverage", type=click.FloatRange(0, 100), default=0, help="Exit code 1 below this percentage of the paths.")
@click.option("form", "--format", type=click.Choice(["text", "json"]), default="text", help="`json` has the words in kk, ru and en")
def simulate(files: tuple[Path, ...], scenarios: tuple[Path, ...], minimum_coverage: float, form: str) -> None:
    """Walk processes through the cases of a scenario, with mocked operations, and say which paths were visited; exit code 1 on a fault."""
    report, coverage = Report(), Coverage()
    for path in scenarios:
        _walk_all(files, path, report, coverage)
    if report.percent < minimum_coverage:
        report.faults.append(f"{files[0]}: error: " + said("simulation_coverage_too_low", _shortage(report, minimum_coverage)))
    if form == "json":
        told = {"cases": report.cases, "coverage": report.coverage, "faults": report.faults}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for line in [*report.lines, *report.faults]:
            click.echo(line)
        click.echo(f"{len(report.cases)} cases, {len(report.faults)} faults, coverage {_percent(report.percent)}")
    sys.exit(bool(report.faults))


def _walk_all(files: Sequence[Path], path: Path, report: Report, coverage: Coverage) -> None:
    try:
        scenario = read_scenario(path.read_bytes(), path.name)
    except ScenarioRefused as refused:
        lines = [f"{path}:{fault.fields['line']}: error: {said(fault.code, fault.fields)}" for fault in refused.faults]
        say_no(said(refused.code, refused.fields), *lines)
    shares: list[dict[str, Any]] = []
    for case in scenario.cases:
        with _place(coverage) as simulation:
            walk, shares = _walked(simulation, files, scenario, case)
        report.lines += [f"{path}:{case.line}: {case.name}", *(f"  {_line(told)}" for told in walk.told if not told.is_fault)]
        report.faults += [f"{path}:{told.line}: error: {case.name}: {_words(told)}" for told in walk.faults]
        report.cases.append({"scenario": str(path), "line": case.line, "name": case.name, "told": [_facts(told) for told in walk.told]})
    report.coverage = shares
    report.lines += [line for share in shares for line in _left(share)]


def _walked(simulation: Simulation, files: Sequence[Path], scenario: Scenario, case: Case) -> tuple[Walk, list[dict[str, Any]]]:
    paths = {path.name: path for path in files}
    try:
        simulation.deploy({path.name: path.read_bytes() for path in files}, case.at)
    except DeploymentRefused as refused:
        findings = [told_of(paths.get(finding.resource, files[0]), finding) for finding in refused.findings]
        say_no(said(refused.code, refused.fields), *(finding.line for finding in findings))
    walk = simulation.walk(case, scenario.process)
    return walk, [_share(share) for share in simulation.shares(scenario.left_out)]


@contextmanager
def _place(coverage: Coverage) -> Iterator[Simulation]:
    """A simulation over an empty database of its own, which is gone afterwards; working days are those of the law."""
    with tempfile.TemporaryDirectory() as folder:
        bare = Flask("esep-simulation")
        database.bind(bare, f"sqlite:///{folder}/simulation.db")
        clock = SetClock(Case("", 0).at)
        with bare.app_context():
            database.Base.metadata.create_all(database.engine())
            yield Simulation(clock=clock, working_days=Calendar(clock, ALMATY), zone=ALMATY, coverage=coverage)
            database.session.remove()
            database.engine().dispose()


def _share(share: Any) -> dict[str, Any]:
    left = {"elements": share.elements_left, "flows": share.flows_left}
    visited = {"elements": share.elements, "flows": share.flows}
    return {"process": share.process.key, "percent": round(share.percent, 1), "visited": visited, "not_visited": left}


def _left(share: Mapping[str, Any]) -> list[str]:
    visited, left = share["visited"], share["not_visited"]
    counts = [f"{len(visited[kind])} of {len(visited[kind]) + len(left[kind])} {kind}" for kind in ("elements", "flows")]
    lines = [f"{share['process']}: {_percent(share['percent'])} visited: {', '.join(counts)}"]
    return lines + [f"  not visited: {name}" for kind in ("elements", "flows") for name in left[kind]]


def _shortage(report: Report, minimum: float) -> dict[str, str]:
    return {"percent": _percent(report.percent), "minimum": _percent(minimum)}


def _percent(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0") + " %"


def _line(told: Told) -> str:
    return f"{told.at.astimezone(ALMATY):%Y-%m-%d %H:%M}  {_words(told)}"


def _words(told: Told) -> str:
    return said(told.code, told.fields)


def _facts(told: Told) -> dict[str, Any]:
    words = {language: texts.say(told.code, told.fields, language) for language in texts.LANGUAGES}
    facts = {"at": told.at.isoformat(), "code": told.code, "element": told.element_id, "fields": told.fields, "line": told.line}
    return {**facts, "fault": told.is_fault, "message": words}
