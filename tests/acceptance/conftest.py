"""The whole product on each database in turn."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.clock import SetClock
from tests.country import Country, founded


@pytest.fixture
def country(database: str, database_urls, clock: SetClock, tmp_path: Path) -> Iterator[Country]:
    """The product with a small country."""
    with founded(database_urls(database), clock, tmp_path) as built:
        yield built
