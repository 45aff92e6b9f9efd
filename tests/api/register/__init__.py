"""The Register through its door."""
