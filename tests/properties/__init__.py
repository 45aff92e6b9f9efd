"""Random models and random operations: however state is kept, the engine's tokens are where a token game of its own says that they are.

`diagrams` is a model as a graph and as a BPMN file, `drawing` draws one at random with hypothesis, which shrinks a failure to a small model
and few moves, `token_game` plays it by the rules of the standard and tells the history too, `players` do the same with the engine (saved
after every move or never, what is over pruned or not) and `database` through the database, `playing` sets them side by side.
"""
