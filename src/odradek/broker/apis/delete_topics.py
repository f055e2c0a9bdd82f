"""DeleteTopics (key 20): delete topics with their data, by name or by id.

Versions 1 to 6. 4 is flexible, 5 adds error messages, 6 topic ids (KIP-516).
"""

from collections import Counter

from odradek.broker.apis.api import Api
from odradek.broker.request import RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.delete_topics import (
    DeletableTopicResult,
    DeleteTopicsRequest,
    DeleteTopicsResponse,
)
from odradek.protocol.wire_types import ZERO_UUID

BY_ID_SINCE_VERSION = 6


def handle(
    broker: Broker, request: DeleteTopicsRequest, context: RequestContext
) -> DeleteTopicsResponse:
    """Delete one topic after the other."""
    if not broker.configs.broker_bool("delete.topic.enable"):
        return _refuse_all(request, context)
    if context.api_version >= BY_ID_SINCE_VERSION:
        asked = [(topic.name, topic.topic_id) for topic in request.topics]
    else:
        asked = [(name, ZERO_UUID) for name in request.topic_names]
    named = [
        broker.image.names_by_id.get(each[1]) if each[0] is None else each[0] for each in asked
    ]
    repeated = {name for name, times in Counter(named).items() if times > 1 and name is not None}
    results = [
        _delete(broker, *each)
        for each, name in zip(asked, named, strict=True)
        if name not in repeated
    ]
    ids = {broker.image.names_by_id.get(topic_id): topic_id for _, topic_id in asked}
    results += [_refuse_repeated(name, ids.get(name, ZERO_UUID)) for name in sorted(repeated)]
    return DeleteTopicsResponse(responses=results)


def _refuse_repeated(name: str, topic_id: bytes) -> DeletableTopicResult:
    return DeletableTopicResult(
        name=name,
        topic_id=topic_id,
        error_code=ErrorCode.INVALID_REQUEST,
        error_message=f"Topic '{name}' is named more than once in one request.",
    )


def _delete(broker: Broker, name: str | None, topic_id: bytes) -> DeletableTopicResult:
    if name is not None and topic_id != ZERO_UUID:
        return DeletableTopicResult(
            name=name,
            topic_id=topic_id,
            error_code=ErrorCode.INVALID_REQUEST,
            error_message="A topic is named either by its name or by its id, not by both.",
        )
    if name is None and topic_id == ZERO_UUID:
        return DeletableTopicResult(
            name=None,
            error_code=ErrorCode.INVALID_REQUEST,
            error_message="A topic is named by its name or by its id, here by neither.",
        )
    if name is None:
        name = broker.image.names_by_id.get(topic_id)
        if name is None:
            return DeletableTopicResult(
                name=None,
                topic_id=topic_id,
                error_code=ErrorCode.UNKNOWN_TOPIC_ID,
                error_message="No topic has this id.",
            )
    topic = broker.image.topics.get(name)
    outcome = broker.controller.delete_topic(name)
    return DeletableTopicResult(
        name=name,
        topic_id=topic_id if topic is None else topic.topic_id,
        error_code=outcome.error,
        error_message=outcome.message,
    )


def _refuse_all(request: DeleteTopicsRequest, context: RequestContext) -> DeleteTopicsResponse:
    error = (
        ErrorCode.TOPIC_DELETION_DISABLED if context.api_version >= 3 else ErrorCode.INVALID_REQUEST
    )
    names = [topic.name for topic in request.topics] or list(request.topic_names)
    return DeleteTopicsResponse(
        responses=[
            DeletableTopicResult(
                name=name,
                error_code=error,
                error_message="Topics cannot be deleted here: delete.topic.enable is false.",
            )
            for name in names
        ]
    )


API = Api(ApiKey.DELETE_TOPICS, DeleteTopicsRequest, handle)
