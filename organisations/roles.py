"""What a person can be at a body. A co-executor is no role: it is a relation of an executor to one task."""

from enum import StrEnum


class Role(StrEnum):
    """A duty that a membership gives; the candidate groups of processes are named by it."""

    EXECUTOR = "executor"  # жауапты орындаушы: prepares reports of the own body
    HEAD = "head"  # басшы: distributes and approves
    AKIM = "akim"  # әкім: signs
    DEPUTY_AKIM = "deputy_akim"  # әкім орынбасары: signs, sees everything below
    OFFICER = "officer"  # the receiver's officer: accepts and returns what bodies below submit
    CHANCERY = "chancery"  # кеңсе: registers what comes from outside, records orders on acting persons
    MANAGER = "manager"  # watches where each report sits
    METHODOLOGIST = "methodologist"  # models processes, forms and kinds of report
    WORKER = "worker"  # a program that works for processes
    ADMINISTRATOR = "administrator"  # bodies, people, running of the product; never the content of a report
