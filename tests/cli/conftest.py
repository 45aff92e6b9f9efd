"""Installations for commands: one that is only looked at, and copies of it to change."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.installation import KATO, OBLAST, PASSWORD, Installation


@dataclass(frozen=True)
class Founding:
    """An installation and what was said while it was made."""

    installation: Installation
    said: list[str]


@pytest.fixture(scope="session")
def founding(tmp_path_factory: pytest.TempPathFactory) -> Founding:
    """A schema, the bodies of Abai oblast and the first administrator."""
    installation = Installation(tmp_path_factory.mktemp("founded") / "var")
    administrator = ("admin", "--role", "administrator", "--body", OBLAST, "--password-stdin")
    said = [
        installation.must("db", "upgrade"),
        installation.must("organisations", "import", KATO),
        installation.must("users", "create", *administrator, stdin=f"{PASSWORD}\n"),
    ]
    return Founding(installation, said)


@pytest.fixture
def founded(founding: Founding) -> Installation:
    """That installation, for looking at only."""
    return founding.installation


@pytest.fixture
def installation(founded: Installation, tmp_path: Path) -> Installation:
    """The same, to be changed."""
    return founded.copied(tmp_path / "var")
