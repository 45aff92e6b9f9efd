"""Workload forecast: how many reports and hours are to come, for whom and when, where they collide, and what a change would do."""
