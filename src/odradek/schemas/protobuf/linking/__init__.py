"""A schema with everything it refers to, checked, and known to Protobuf's own runtime.

linked_files.py   from texts to linked files
well_known.py     the files that come with Protobuf
google_types.py   Google's common types
rules.py          numbers, names and enums that cannot be
definitions.py    what files define, by full name
resolution.py     what the names of types mean
imports.py        what is used, and in no file that is imported
"""

from odradek.schemas.protobuf.linking.imports import check_imports
from odradek.schemas.protobuf.linking.linked_files import LinkedFiles, link

__all__ = ["LinkedFiles", "check_imports", "link"]
