"""A secured cluster: who may, gets in; who may not, is told why and at once."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from kafka import KafkaAdminClient

from odradek import Admin, Consumer, KafkaConfig, Producer
from odradek.clients.certificates import certificate_problem
from odradek.clients.errors import ClusterUnreachable
from odradek.ops.cluster.jars import require_program
from odradek.testing import EphemeralCluster
from tests.clients.producer.certified_server import FAR_AHEAD, LONG_AGO, certified_server
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


@contextmanager
def certified(directory: Path, until: str) -> Iterator[KafkaConfig]:
    """A server for localhost, trusted, and reached by its address."""
    openssl = obtain(lambda: require_program("openssl", "OpenSSL"))
    with certified_server(openssl, directory, until) as port:
        yield KafkaConfig(
            f"127.0.0.1:{port}",
            security_protocol="ssl",
            ssl_ca_location=str(directory / "server.pem"),
        )


@pytest.fixture
def expired(tmp_path: Path) -> Iterator[KafkaConfig]:
    with certified(tmp_path, LONG_AGO) as kafka:
        yield kafka


def expiry(kafka: KafkaConfig) -> str:
    return f"the certificate of {kafka.bootstrap_servers} has expired: whoever runs the broker"


def test_an_expired_certificate_is_told_at_once(expired: KafkaConfig) -> None:
    require_refusal(expired, expiry(expired))


def test_an_expired_certificate_is_told_to_consumers_and_administrators(
    expired: KafkaConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("odradek.clients.consumer.kafka_client.METADATA_TIMEOUT_S", 1.0)
    with pytest.raises(ClusterUnreachable, match=expiry(expired)):
        Consumer(expired, "group", ["secured"])
    monkeypatch.setattr("odradek.clients.admin.requests.REQUEST_TIMEOUT_S", 1.0)
    with pytest.raises(ClusterUnreachable, match=expiry(expired)):
        asyncio.run(Admin(expired).list_topics())


def test_a_certificate_for_another_name_is_told_at_once(tmp_path: Path) -> None:
    with certified(tmp_path, FAR_AHEAD) as kafka:
        require_refusal(kafka, f"the certificate of {kafka.bootstrap_servers} is for another")
        assert certificate_problem(replace(kafka, ssl_check_hostname=False)) is None
