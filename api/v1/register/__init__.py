"""Register of Reports over HTTP."""
