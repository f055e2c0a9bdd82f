from confluent_kafka.admin import AdminClient

from odradek.config import load


def test_unset_settings_are_absent_and_defaults_present() -> None:
    assert load(None, {}, []).kafka == {
        "bootstrap.servers": "127.0.0.1:9092",
        "client.id": "odradek",
        "security.protocol": "plaintext",
    }


def test_librdkafka_accepts_every_setting_of_the_section() -> None:
    overrides = [
        "kafka.bootstrap.servers=127.0.0.1:1,127.0.0.1:2",
        "kafka.client.id=me",
        "kafka.security.protocol=SASL_PLAINTEXT",
        "kafka.sasl.mechanism=PLAIN",
        "kafka.sasl.username=me",
        "kafka.sasl.password=secret",
        "kafka.ssl.ca.location=probe",
    ]
    AdminClient({**load(None, {}, overrides).kafka, "log_level": 0})
