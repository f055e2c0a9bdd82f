"""/schemas: schemas wherever they are registered.

listing.py   all of them
by_id.py     one, by its id or its GUID
formats.py   the forms in which a text can be asked for
"""

from odradek.registry.api.schemas import by_id, listing

__all__ = ["ROUTES"]

ROUTES = (*listing.ROUTES, *by_id.ROUTES)
