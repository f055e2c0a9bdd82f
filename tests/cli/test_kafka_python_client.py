from kafka import KafkaAdminClient

from odradek.cli.kafka_python_client import SAME_MEANING, translated


def test_security_settings_mean_the_same_to_both_clients() -> None:
    settings = translated(
        {
            "bootstrap.servers": "a:9092,b:9092",
            "security.protocol": "sasl_ssl",
            "sasl.mechanisms": "SCRAM-SHA-512",
            "sasl.username": "me",
            "sasl.password": "secret",
            "ssl.ca.location": "ca.pem",
            "ssl.endpoint.identification.algorithm": "none",
            "linger.ms": "5",
        }
    )

    assert settings["bootstrap_servers"] == ["a:9092", "b:9092"]
    assert (settings["security_protocol"], settings["sasl_mechanism"]) == (
        "SASL_SSL",
        "SCRAM-SHA-512",
    )
    assert (settings["sasl_plain_username"], settings["ssl_cafile"]) == ("me", "ca.pem")
    assert settings["ssl_check_hostname"] is False
    assert "linger_ms" not in settings


def test_every_translated_setting_is_one_of_kafka_python() -> None:
    names = {*translated({"bootstrap.servers": "a:1"}), *SAME_MEANING.values()}

    assert names <= KafkaAdminClient.DEFAULT_CONFIG.keys()
