"""UnregisterBroker (key 64): take a broker that will not come back out of the cluster.

Versions:
  0   flexible from the start
"""

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response
from odradek.protocol.wire_types import Int16, Int32, String


class UnregisterBrokerRequest(
    Request, api_key=ApiKey.UNREGISTER_BROKER, versions="0", flexible="0+"
):
    """Which broker."""

    broker_id: Int32 = 0


class UnregisterBrokerResponse(
    Response, api_key=ApiKey.UNREGISTER_BROKER, versions="0", flexible="0+"
):
    """Whether it was taken out."""

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    error_message: String | None = ""
