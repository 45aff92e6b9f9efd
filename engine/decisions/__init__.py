"""Decisions (DMN 1.1 to 1.5): decision tables with every hit policy, literal expressions, and the decisions that these require."""
