"""CreatePartitions (key 37): give topics more partitions.

Versions:
  1   the broker answers before it throttles
  2   flexible
  3   the broker may answer THROTTLING_QUOTA_EXCEEDED (KIP-599)
"""

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import Boolean, Int16, Int32, String


class CreatePartitionsAssignment(Struct):
    """The brokers of one new partition."""

    broker_ids: list[Int32] = []


class CreatePartitionsTopic(Struct):
    """`count` is how many partitions there shall be, old ones included."""

    name: String = ""
    count: Int32 = 0
    assignments: list[CreatePartitionsAssignment] | None = []


class CreatePartitionsRequest(
    Request, api_key=ApiKey.CREATE_PARTITIONS, versions="0-3", flexible="2+"
):
    """With `validate_only` the change is checked and not made."""

    topics: list[CreatePartitionsTopic] = []
    timeout_ms: Int32 = 0
    validate_only: Boolean = False


class CreatePartitionsTopicResult(Struct):
    name: String = ""
    error_code: Int16 = 0
    error_message: String | None = None


class CreatePartitionsResponse(
    Response, api_key=ApiKey.CREATE_PARTITIONS, versions="0-3", flexible="2+"
):
    """What became of each topic."""

    throttle_time_ms: Int32 = 0
    results: list[CreatePartitionsTopicResult] = []
