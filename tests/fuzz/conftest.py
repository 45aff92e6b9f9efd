"""The engine of the tests of the engine."""

from tests.engine.conftest import desk

__all__ = ["desk"]
