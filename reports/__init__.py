"""A report and its stages: opening, content, revisions, remarks, checks, differences, acts, acceptance.

The process (`processes/report_cycle.bpmn`) decides who is next; this room decides what is lawful, whatever the diagram says.
"""
