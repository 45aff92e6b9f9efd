"""Random models and random operations: however state is kept, the engine's tokens are where a token game of its own says that they are."""
