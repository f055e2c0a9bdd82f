"""What of a writer's schema a reader's cannot read, with the verdicts of the field's registry.

comparison.py   the walk through both schemas
findings.py     what it has found, some of it on a condition
difference.py   one break, explained
members.py      the fields of a message, and its oneofs
shapes.py       what a field is on the wire
"""

from odradek.schemas.protobuf.compatibility.comparison import compare_files
from odradek.schemas.protobuf.compatibility.difference import Difference

__all__ = ["Difference", "compare_files"]
