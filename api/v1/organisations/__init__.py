"""Bodies over HTTP."""
