"""odradek: a complete Kafka platform in one Python package."""

import importlib
from typing import Any

__version__ = "0.1.0"

_OFFERED = {
    "Admin": "odradek.clients.admin.admin",
    "AsyncConsumer": "odradek.clients.consumer.async_consumer",
    "AsyncProducer": "odradek.clients.producer.async_producer",
    "ClientError": "odradek.clients.errors",
    "Consumer": "odradek.clients.consumer.consumer",
    "DeadLetters": "odradek.clients.dead_letter.sink",
    "KafkaConfig": "odradek.clients.kafka_config",
    "Producer": "odradek.clients.producer.producer",
    "SimpleConsumer": "odradek.clients.consumer.simple_consumer",
    "process_exactly_once": "odradek.clients.exactly_once",
    "process_exactly_once_async": "odradek.clients.exactly_once",
}
"""Public name -> its module, imported on first use: a broker process loads no client library."""


def __getattr__(name: str) -> Any:
    if name not in _OFFERED:
        raise AttributeError(f"module 'odradek' has no attribute {name!r}")
    return getattr(importlib.import_module(_OFFERED[name]), name)
