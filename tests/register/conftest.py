import pytest

from organisations.organisations import Organisations
from register.register import Register
from storage.transaction import transaction
from tests.register.factories import indicators


@pytest.fixture
def register(database, clock) -> Register:
    made = Register(clock=clock, bodies=Organisations(clock).bodies)
    with transaction():
        made.import_indicators(indicators())
    return made
