"""CreateTopics (key 19): create topics.

A topic is described by a partition count and a replication factor, -1 meaning the broker's default,
or by an assignment of replicas, when both are -1.

Versions:
  2   the oldest served
  4   partition count and replication factor may be left to the broker (KIP-464)
  5   flexible; the response shows the topic's configuration (KIP-525)
  6   the broker may answer THROTTLING_QUOTA_EXCEEDED (KIP-599)
  7   the response gives the topic id
"""

from typing import Annotated

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import ZERO_UUID, Boolean, Int8, Int16, Int32, String, Tag, Uuid


class CreatableReplicaAssignment(Struct):
    """The brokers of one partition; the first is its preferred leader."""

    partition_index: Int32 = 0
    broker_ids: list[Int32] = []


class CreatableTopicConfig(Struct):
    name: String = ""
    value: String | None = ""


class CreatableTopic(Struct):
    name: String = ""
    num_partitions: Int32 = 0
    replication_factor: Int16 = 0
    assignments: list[CreatableReplicaAssignment] = []
    configs: list[CreatableTopicConfig] = []


class CreateTopicsRequest(Request, api_key=ApiKey.CREATE_TOPICS, versions="2-7", flexible="5+"):
    """With `validate_only` the topics are checked and not created."""

    topics: list[CreatableTopic] = []
    timeout_ms: Int32 = 60000
    validate_only: Boolean = False


class CreatableTopicConfigs(Struct):
    """`config_source` tells where the value comes from, as in DescribeConfigs."""

    name: String = ""
    value: String | None = ""
    read_only: Boolean = False
    config_source: Int8 = -1
    is_sensitive: Boolean = False


class CreatableTopicResult(Struct):
    """`topic_config_error_code` tells why `configs` is null, when it is."""

    name: String = ""
    topic_id: Annotated[Uuid, "7+"] = ZERO_UUID
    error_code: Int16 = 0
    error_message: String | None = ""
    topic_config_error_code: Annotated[Int16, "5+", Tag(0)] = 0
    num_partitions: Annotated[Int32, "5+"] = -1
    replication_factor: Annotated[Int16, "5+"] = -1
    configs: Annotated[list[CreatableTopicConfigs] | None, "5+"] = []


class CreateTopicsResponse(Response, api_key=ApiKey.CREATE_TOPICS, versions="2-7", flexible="5+"):
    """What became of each topic."""

    throttle_time_ms: Int32 = 0
    topics: list[CreatableTopicResult] = []
