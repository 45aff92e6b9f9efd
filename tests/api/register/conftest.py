"""People and drafts of the Register's door."""

import pytest

from organisations.roles import Role
from tests.api.register.desk import Desk
from tests.country import Country


@pytest.fixture
def desk(country: Country) -> Desk:
    """The desk of a methodologist at the oblast."""
    return Desk(country, country.hires("methodologist", Role.METHODOLOGIST, country.tree.oblast))
