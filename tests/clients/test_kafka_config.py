"""How a cluster is reached, said once for both libraries."""

from pathlib import Path

import pytest
from kafka import KafkaAdminClient

from odradek.clients.errors import InvalidSetting
from odradek.clients.kafka_config import KafkaConfig


@pytest.fixture
def certificate(tmp_path: Path) -> str:
    file = tmp_path / "ca.pem"
    file.write_text("")
    return str(file)


def test_one_config_serves_both_libraries(certificate: str) -> None:
    config = KafkaConfig(
        bootstrap_servers="a:1,b:2",
        security_protocol="sasl_ssl",
        sasl_mechanism="SCRAM-SHA-512",
        sasl_username="u",
        sasl_password="p",  # noqa: S106 - no secret
        ssl_ca_location=certificate,
    )
    assert config.librdkafka() == {
        "bootstrap.servers": "a:1,b:2",
        "client.id": "odradek",
        "security.protocol": "sasl_ssl",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": "u",
        "sasl.password": "p",
        "ssl.ca.location": certificate,
        "ssl.endpoint.identification.algorithm": "https",
    }
    assert config.kafka_python() == {
        "bootstrap_servers": ["a:1", "b:2"],
        "client_id": "odradek",
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "u",
        "sasl_plain_password": "p",
        "ssl_cafile": certificate,
        "ssl_check_hostname": True,
    }
    assert config.kafka_python().keys() <= KafkaAdminClient.DEFAULT_CONFIG.keys()


def test_properties_of_librdkafka_are_read_and_tuning_is_left_out() -> None:
    config = KafkaConfig.from_properties(
        {
            "metadata.broker.list": "a:1",
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanisms": "PLAIN",
            "sasl.username": "u",
            "sasl.password": "p",
            "linger.ms": 5,
            "ssl.endpoint.identification.algorithm": "none",
        }
    )
    assert (config.bootstrap_servers, config.sasl_mechanism) == ("a:1", "PLAIN")
    assert not config.ssl_check_hostname


def test_passwords_are_not_in_the_representation() -> None:
    config = KafkaConfig(
        security_protocol="sasl_plaintext",
        sasl_mechanism="PLAIN",
        sasl_username="u",
        sasl_password="s3cret",  # noqa: S106 - no secret
    )
    assert "s3cret" not in repr(config)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"bootstrap_servers": "kafka"}, "'kafka', which is not HOST:PORT"),
        ({"bootstrap_servers": "kafka:99999"}, "not HOST:PORT"),
        ({"security_protocol": "tls"}, "security.protocol is 'tls', and must be one of"),
        ({"security_protocol": "sasl_ssl"}, "sasl.mechanism is not set"),
        (
            {"security_protocol": "sasl_ssl", "sasl_mechanism": "PLAIN", "sasl_username": "u"},
            "needs both sasl.username and sasl.password",
        ),
        ({"sasl_mechanism": "PLAIN"}, "which never sends them: make it sasl_ssl"),
        ({"ssl_ca_location": "ca.pem"}, "which does not encrypt: make it ssl"),
        (
            {"security_protocol": "ssl", "ssl_ca_location": "nowhere.pem"},
            "'nowhere.pem', and there is no such file",
        ),
    ],
)
def test_what_cannot_work_is_refused_in_a_sentence(given: dict[str, str], sentence: str) -> None:
    with pytest.raises(InvalidSetting, match=sentence):
        KafkaConfig(**given)  # type: ignore[arg-type]


def test_a_certificate_without_its_key_is_refused(certificate: str) -> None:
    with pytest.raises(InvalidSetting, match="belong together"):
        KafkaConfig(security_protocol="ssl", ssl_certificate_location=certificate)
