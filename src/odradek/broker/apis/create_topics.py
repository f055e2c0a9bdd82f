"""CreateTopics (key 19): create topics with partitions, assignments and settings.

Versions 2 to 7. 5 returns the new topic's settings and is flexible (KIP-525), 7 adds topic ids.
Every topic succeeds or fails for itself. Where a request is only tried, the topic id is one that
the topic will not get.

Differs from Kafka: `timeout_ms` is not looked at, because no answer waits; with a timeout of 0 or
less Kafka answers REQUEST_TIMED_OUT and creates the topic all the same.
"""

from collections import Counter

from odradek.broker.apis.api import Api
from odradek.broker.apis.describe_configs import describe_new_topic
from odradek.broker.metadata.outcome import Outcome, refuse
from odradek.broker.metadata.topics import NewTopic, partition_count
from odradek.broker.request import RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.create_topics import (
    CreatableTopic,
    CreatableTopicResult,
    CreateTopicsRequest,
    CreateTopicsResponse,
)


def handle(
    broker: Broker, request: CreateTopicsRequest, context: RequestContext
) -> CreateTopicsResponse:
    """Create one topic after the other; a name given twice is refused."""
    names = Counter(topic.name for topic in request.topics)
    results = []
    for name, count in names.items():
        asked = next(topic for topic in request.topics if topic.name == name)
        if count > 1:
            results.append(_fail(name, refuse(ErrorCode.INVALID_REQUEST, DUPLICATE.format(name))))
        else:
            results.append(_create(broker, asked, request.validate_only))
    return CreateTopicsResponse(topics=results)


DUPLICATE = "Topic '{}' is named twice in one request."


def _create(broker: Broker, asked: CreatableTopic, validate_only: bool) -> CreatableTopicResult:
    repeated = _find_repeated_partition(asked)
    if repeated is not None:
        return _fail(asked.name, repeated)
    missing = [config.name for config in asked.configs if config.value is None]
    if missing:
        return _fail(
            asked.name,
            refuse(ErrorCode.INVALID_CONFIG, f"The setting {missing[0]} was given no value."),
        )
    topic = NewTopic(
        name=asked.name,
        topic_id=broker.controller.new_topic_id(),
        num_partitions=asked.num_partitions,
        replication_factor=asked.replication_factor,
        assignments={
            assignment.partition_index: assignment.broker_ids for assignment in asked.assignments
        },
        configs={config.name: config.value or "" for config in asked.configs},
    )
    outcome = broker.controller.create_topic(topic, validate_only=validate_only)
    if outcome.is_refused:
        return _fail(asked.name, outcome)
    return CreatableTopicResult(
        name=asked.name,
        topic_id=topic.topic_id,
        error_message=None,
        num_partitions=partition_count(outcome),
        replication_factor=1,
        configs=describe_new_topic(broker, topic),
    )


def _find_repeated_partition(asked: CreatableTopic) -> Outcome | None:
    indexes = Counter(assignment.partition_index for assignment in asked.assignments)
    for index, count in indexes.items():
        if count > 1:
            return refuse(
                ErrorCode.INVALID_REPLICA_ASSIGNMENT, f"Partition {index} is assigned twice."
            )
    return None


def _fail(name: str, outcome: Outcome) -> CreatableTopicResult:
    return CreatableTopicResult(
        name=name, error_code=outcome.error, error_message=outcome.message, configs=[]
    )


API = Api(ApiKey.CREATE_TOPICS, CreateTopicsRequest, handle)
