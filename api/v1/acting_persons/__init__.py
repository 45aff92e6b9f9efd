"""Orders on acting persons over HTTP."""
