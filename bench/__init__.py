"""Programs that measure, run by `make bench`. Each prints a table and ends with an exit code other than 0 when its figure is missed."""
