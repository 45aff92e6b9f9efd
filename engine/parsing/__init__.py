"""From uploaded bytes to Spiff specs: our extension of SpiffWorkflow's parser.

`read` makes facts (`elements`) of a file, `build` makes specs (`specs`) of facts. The linter stands between: nothing is built that it has
not passed.
"""

from engine.parsing.building import Executable, build
from engine.parsing.model import Model
from engine.parsing.reading import read
from engine.parsing.workers import with_operations

__all__ = ["Executable", "Model", "build", "read", "with_operations"]
