"""Waiting until a broker has everything in effect that was asked of it before.

The metadata log is applied in order. So once a later change shows, the earlier ones are known, and
once a change shows that was made after that, they are in effect: Apache's broker applies one batch
of changes to all its parts before it shows the next.
"""

import itertools
import time
from typing import Any

from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.create_topics import CreateTopicsResponse
from odradek.protocol.messages.describe_configs import DescribeConfigsResponse
from odradek.protocol.messages.find_coordinator import (
    FindCoordinatorRequest,
    FindCoordinatorResponse,
)
from odradek.protocol.messages.incremental_alter_configs import IncrementalAlterConfigsResponse
from odradek.protocol.messages.init_producer_id import InitProducerIdResponse
from odradek.protocol.messages.list_groups import ListGroupsRequest, ListGroupsResponse
from tests.parity import requests as ask_for
from tests.wire import KafkaSocket

FENCE = "fence"
SETTING = "retention.ms"
TIMEOUT_S = 120.0
GROUP, TRANSACTION = 0, 1

_values = itertools.count(1_000_000)


def prepare_fence(bootstrap_servers: str) -> None:
    """Make the topic whose setting tells how far the broker is."""
    with KafkaSocket(bootstrap_servers) as connection:
        answer = connection.ask(ask_for.create_topic(FENCE), CreateTopicsResponse, 7)
        assert answer.topics[0].error_code == ErrorCode.NONE
        wait_for_metadata(connection)


def wait_for_metadata(connection: KafkaSocket) -> None:
    """Return once all changes of metadata are in effect that were answered until now."""
    for _ in range(2):
        value = str(next(_values))
        change = ask_for.set_topic_configs(FENCE, {SETTING: value})
        _until(
            lambda change=change: (
                connection.ask(change, IncrementalAlterConfigsResponse, 1).responses[0].error_code
                == ErrorCode.NONE
            )
        )
        _until(lambda value=value: _shown(connection) == value)


def wait_for_coordinators(bootstrap_servers: str) -> None:
    """Return once groups and producer ids are served, as they are a while after a start."""
    with KafkaSocket(bootstrap_servers) as connection:

        def succeeds(request: Any, response_type: Any, version: int) -> bool:
            answer = connection.ask(request, response_type, version)
            return bool(answer.error_code == ErrorCode.NONE)

        for kind in (GROUP, TRANSACTION):
            coordinator = FindCoordinatorRequest(key="any", key_type=kind)
            _until(lambda asked=coordinator: succeeds(asked, FindCoordinatorResponse, 3))
        _until(lambda: succeeds(ListGroupsRequest(), ListGroupsResponse, 5))
        _until(lambda: succeeds(ask_for.producer_id(), InitProducerIdResponse, 5))


def _shown(connection: KafkaSocket) -> str | None:
    answer = connection.ask(ask_for.describe_topic(FENCE, SETTING), DescribeConfigsResponse, 4)
    configs = answer.results[0].configs
    return configs[0].value if configs else None


def _until(holds: Any) -> None:
    deadline = time.monotonic() + TIMEOUT_S
    while not holds():
        assert time.monotonic() < deadline, "the broker does not settle"
