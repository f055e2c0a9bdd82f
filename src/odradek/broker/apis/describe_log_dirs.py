"""DescribeLogDirs (key 35): how large each partition is on disk, and how much disk there is.

Versions 1 to 5. 2 is flexible, 3 adds an error for the whole answer, 4 the disk's size and the
space left on it (KIP-827), 5 whether the directory takes no new partitions.

There is one directory. The log of the metadata is in it and, as with Kafka, is not listed.
"""

from collections import defaultdict

from odradek.broker.apis.api import Api
from odradek.broker.request import RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.describe_log_dirs import (
    DescribableLogDirTopic,
    DescribeLogDirsPartition,
    DescribeLogDirsRequest,
    DescribeLogDirsResponse,
    DescribeLogDirsResult,
    DescribeLogDirsTopic,
)


def handle(
    broker: Broker, request: DescribeLogDirsRequest, context: RequestContext
) -> DescribeLogDirsResponse:
    """Describe the one directory with the partitions asked for that are there."""
    result = DescribeLogDirsResult(log_dir=broker.directory.absolute_path)
    try:
        result.total_bytes, result.usable_bytes = broker.directory.disk_space()
    except OSError:
        result.error_code = ErrorCode.KAFKA_STORAGE_ERROR
    else:
        result.topics = _describe_topics(broker, request.topics)
    return DescribeLogDirsResponse(results=[result])


def _describe_topics(
    broker: Broker, topics: list[DescribableLogDirTopic] | None
) -> list[DescribeLogDirsTopic]:
    wanted = None
    if topics is not None:
        wanted = {(asked.topic, index) for asked in topics for index in asked.partitions}
    described = defaultdict(list)
    for partition in broker.partitions:
        log = partition.log
        if wanted is None or (log.topic, log.partition) in wanted:
            described[log.topic].append(
                DescribeLogDirsPartition(
                    partition_index=log.partition, partition_size=log.size_bytes
                )
            )
    return [
        DescribeLogDirsTopic(name=name, partitions=partitions)
        for name, partitions in described.items()
    ]


API = Api(ApiKey.DESCRIBE_LOG_DIRS, DescribeLogDirsRequest, handle)
