"""What tokens do at each kind of element: our classes for SpiffWorkflow's specs, one module per family of elements.

Every spec has `element`, the facts it was made of. They evaluate nothing themselves: what is to be evaluated is an `expressions.Expression`
and goes to `task.workflow.script_engine`, which is an `engine.ports.Evaluation`. SpiffWorkflow calls a token a Task; so do these modules.
"""
