"""Kinds of report drafted from workbooks."""
