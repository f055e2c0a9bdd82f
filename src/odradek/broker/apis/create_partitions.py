"""CreatePartitions (key 37): raise the number of a topic's partitions.

Versions 0 to 3 (KIP-195); 2 is flexible. Keys hash onto the new number from then on; what is
already written stays where it is.
"""

from collections import Counter

from odradek.broker.apis.api import Api
from odradek.broker.metadata.outcome import Outcome, refuse
from odradek.broker.request import RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.create_partitions import (
    CreatePartitionsRequest,
    CreatePartitionsResponse,
    CreatePartitionsTopic,
    CreatePartitionsTopicResult,
)


def handle(
    broker: Broker, request: CreatePartitionsRequest, context: RequestContext
) -> CreatePartitionsResponse:
    """Grow one topic after the other."""
    names = Counter(topic.name for topic in request.topics)
    results = []
    for name, count in names.items():
        asked = next(topic for topic in request.topics if topic.name == name)
        if count > 1:
            outcome = refuse(
                ErrorCode.INVALID_REQUEST, f"Topic '{name}' is named twice in one request."
            )
        else:
            outcome = _grow(broker, asked, request.validate_only)
        results.append(
            CreatePartitionsTopicResult(
                name=name, error_code=outcome.error, error_message=outcome.message
            )
        )
    return CreatePartitionsResponse(results=results)


def _grow(broker: Broker, asked: CreatePartitionsTopic, validate_only: bool) -> Outcome:
    assignments = None
    if asked.assignments is not None:
        assignments = [assignment.broker_ids for assignment in asked.assignments]
    return broker.controller.grow_topic(
        asked.name, asked.count, assignments, validate_only=validate_only
    )


API = Api(ApiKey.CREATE_PARTITIONS, CreatePartitionsRequest, handle)
