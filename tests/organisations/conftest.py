from pathlib import Path

import pytest

import organisations
from organisations.organisations import Organisations

ABAI = Path(organisations.__file__).parent / "data" / "kato-abai.csv"


@pytest.fixture
def house(database, clock) -> Organisations:
    return Organisations(clock)


@pytest.fixture(scope="session")
def abai() -> bytes:
    return ABAI.read_bytes()
