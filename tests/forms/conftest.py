import pytest

from forms.catalogue import Forms


@pytest.fixture
def forms(database, clock, tmp_path) -> Forms:
    return Forms(clock=clock, directory=tmp_path)
