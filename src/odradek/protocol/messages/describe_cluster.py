"""DescribeCluster (key 60): the brokers, or the controllers, of the cluster.

`endpoint_type`: 1 brokers, 2 controllers.

Versions:
  0   flexible from the start
  1   endpoint types (KIP-919)
  2   fenced brokers may be listed too (KIP-1073)
"""

from typing import Annotated

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import Boolean, Int8, Int16, Int32, String


class DescribeClusterRequest(
    Request, api_key=ApiKey.DESCRIBE_CLUSTER, versions="0-2", flexible="0+"
):
    """What to list."""

    include_cluster_authorized_operations: Boolean = False
    endpoint_type: Annotated[Int8, "1+"] = 1
    include_fenced_brokers: Annotated[Boolean, "2+"] = False


class DescribeClusterBroker(Struct):
    """A node and the address at which the client reaches it."""

    broker_id: Int32 = 0
    host: String = ""
    port: Int32 = 0
    rack: String | None = None
    is_fenced: Annotated[Boolean, "2+"] = False


class DescribeClusterResponse(
    Response, api_key=ApiKey.DESCRIBE_CLUSTER, versions="0-2", flexible="0+"
):
    """`cluster_authorized_operations` is -2**31 unless it was asked for."""

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    error_message: String | None = None
    endpoint_type: Annotated[Int8, "1+"] = 1
    cluster_id: String = ""
    controller_id: Int32 = -1
    brokers: list[DescribeClusterBroker] = []
    cluster_authorized_operations: Int32 = -(2**31)
