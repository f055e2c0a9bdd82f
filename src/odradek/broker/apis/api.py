"""What the broker knows of an API it serves: its key, its request, who handles it."""

from collections.abc import Callable
from typing import Any

import msgspec

from odradek.broker.request import Encodable, PendingResponse, RequestContext
from odradek.protocol.api_keys import ADVERTISED_BY_KAFKA, ApiKey
from odradek.protocol.declaration import Request
from odradek.protocol.version_range import VersionRange

Handler = Callable[[Any, Any, RequestContext], Encodable | PendingResponse | None]
"""Called with the broker, the request and its context; None means that no answer is sent."""


class Api(msgspec.Struct, frozen=True):
    """One served API. `is_pipelined`: later requests need not wait for an answer of this one."""

    key: ApiKey
    request_type: type[Request]
    handle: Handler
    is_pipelined: bool = False

    @property
    def versions(self) -> VersionRange:
        return ADVERTISED_BY_KAFKA[self.key]
