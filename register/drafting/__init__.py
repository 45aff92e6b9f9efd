"""Drafts of kinds made from workbooks: a form as people know it becomes a document, with a word on everything that had to be guessed.

Pure: sheets and the catalogue of indicators come in, a draft goes out. Nothing is kept here; a methodologist corrects the draft and sends
it on as a change of the Register.
"""
