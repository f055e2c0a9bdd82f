"""A secured cluster: who may, gets in; who may not, is told why and at once."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from kafka import KafkaAdminClient

from odradek import KafkaConfig, Producer
from odradek.clients.errors import ClusterUnreachable
from odradek.ops.cluster.jars import require_program
from odradek.testing import EphemeralCluster
from tests.clients.producer.expired_server import expired_server
from tests.machine import obtain


@pytest.fixture(scope="module")
def secured(kafka_jars: Path) -> Iterator[KafkaConfig]:
    """One Apache Kafka node behind TLS and SCRAM, and how to get in."""
    with EphemeralCluster(brokers=1, security="sasl_ssl") as cluster:
        cluster.create_topic("secured")
        yield KafkaConfig.from_properties(cluster.client_settings)


def require_refusal(kafka: KafkaConfig, reason: str) -> None:
    with Producer(kafka) as producer, pytest.raises(ClusterUnreachable, match=reason):
        producer.send("secured", b"v")


def test_one_config_gets_in_with_both_libraries(secured: KafkaConfig) -> None:
    with Producer(secured) as producer:
        assert producer.send_and_wait("secured", b"v").offset == 0
    admin = KafkaAdminClient(**secured.kafka_python())
    assert "secured" in admin.list_topics()
    admin.close()


def test_a_wrong_password_is_told_at_once(secured: KafkaConfig) -> None:
    wrong = replace(secured, sasl_password="wrong")  # noqa: S106 - no secret
    require_refusal(wrong, r"answers us: .*\(_AUTHENTICATION\)")


def test_a_certificate_that_nobody_vouches_for_is_told_at_once(secured: KafkaConfig) -> None:
    nobody = replace(secured, ssl_ca_location=None)
    require_refusal(nobody, r"certificate of .* was issued by nobody who is trusted.*\(_SSL\)")


def test_an_expired_certificate_is_told_at_once(tmp_path: Path) -> None:
    openssl = obtain(lambda: require_program("openssl", "OpenSSL"))
    with expired_server(openssl, tmp_path) as port:
        expired = KafkaConfig(
            f"127.0.0.1:{port}",
            security_protocol="ssl",
            ssl_ca_location=str(tmp_path / "server.pem"),
        )
        sentence = f"the certificate of 127.0.0.1:{port} has expired: whoever runs the broker must"
        require_refusal(expired, sentence)
