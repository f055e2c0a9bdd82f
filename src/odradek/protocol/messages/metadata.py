"""Metadata (key 3): which brokers there are, and who leads which partition.

Null `topics` asks for every topic, an empty list for none (in version 0 an empty list means every
topic). A topic that does not exist may be created by being asked for.

Versions:
  1   racks, the controller, internal topics; null `topics`
  2   the cluster id
  3   throttle time
  4   `allow_auto_topic_creation`
  5   offline replicas
  7   leader epochs
  8   authorized operations, as bit fields
  9   flexible
  10  topic ids in the response (in the request they are not to be used before 12)
  11  no more authorized operations of the cluster: DescribeCluster tells them
  12  topics can be asked for by id
  13  an error code for the whole response
"""

from typing import Annotated

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import ZERO_UUID, Boolean, Int16, Int32, Nullable, String, Uuid


class MetadataRequestTopic(Struct):
    """A topic by name, or by id when `name` is null."""

    topic_id: Annotated[Uuid, "10+"] = ZERO_UUID
    name: Annotated[String | None, Nullable("10+")] = ""


class MetadataRequest(Request, api_key=ApiKey.METADATA, versions="0-13", flexible="9+"):
    """`allow_auto_topic_creation` counts only where the broker allows it too."""

    topics: Annotated[list[MetadataRequestTopic] | None, Nullable("1+")] = []
    allow_auto_topic_creation: Annotated[Boolean, "4+"] = True
    include_cluster_authorized_operations: Annotated[Boolean, "8-10"] = False
    include_topic_authorized_operations: Annotated[Boolean, "8+"] = False


class MetadataResponseBroker(Struct):
    """A broker and the address at which the client reaches it."""

    node_id: Int32 = 0
    host: String = ""
    port: Int32 = 0
    rack: Annotated[String | None, "1+"] = None


class MetadataResponsePartition(Struct):
    """`replica_nodes` in order of preference; `isr_nodes` are those in sync."""

    error_code: Int16 = 0
    partition_index: Int32 = 0
    leader_id: Int32 = 0
    leader_epoch: Annotated[Int32, "7+"] = -1
    replica_nodes: list[Int32] = []
    isr_nodes: list[Int32] = []
    offline_replicas: Annotated[list[Int32], "5+"] = []


class MetadataResponseTopic(Struct):
    """`topic_authorized_operations` is -2**31 unless it was asked for."""

    error_code: Int16 = 0
    name: Annotated[String | None, Nullable("12+")] = ""
    topic_id: Annotated[Uuid, "10+"] = ZERO_UUID
    is_internal: Annotated[Boolean, "1+"] = False
    partitions: list[MetadataResponsePartition] = []
    topic_authorized_operations: Annotated[Int32, "8+"] = -(2**31)


class MetadataResponse(Response, api_key=ApiKey.METADATA, versions="0-13", flexible="9+"):
    """The cluster as the answering broker sees it."""

    throttle_time_ms: Annotated[Int32, "3+"] = 0
    brokers: list[MetadataResponseBroker] = []
    cluster_id: Annotated[String | None, "2+"] = None
    controller_id: Annotated[Int32, "1+"] = -1
    topics: list[MetadataResponseTopic] = []
    cluster_authorized_operations: Annotated[Int32, "8-10"] = -(2**31)
    error_code: Annotated[Int16, "13+"] = 0
