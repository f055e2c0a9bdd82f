"""A file as it is written becomes .proto text again.

    lines.py         blocks, and blank lines between kinds of content
    options.py       options and their values
    messages.py      messages, fields, enums
    files.py         a file

The text is, byte for byte, the one that Confluent's registry keeps: the MD5 of a text is the
identity of a schema, there and here.
"""

from odradek.schemas.protobuf.printing.files import print_file

__all__ = ["print_file"]
