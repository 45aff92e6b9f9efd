"""Duplicates gate: whether what a kind or a request asks for is collected already, by whom, and why we think so."""
