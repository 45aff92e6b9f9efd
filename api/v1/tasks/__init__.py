"""User tasks over HTTP."""
