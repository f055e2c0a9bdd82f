"""DescribeLogDirs (key 35): what lies in the log directories of a broker, and how large it is.

Versions:
  1   the oldest served
  2   flexible
  3   an error code for the whole response
  4   size of the disk and space left on it
  5   whether a directory takes no new partitions
"""

from typing import Annotated

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import Boolean, Int16, Int32, Int64, String


class DescribableLogDirTopic(Struct):
    topic: String = ""
    partitions: list[Int32] = []


class DescribeLogDirsRequest(
    Request, api_key=ApiKey.DESCRIBE_LOG_DIRS, versions="1-5", flexible="2+"
):
    """Null `topics` asks for everything."""

    topics: list[DescribableLogDirTopic] | None = []


class DescribeLogDirsPartition(Struct):
    """`is_future_key` marks a copy on its way from another directory."""

    partition_index: Int32 = 0
    partition_size: Int64 = 0
    offset_lag: Int64 = 0
    is_future_key: Boolean = False


class DescribeLogDirsTopic(Struct):
    name: String = ""
    partitions: list[DescribeLogDirsPartition] = []


class DescribeLogDirsResult(Struct):
    """One directory; sizes of the disk are -1 when unknown."""

    error_code: Int16 = 0
    log_dir: String = ""
    topics: list[DescribeLogDirsTopic] = []
    total_bytes: Annotated[Int64, "4+"] = -1
    usable_bytes: Annotated[Int64, "4+"] = -1
    is_cordoned: Annotated[Boolean, "5+"] = False


class DescribeLogDirsResponse(
    Response, api_key=ApiKey.DESCRIBE_LOG_DIRS, versions="1-5", flexible="2+"
):
    """The directories of the answering broker."""

    throttle_time_ms: Int32 = 0
    error_code: Annotated[Int16, "3+"] = 0
    results: list[DescribeLogDirsResult] = []
