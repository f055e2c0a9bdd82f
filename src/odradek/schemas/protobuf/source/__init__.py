"""The text of a .proto file becomes a FileDescriptorProto.

    tokens.py      words, numbers, strings and signs; comments are dropped here
    cursor.py      where we are in the tokens, and what was expected there
    files.py       syntax, package, imports; and what a file defines
    messages.py    messages, their fields, oneofs, maps, groups and extensions
    types.py       the types a field can have
    ranges.py      reserved numbers and names, extension ranges
    enums.py       enums and their values
    services.py    services and their methods
    options.py     options: the standard ones as their values, all others as they were written
    literals.py    numbers and strings, and default values of fields

Names of types stay as they were written: linking.py of the folder above finds what they mean.
"""

from odradek.schemas.protobuf.source.files import parse_file

__all__ = ["parse_file"]
