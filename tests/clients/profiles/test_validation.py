"""A profile and a user's settings: put together, or refused in one sentence."""

import pytest

from odradek.clients.errors import InvalidSetting
from odradek.clients.profiles import PROFILES, find_profile, settings_of

ASYNC = PROFILES["async"]


def test_what_may_be_tuned_is_taken_over() -> None:
    settings = settings_of(ASYNC, {"linger.ms": 50, "compression.type": "zstd"})
    assert (settings["linger.ms"], settings["compression.type"], settings["acks"]) == (
        50,
        "zstd",
        "all",
    )


def test_what_a_profile_promises_may_be_said_again() -> None:
    assert settings_of(ASYNC, {"acks": -1, "enable.idempotence": "true"})["acks"] == -1


def test_librdkafkas_other_names_mean_the_same() -> None:
    settings = settings_of(ASYNC, {"queue.buffering.max.ms": 7, "message.timeout.ms": 9000})
    assert (settings["linger.ms"], settings["delivery.timeout.ms"]) == (7, 9000)


@pytest.mark.parametrize(
    ("profile", "own", "sentence"),
    [
        ("async", {"acks": 2}, "acks=2 does not exist: Kafka knows 0, 1 and all"),
        ("async", {"acks": 1}, "contradicts the profile async.*the profile leader has it"),
        ("async", {"request.required.acks": 0}, "the profile lossy has it"),
        ("lossy", {"retries": 3}, "retries=3 contradicts the profile lossy"),
        ("async", {"enable.idempotence": False}, "contradicts the profile async"),
        ("async", {"partitioner": "random"}, "no profile has it"),
        ("async", {"allow.auto.create.topics": True}, "a misspelled topic is an error"),
        ("async", {"retries": 0}, "gives up at the first hiccup"),
        ("async", {"max.in.flight": 6}, "above 5, the most whose order a broker can restore"),
        ("leader", {"max.in.flight": 2}, "lets a retry overtake"),
        ("async", {"request.timeout.ms": 200_000}, "is above delivery.timeout.ms=120000"),
        ("async", {"delivery.timeout.ms": 0}, "lets a record wait for ever"),
        ("async", {"delivery.timeout.ms": 5}, "given up before it is sent"),
        ("async", {"linger.ms": "soon"}, "linger.ms is 'soon', and must be a number"),
        ("async", {"linger.ms": 5, "queue.buffering.max.ms": 5}, "and both are given"),
        ("async", {"batch.size": 1 << 30}, "no batch could ever be full"),
        ("eos", {"delivery.timeout.ms": 90_000}, "is above transaction.timeout.ms=60000"),
        ("async", {"buffer.memory": 1}, "is a setting of the Java client: queue.buffering"),
        ("async", {"max.block.ms": 1}, "is a setting of the Java client"),
        ("async", {"key.serializer": "x"}, "give key_serializer to the producer"),
        ("async", {"sasl.username": "x"}, "give it to KafkaConfig"),
        ("async", {"bootstrap.servers": "x"}, "give it to KafkaConfig"),
        ("async", {"transactional.id": "x"}, "give transactional_id to the producer"),
        ("async", {"delivery.report.only.error": True}, "there are no receipts"),
    ],
)
def test_contradictions_are_refused(profile: str, own: dict[str, object], sentence: str) -> None:
    with pytest.raises(InvalidSetting, match=sentence):
        settings_of(PROFILES[profile], own)


def test_a_misspelled_profile_names_the_nearest() -> None:
    with pytest.raises(InvalidSetting, match="did you mean 'ordered'"):
        find_profile("orderd")
