"""The Register carried out and in."""
