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

if TYPE_CHECKING:
    from kafka import KafkaAdminClient

SAME_MEANING = {
    "client.id": "client_id",
    "sasl.mechanism": "sasl_mechanism",
    "sasl.mechanisms": "sasl_mechanism",
    "sasl.username": "sasl_plain_username",
    "sasl.password": "sasl_plain_password",
    "ssl.ca.location": "ssl_cafile",
    "ssl.certificate.location": "ssl_certfile",
    "ssl.key.location": "ssl_keyfile",
    "ssl.key.password": "ssl_password",
}
"""librdkafka's properties under kafka-python's names; what only tunes librdkafka is left out."""


@contextmanager
def kafka_python_admin(config: Mapping[str, Any]) -> Iterator["KafkaAdminClient"]:
    """A client for the length of the block; raises kafka.errors.KafkaError when none can be had."""
    from kafka import KafkaAdminClient

    logger = logging.getLogger("kafka")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    client = KafkaAdminClient(**translated(config))
    try:
        yield client
    finally:
        client.close()


def translated(config: Mapping[str, Any]) -> dict[str, Any]:
    """The properties of a librdkafka client as kafka-python takes them."""
    timeout_ms = int(REQUEST_TIMEOUT_S * 1000)
    return {
        "bootstrap_servers": config["bootstrap.servers"].split(","),
        "bootstrap_timeout_ms": timeout_ms,
        "request_timeout_ms": timeout_ms,
        "security_protocol": config.get("security.protocol", "PLAINTEXT").upper(),
        "ssl_check_hostname": config.get("ssl.endpoint.identification.algorithm") != "none",
        **{SAME_MEANING[key]: value for key, value in config.items() if key in SAME_MEANING},
    }
