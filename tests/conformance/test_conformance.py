"""Every diagram of the suite, walked through the engine's public object on both databases, with and without forgetting finished tokens."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest

from engine.parsing import read
from engine.simulation import Coverage, Simulation, Walk
from engine.simulation.scenario import Case
from storage.clock import SetClock
from storage.database import session
from tests.conformance.models import FOLDER, MODELS, SUFFIX, Model
from tests.conftest import empty_all_tables
from tests.engine.factories import Everything

Place = Callable[..., Simulation]


@pytest.fixture
def place(database: str, clock: SetClock) -> Place:
    """A function that makes a simulation over the emptied database."""

    def made(**how: object) -> Simulation:
        session.rollback()
        session.expunge_all()
        empty_all_tables()
        return Simulation(clock=clock, working_days=Everything(), zone=ZoneInfo("Asia/Almaty"), **how)

    return made


def walked(place: Place, model: Model, case: Case, **how: object) -> tuple[Simulation, Walk]:
    simulation = place(**how)
    simulation.deploy(model.files, case.at)
    walk = simulation.walk(case, model.scenario.process)
    assert list(simulation.engine.instances.check()) == []
    return simulation, walk


def story(walk: Walk) -> list[tuple[str, str | None]]:
    return [(told.code, told.element_id) for told in walk.told]


@pytest.mark.parametrize("model", [model for model in MODELS if model.scenario.cases], ids=lambda model: model.name)
def test_a_model_goes_as_its_scenario_says_however_its_state_is_kept(place: Place, database: str, model: Model):
    coverage, shares = Coverage(), []

    for case in model.scenario.cases:
        simulation, walk = walked(place, model, case, coverage=coverage)
        assert [(told.code, told.fields) for told in walk.faults] == [], case.name
        if database == "sqlite":  # what is kept of the tokens does not depend on the database
            assert story(walked(place, model, case, prunes=False)[1]) == story(walk), case.name
        shares = simulation.shares(model.scenario.left_out)

    assert [(share.process.key, share.elements_left, share.flows_left) for share in shares if share.percent < 100] == []


@pytest.mark.parametrize("model", [model for model in MODELS if model.scenario.refused], ids=lambda model: model.name)
def test_a_model_that_cannot_run_is_refused_with_its_element(model: Model, place: Place):
    simulation = place()

    found = [finding for finding in simulation.engine.definitions.lint(model.path.name, model.path.read_bytes()) if finding.is_error]

    assert {(one.code, one.element_id) for one in model.scenario.refused} <= {(finding.code, finding.element_id) for finding in found}


def test_every_model_has_a_scenario_and_every_scenario_a_model():
    assert {path.stem for path in FOLDER.glob("*/*.bpmn")} == {path.name.removesuffix(SUFFIX) for path in FOLDER.glob(f"*/*{SUFFIX}")}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_models_have_readable_ids_and_a_name_that_only_they_have(model: Model):
    processes = read(model.path.read_bytes(), model.path.name).processes.values()
    ids = [name for process in processes for name in (*process.elements, *process.flows) if " " not in name]

    assert [name for name in ids if not name.replace("_", "a").isalnum() or name != name.lower()] == []
    assert [other.name for other in MODELS if other.path.stem == model.path.stem] == [model.name]
