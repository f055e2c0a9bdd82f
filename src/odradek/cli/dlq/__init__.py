"""`odradek dlq`: dead letters listed, shown, replayed and purged.

command.py      the four verbs and their options
inventory.py    which dead letter topics there are, and what a letter looks like as a row
"""
