"""Random models drawn with hypothesis, which shrinks a failure to a small model and few moves; wider than the plays around this package.

`diagrams` is a model as a graph and as a BPMN file, `drawing` draws one at random, `token_game` plays it by the rules of the standard and
tells the history too, `players` do the same with the engine, kept and forgotten in different ways, `playing` sets them side by side. There
are called processes, loops, signals, jobs, forks and joins that overlap, errors caught beside, joins that no block has.
"""
