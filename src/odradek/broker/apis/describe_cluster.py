"""DescribeCluster (key 60): the cluster's id, its brokers and its controller (KIP-700).

Versions 0 to 2. 1 tells brokers from controllers (KIP-919), 2 adds fenced brokers (KIP-1073).
"""

from odradek.broker.apis.api import Api
from odradek.broker.apis.authorized_operations import NOT_ASKED, ON_CLUSTER
from odradek.broker.request import RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.describe_cluster import (
    DescribeClusterBroker,
    DescribeClusterRequest,
    DescribeClusterResponse,
)

ENDPOINT_BROKERS = 1
ENDPOINT_CONTROLLERS = 2


def handle(
    broker: Broker, request: DescribeClusterRequest, context: RequestContext
) -> DescribeClusterResponse:
    """Describe the cluster of one."""
    if request.endpoint_type != ENDPOINT_BROKERS:
        is_known = request.endpoint_type == ENDPOINT_CONTROLLERS
        return DescribeClusterResponse(
            error_code=(
                ErrorCode.MISMATCHED_ENDPOINT_TYPE
                if is_known
                else ErrorCode.UNSUPPORTED_ENDPOINT_TYPE
            ),
            error_message="This endpoint is a broker's; ask for endpoint type 1.",
            endpoint_type=ENDPOINT_BROKERS,
        )
    host, port = broker.advertised
    return DescribeClusterResponse(
        endpoint_type=ENDPOINT_BROKERS,
        cluster_id=broker.cluster_id,
        controller_id=broker.node_id,
        cluster_authorized_operations=(
            ON_CLUSTER if request.include_cluster_authorized_operations else NOT_ASKED
        ),
        brokers=[
            DescribeClusterBroker(
                broker_id=broker.node_id, host=host, port=port, rack=broker.configuration.rack
            )
        ],
    )


API = Api(ApiKey.DESCRIBE_CLUSTER, DescribeClusterRequest, handle)
