"""Says before deployment what the engine could not honour: each fault with its line, its element and what to change.

`vocabulary` holds every word of a model against the table in `support`, `schema` the whole file against the standard's schema;
`structure`, `soundness` and `endings` look at the flow, `markings` plays the token game on it, `events` at what events wait for,
`collaboration` at pools and lanes, `references` and `pointers` at what is named. Rooms above add rules for processes that use their
operations (`Surroundings.rules`). `modelling` and `drawing` hold the house's own rules, which are asked for and forbid nothing.
"""

from collections.abc import Iterator
from dataclasses import replace

from engine.findings import Finding, errors_of
from engine.linting.beginnings import faults_of_beginnings
from engine.linting.collaboration import faults_of_collaboration
from engine.linting.compensation import faults_of_compensation
from engine.linting.counts import faults_of_counts
from engine.linting.data import faults_of_data
from engine.linting.endings import faults_of_endings
from engine.linting.events import faults_of_events
from engine.linting.loops import faults_of_loops
from engine.linting.markings import faults_of_markings
from engine.linting.modelling import faults_of_modelling
from engine.linting.pointers import faults_of_pointers
from engine.linting.references import ProcessRules, Surroundings, faults_of_references
from engine.linting.schema import faults_of_schema
from engine.linting.soundness import faults_of_gateways, faults_of_markup
from engine.linting.structure import faults_of_flow, faults_of_ids
from engine.linting.vocabulary import faults_of_words
from engine.parsing.global_tasks import id_of_task
from engine.parsing.model import Model

__all__ = ["ProcessRules", "Surroundings", "faults_of_modelling", "lint"]


def lint(model: Model, around: Surroundings, *, own: frozenset[str] = frozenset()) -> list[Finding]:
    """All findings about a model, what reading it has found included, in the order of the file.

    `own` are the keys of the other processes of the same deployment. A process that is not executable is only looked at for its ids.
    """
    found = [*model.findings, *faults_of_ids(model), *faults_of_words(model)]
    found += [*faults_of_collaboration(model), *faults_of_markup(model), *faults_of_pointers(model), *faults_of_data(model)]
    if not model.executable:
        found.append(Finding("nothing_executable", "warning", model.resource, int(model.root.sourceline or 0)))
    unread = frozenset(finding.element_id for finding in model.findings if finding.column is not None)
    keys = own | {process.key for process in model.executable}
    for process in model.executable:
        flow, gateways = [*faults_of_flow(process), *faults_of_compensation(process)], faults_of_gateways(process)
        found += [
            *flow,
            *gateways,
            *faults_of_events(process),
            *faults_of_beginnings(process),
            *faults_of_loops(process),
            *faults_of_counts(process),
        ]
        found += faults_of_references(process, keys, around, unread=unread)
        if not errors_of(flow):
            found += faults_of_endings(process)
            found += faults_of_markings(process, told=frozenset(finding.element_id for finding in gateways))
            found += (finding for rules in around.rules for finding in rules(process))
    found += faults_of_schema(model, frozenset(finding.line for finding in found))
    found = [*_with_drawn_ids(model, found)]
    return sorted(_once(found), key=lambda finding: (finding.line, not finding.is_error))


def _with_drawn_ids(model: Model, found: list[Finding]) -> Iterator[Finding]:
    """With the ids of global tasks as they stand in the file."""
    drawn = {id_of_task(process.key): process.key for process in model.processes.values() if process.is_task}
    return (replace(one, element_id=drawn.get(one.element_id or "", one.element_id)) if drawn else one for one in found)


def _once(found: list[Finding]) -> list[Finding]:
    """Without findings that say the same again."""
    kept: dict[str, Finding] = {}
    for finding in found:
        kept.setdefault(repr(finding), finding)
    return list(kept.values())
