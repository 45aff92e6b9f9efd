"""Forms of user tasks over HTTP."""
