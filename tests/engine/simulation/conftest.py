"""Simulations over each database."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest

from engine.simulation import Scenario, Simulation, Walk, read_scenario
from storage.clock import SetClock
from tests.engine.factories import Everything


@pytest.fixture
def simulation(database: str, clock: SetClock) -> Simulation:
    """A simulation whose database is empty."""
    return Simulation(clock=clock, working_days=Everything(), zone=ZoneInfo("Asia/Almaty"))


@pytest.fixture
def walk(simulation: Simulation) -> Callable[[bytes, str], Walk]:
    """Walk the only case of a scenario on a model."""

    def walked(model: bytes, scenario: str) -> Walk:
        made: Scenario = read_scenario(scenario.encode(), "s.json")
        simulation.deploy({"p.bpmn": model})
        return simulation.walk(made.cases[0], made.process)

    return walked
