"""Diagrams and decisions damaged on purpose: whatever comes is deployed or refused in words, soon, and what was deployed can be run.

`seeds` are the whole files, `in_bytes`, `in_trees` and `in_expressions` damage them, `mutants` says which mutant has which number,
`judging` deploys and starts one. `python -m tests.fuzz` (`make fuzz`) judges many in processes of their own.
"""
