"""The few admin requests that librdkafka does not make, by way of kafka-python.

Invariants: the client is made from the same configuration as librdkafka's, so that one set of
options reaches a cluster; it gives up within seconds and logs nothing. It is imported when it is
needed, for it takes its time.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from odradek.cli.connection import REQUEST_TIMEOUT_S
from odradek.cli.errors import CommandError
from odradek.clients.errors import InvalidSetting
from odradek.clients.kafka_config import KafkaConfig

if TYPE_CHECKING:
    from kafka import KafkaAdminClient


@contextmanager
def kafka_python_admin(config: Mapping[str, Any]) -> Iterator["KafkaAdminClient"]:
    """A client for the length of the block; raises kafka.errors.KafkaError when none can be had."""
    from kafka import KafkaAdminClient

    logger = logging.getLogger("kafka")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    timeout_ms = int(REQUEST_TIMEOUT_S * 1000)
    client = KafkaAdminClient(
        **_reached_as(config).kafka_python(),
        bootstrap_timeout_ms=timeout_ms,
        request_timeout_ms=timeout_ms,
    )
    try:
        yield client
    finally:
        client.close()


def _reached_as(config: Mapping[str, Any]) -> KafkaConfig:
    try:
        return KafkaConfig.from_properties(config)
    except InvalidSetting as error:
        raise CommandError(f"a client property is wrong: {error}") from error
