"""Schemas as base64 of a FileDescriptorProto: so confluent-kafka's serializers register them."""

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.message import DecodeError, Message

from odradek.schemas.schema import InvalidSchema

_BASE64 = re.compile(r"\s*[A-Za-z0-9+/\s]+={0,2}\s*")


def decode_file(text: str) -> FileDescriptorProto | None:
    """The file if the text is one in base64; a .proto text never is: it has signs base64 lacks."""
    if _BASE64.fullmatch(text) is None:
        return None
    try:
        file = FileDescriptorProto.FromString(b64decode("".join(text.split()), validate=True))
    except (NotBase64, DecodeError):
        return None
    file.ClearField("source_code_info")
    if not _has_only_text(file):
        raise InvalidSchema("the descriptor has a name that is no UTF-8; compile the schema anew")
    return file


def _has_only_text(root: Message) -> bool:
    """Whether every string is one: the runtime lets a proto2 file have others, as bytes."""
    waiting = [root]
    while waiting:
        for field, value in waiting.pop().ListFields():
            if field.is_extension:
                continue  # known to this process by chance: its texts were looked at when read
            values = value if field.is_repeated else (value,)
            if field.message_type is not None:
                waiting.extend(values)
            elif field.type == FieldDescriptor.TYPE_STRING and bytes in map(type, values):
                return False
    return True


def encode_file(file: FileDescriptorProto) -> str:
    """What `decode_file` reads, equal for equal files."""
    return b64encode(file.SerializeToString(deterministic=True)).decode()
