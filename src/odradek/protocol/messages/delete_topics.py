"""DeleteTopics (key 20): delete topics and their records.

Versions:
  1   the oldest served
  3   the broker may answer TOPIC_DELETION_DISABLED
  4   flexible
  5   error messages; the broker may answer THROTTLING_QUOTA_EXCEEDED (KIP-599)
  6   topics are named by name or id, in `topics` instead of `topic_names`
"""

from typing import Annotated

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import ZERO_UUID, Int16, Int32, Nullable, String, Uuid


class DeleteTopicState(Struct):
    """A topic by name, or by id when `name` is null."""

    name: String | None = None
    topic_id: Uuid = ZERO_UUID


class DeleteTopicsRequest(Request, api_key=ApiKey.DELETE_TOPICS, versions="1-6", flexible="4+"):
    """The topics to delete."""

    topics: Annotated[list[DeleteTopicState], "6+"] = []
    topic_names: Annotated[list[String], "0-5"] = []
    timeout_ms: Int32 = 0


class DeletableTopicResult(Struct):
    """`name` is null when the topic was named by an id the broker does not know."""

    name: Annotated[String | None, Nullable("6+")] = ""
    topic_id: Annotated[Uuid, "6+"] = ZERO_UUID
    error_code: Int16 = 0
    error_message: Annotated[String | None, "5+"] = None


class DeleteTopicsResponse(Response, api_key=ApiKey.DELETE_TOPICS, versions="1-6", flexible="4+"):
    """What became of each topic."""

    throttle_time_ms: Int32 = 0
    responses: list[DeletableTopicResult] = []
