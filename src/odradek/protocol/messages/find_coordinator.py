"""FindCoordinator (key 10): which broker coordinates a group or a transaction.

`key_type`: 0 a group id, 1 a transactional id, 2 a partition of a share group, with the key
`group:topic id:partition`.

Versions:
  1   key types; throttle time and error messages
  3   flexible
  4   several keys at a time (KIP-699): lists take the place of the single key and answer
  5   the broker may answer TRANSACTION_ABORTABLE (KIP-890)
  6   share groups (KIP-932)
"""

from typing import Annotated

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import Int8, Int16, Int32, String


class FindCoordinatorRequest(
    Request, api_key=ApiKey.FIND_COORDINATOR, versions="0-6", flexible="3+"
):
    """One key up to version 3, several from version 4."""

    key: Annotated[String, "0-3"] = ""
    key_type: Annotated[Int8, "1+"] = 0
    coordinator_keys: Annotated[list[String], "4+"] = []


class Coordinator(Struct):
    """The coordinator of one key, or why there is none."""

    key: String = ""
    node_id: Int32 = 0
    host: String = ""
    port: Int32 = 0
    error_code: Int16 = 0
    error_message: String | None = ""


class FindCoordinatorResponse(
    Response, api_key=ApiKey.FIND_COORDINATOR, versions="0-6", flexible="3+"
):
    """One coordinator up to version 3, several from version 4."""

    throttle_time_ms: Annotated[Int32, "1+"] = 0
    error_code: Annotated[Int16, "0-3"] = 0
    error_message: Annotated[String | None, "1-3"] = ""
    node_id: Annotated[Int32, "0-3"] = 0
    host: Annotated[String, "0-3"] = ""
    port: Annotated[Int32, "0-3"] = 0
    coordinators: Annotated[list[Coordinator], "4+"] = []
