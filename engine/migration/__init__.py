"""Instances brought to another version of their process, where they stand: nothing that is open is closed or opened for it.

`plan` says what becomes of which element, `validation` what is wrong with that, `rewriting` makes the new state of one instance from its
old one, `migrations` does it.
"""
