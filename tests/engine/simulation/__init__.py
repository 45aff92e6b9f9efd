"""Scenarios: read, walked, counted."""
