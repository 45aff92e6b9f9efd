"""What the engine makes of BPMN, element by element and pattern by pattern: real diagrams, walked as their scenarios say.

`models/` holds the diagrams, each with its scenario beside it (processes/README.md tells the format): what happens from outside, and the
trace of elements that must come of it. `wcp…` are the workflow patterns of van der Aalst and others, by their numbers.
"""
