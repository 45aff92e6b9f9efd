"""Instances stopped in every kind of wait, kept from each format: `cases` says which, `acts` how they come and go on.

`python -m tests.engine.waiting.keeping` writes what the present code makes beside the earlier ones, as a whole backup of the product, so
that opening it also goes through the migrations since. What was kept of an earlier format is never changed; that of the present one is
written again when a case is added.
"""
