"""A coordinator that is not ready is asked again; any other error is passed on."""

from collections.abc import Iterator
from contextlib import closing
from itertools import count

import pytest
from confluent_kafka import Consumer, KafkaException, TopicPartition

from odradek.clients.committed_offsets import COORDINATOR_NOT_READY, committed_offsets
from odradek.protocol.errors import ErrorCode
from tests.clients.topics import TIMEOUT_S, make_topic
from tests.clients.troubled_broker import TroubledBroker

_groups = count()


@pytest.fixture
def committed(broker: TroubledBroker) -> Iterator[tuple[Consumer, list[TopicPartition]]]:
    """A consumer of a group that has committed 7, and the question for it."""
    name = f"asked-{next(_groups)}"
    make_topic(broker.bootstrap_servers, name)
    settings = {"bootstrap.servers": broker.bootstrap_servers, "group.id": name}
    asked = [TopicPartition(name, 0)]
    with closing(Consumer(settings)) as consumer:
        committed_offsets(consumer, asked, TIMEOUT_S)  # the first group's coordinator is still made
        consumer.commit(offsets=[TopicPartition(name, 0, 7)], asynchronous=False)
        yield consumer, asked


@pytest.mark.parametrize("code", sorted(COORDINATOR_NOT_READY))
def test_a_coordinator_that_is_not_ready_is_asked_again(
    broker: TroubledBroker, committed: tuple[Consumer, list[TopicPartition]], code: int
) -> None:
    broker.offset_fetch_errors += [ErrorCode(code)] * 2
    (found,) = committed_offsets(*committed, TIMEOUT_S)
    assert (found.offset, broker.offset_fetch_errors) == (7, [])


def test_another_error_is_passed_on(
    broker: TroubledBroker, committed: tuple[Consumer, list[TopicPartition]]
) -> None:
    broker.offset_fetch_errors.append(ErrorCode.GROUP_AUTHORIZATION_FAILED)
    with pytest.raises(KafkaException, match="GROUP_AUTHORIZATION_FAILED"):
        committed_offsets(*committed, TIMEOUT_S)
