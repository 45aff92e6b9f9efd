"""Walks a process through the cases of a scenario file, on the real engine, with mocked operations and a clock that the scenario moves.

`reading` makes a Scenario of the file, `cases` walks one case and tells what happened, `expecting` holds that against what was expected,
`coverage` counts which elements and flows were visited. A simulation works on whatever database it is given, and takes it for its own:
who calls it gives an empty one (`cli/simulating.py`, the conformance tests).
"""

from engine.simulation.cases import Simulation, Walk
from engine.simulation.coverage import Coverage
from engine.simulation.reading import ScenarioRefused, read_scenario
from engine.simulation.scenario import Case, Scenario
from engine.simulation.telling import Told

__all__ = ["Case", "Coverage", "Scenario", "ScenarioRefused", "Simulation", "Told", "Walk", "read_scenario"]
