"""Carrying the Register from one installation to another, or to a methodologist's table and back: XLSX and JSON, all or nothing."""
