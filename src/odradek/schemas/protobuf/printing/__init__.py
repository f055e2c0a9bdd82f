"""A FileDescriptorProto becomes .proto text again: the canonical form of a schema.

    lines.py         a text that grows line by line, indented
    options.py       options and literals
    messages.py      messages, fields, enums
    files.py         a file

Two files are printed alike exactly if they define the same in the same order; comments, layout,
the order of options and how far names were written out make no difference. What is printed can be
parsed again. normal_form.py of the folder above does away with the order.
"""

from odradek.schemas.protobuf.printing.files import print_file

__all__ = ["print_file"]
