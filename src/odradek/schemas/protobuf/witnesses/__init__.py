"""Records that show a break, each really written and really read.

search.py    goes through the breaks until one has a witness
records.py   records to try
reading.py   what a reader makes of a record
"""

from odradek.schemas.protobuf.witnesses.search import find_witness

__all__ = ["find_witness"]
