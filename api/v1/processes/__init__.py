"""Processes over HTTP: deployments, definitions, instances, incidents."""
