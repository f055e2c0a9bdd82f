"""/associations: which subjects have the schemas of a topic's keys and values.

bodies.py      the shapes of bodies and answers
finding.py     found, listed
changes.py     made, changed and deleted
"""
