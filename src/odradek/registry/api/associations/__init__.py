"""/associations: which subjects have the schemas of a topic's keys and values.

bodies.py     the shapes of bodies and answers
reading.py    lists, and several topics at once
changing.py   making and deleting, for one topic and for several
"""

from odradek.registry.api.associations import changing, reading

__all__ = ["ROUTES"]

ROUTES = (*reading.ROUTES, *changing.ROUTES)
