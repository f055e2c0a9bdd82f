"""AlterReplicaLogDirs (key 34): move replicas to another log directory of the same broker.

Versions 1 and 2 (KIP-113); 2 is flexible. There is one directory: a partition asked to be there is
there already, and any other directory is not found.
"""

from odradek.broker.apis.api import Api
from odradek.broker.request import RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.alter_replica_log_dirs import (
    AlterReplicaLogDirPartitionResult,
    AlterReplicaLogDirsRequest,
    AlterReplicaLogDirsResponse,
    AlterReplicaLogDirTopicResult,
)


def handle(
    broker: Broker, request: AlterReplicaLogDirsRequest, context: RequestContext
) -> AlterReplicaLogDirsResponse:
    """Judge where each partition is to be; of several places for one partition the last counts."""
    places: dict[str, dict[int, str]] = {}
    for directory in request.dirs:
        for topic in directory.topics:
            for index in topic.partitions:
                places.setdefault(topic.name, {})[index] = directory.path
    return AlterReplicaLogDirsResponse(
        results=[
            AlterReplicaLogDirTopicResult(
                topic_name=name,
                partitions=[
                    AlterReplicaLogDirPartitionResult(
                        partition_index=index, error_code=_judge(broker, name, index, path)
                    )
                    for index, path in paths.items()
                ],
            )
            for name, paths in places.items()
        ]
    )


def _judge(broker: Broker, topic: str, index: int, path: str) -> ErrorCode:
    if path != broker.directory.absolute_path:
        return ErrorCode.LOG_DIR_NOT_FOUND
    if broker.partitions.get(topic, index) is None:
        return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    return ErrorCode.NONE


API = Api(ApiKey.ALTER_REPLICA_LOG_DIRS, AlterReplicaLogDirsRequest, handle)
