"""Tags in a JSON Schema: the property `confluent:tags` of objects and of their properties.

entities.py   which objects and properties there are, and under which paths
order.py      the order of a combination's parts, whose places are steps of a path
editing.py    other tags in the same document
"""

from odradek.schemas.json_schema.tags.editing import retagged
from odradek.schemas.json_schema.tags.entities import tags_of

__all__ = ["retagged", "tags_of"]
