"""Bases of the declared messages: `Struct`, `Message`, `Request`, `Response`.

A message is declared once, for all its versions:

    class TopicProduceData(Struct):
        name: Annotated[String, "0-12"] = ""
        topic_id: Annotated[Uuid, "13+"] = ZERO_UUID

    class ProduceRequest(Request, api_key=ApiKey.PRODUCE, versions="3-13", flexible="9+"):
        acks: Int16 = 0
        topic_data: list[TopicProduceData] = []

Class names, field names, versions and defaults are those of Apache Kafka 4.3.1. Every field has a
default, and a decoded message holds the default where its version has no such field. Codecs are
compiled on the first use of a class and version and kept.

This module does not know what any message means, nor frames, sizes or sockets.
"""

import struct
from typing import Any, ClassVar, Self, dataclass_transform

import msgspec

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.compiler import Decoder, Encoder, compile_decoder, compile_encoder
from odradek.protocol.errors import DecodeError, EncodeError, UnsupportedVersion
from odradek.protocol.version_range import NO_VERSION, VersionRange
from odradek.protocol.wire_types import UnreadBytes

Buffer = bytes | bytearray | memoryview
Piece = Buffer | UnreadBytes


class _DecoderTable(dict[int, Decoder]):
    """The decoders of one message class, by version; a missing one is compiled."""

    def __init__(self, message: "type[Message]") -> None:
        self._message = message

    def __missing__(self, version: int) -> Decoder:
        flexible = self._message.require_version(version)
        self[version] = compile_decoder(self._message, version, is_flexible=flexible)
        return self[version]


class _EncoderTable(dict[int, Encoder]):
    """The encoders of one message class, by version; a missing one is compiled."""

    def __init__(self, message: "type[Message]") -> None:
        self._message = message

    def __missing__(self, version: int) -> Encoder:
        flexible = self._message.require_version(version)
        self[version] = compile_encoder(self._message, version, is_flexible=flexible)
        return self[version]


@dataclass_transform(kw_only_default=True)
class DeclarationMeta(msgspec.StructMeta):
    """Reads `api_key=`, `versions=` and `flexible=` from a class statement."""

    def __new__(
        mcls,
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, Any],
        *,
        api_key: int | None = None,
        versions: str | None = None,
        flexible: str = "none",
        **config: Any,
    ) -> Any:
        cls: Any = super().__new__(mcls, name, bases, namespace, **config)
        if versions is not None:
            cls.api_key = api_key
            cls.versions = VersionRange.parse(versions)
            cls.flexible_versions = VersionRange.parse(flexible)
            cls.decoders = _DecoderTable(cls)
            cls.encoders = _EncoderTable(cls)
        return cls


# Messages are trees: without reference cycles they need no garbage collector.
class Struct(msgspec.Struct, metaclass=DeclarationMeta, gc=False):
    """A nested part of a message. Declared with `frozen=True` it may serve as a default."""


class Message(Struct):
    """Something with versions of its own that is encoded and decoded as a whole."""

    api_key: ClassVar[int | None] = None
    versions: ClassVar[VersionRange] = NO_VERSION
    flexible_versions: ClassVar[VersionRange] = NO_VERSION
    decoders: ClassVar[dict[int, Decoder]] = {}
    encoders: ClassVar[dict[int, Encoder]] = {}

    @classmethod
    def decode(cls, data: Buffer, version: int) -> Self:
        """Decode a message that takes up all of `data`.

        Records fields are slices of `data`, not copies. Raises DecodeError when `data` is too
        short, too long or malformed, and UnsupportedVersion.
        """
        message, position = cls.decode_at(data, 0, version)
        if position != len(data):
            raise DecodeError(
                f"{cls.__name__} v{version} ends at byte {position} of {len(data)}: trailing bytes"
            )
        return message

    @classmethod
    def decode_at(cls, data: Buffer, position: int, version: int) -> tuple[Self, int]:
        """Decode a message that starts at `position`; return it and the position behind it."""
        view = data if type(data) is memoryview else memoryview(data)
        decoder = cls.decoders[version]
        try:
            return decoder(view, position)
        except (struct.error, IndexError) as error:
            raise DecodeError(f"{cls.__name__} v{version} is cut short: {error}") from error
        except UnicodeDecodeError as error:
            raise DecodeError(
                f"{cls.__name__} v{version} has a malformed string: {error}"
            ) from error

    def encode(self, version: int) -> bytes:
        """The encoded message as one piece. Raises EncodeError for a value that does not fit."""
        pieces = self.encode_parts(version)
        return bytes(pieces[0]) if len(pieces) == 1 else b"".join(map(bytes, pieces))

    def encode_parts(self, version: int) -> list[Piece]:
        """The encoded message in pieces: large record payloads are passed through uncopied."""
        encoder = self.encoders[version]
        try:
            return encoder(self)
        except (struct.error, TypeError, AttributeError, UnicodeEncodeError) as error:
            raise EncodeError(f"{type(self).__name__} v{version}: {error}") from error

    @classmethod
    def require_version(cls, version: int) -> bool:
        """Whether `version` is flexible; raises UnsupportedVersion when it is not declared."""
        if not cls.versions.includes(version):
            raise UnsupportedVersion(f"{cls.__name__} has versions {cls.versions}, not {version}")
        return cls.flexible_versions.includes(version)


class Request(Message):
    """A message from a client; `api_key` tells which."""

    api_key: ClassVar[ApiKey]


class Response(Message):
    """The answer to the request with the same `api_key` and version."""

    api_key: ClassVar[ApiKey]
