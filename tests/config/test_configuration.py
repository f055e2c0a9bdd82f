import pytest

from odradek.config import ConfigurationError, Durability, Listener, load


def test_nothing_given_is_a_durable_broker_on_loopback() -> None:
    broker = load(None, {}, []).broker
    assert broker.listen == Listener("127.0.0.1", 9092)
    assert broker.advertised is None
    assert broker.durability is Durability.DISK
    assert broker.node_id == 0
    assert broker.cluster_id is None
    assert broker.kafka == {}


def test_environment_overrides_the_file_and_set_overrides_both() -> None:
    text = "[broker]\nnode.id = 1\nbroker.rack = 'file'\nnum.partitions = 3\n"
    environment = {"ODRADEK_BROKER_NODE_ID": "2", "ODRADEK_BROKER_BROKER_RACK": "environment"}
    broker = load(text, environment, ["broker.node.id=3"]).broker
    assert (broker.node_id, broker.rack, broker.kafka["num.partitions"]) == (3, "environment", "3")


def test_last_of_two_overrides_wins() -> None:
    assert load(None, {}, ["broker.node.id=1", "broker.node.id=2"]).broker.node_id == 2


@pytest.mark.parametrize(
    ("text", "environment", "overrides", "sentence"),
    [
        (
            "[broker]\nlog.retentoin.ms = 5",
            {},
            [],
            "unknown setting broker.log.retentoin.ms (line 2 of odradek.toml): "
            "did you mean log.retention.ms?",
        ),
        (
            None,
            {"ODRADEK_BROKER_DURABILTY": "disk"},
            [],
            "unknown setting broker.durabilty (environment variable ODRADEK_BROKER_DURABILTY): "
            "did you mean durability?",
        ),
        (
            None,
            {},
            ["brokr.node.id=1"],
            "unknown section [brokr] (--set brokr.node.id=1): did you mean [broker]?",
        ),
        (
            "[broker]\ndurability = 'tape'",
            {},
            [],
            "Invalid value tape for configuration durability: "
            "String must be one of: disk, process (line 2 of odradek.toml)",
        ),
        (
            None,
            {"ODRADEK_BROKER_LISTENERS": "SSL://a:1"},
            [],
            "Invalid value SSL://a:1 for configuration listeners: "
            "SSL is not served, only PLAINTEXT (environment variable ODRADEK_BROKER_LISTENERS)",
        ),
    ],
)
def test_mistake_is_told_in_one_sentence_with_value_origin_and_remedy(
    text: str | None, environment: dict[str, str], overrides: list[str], sentence: str
) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        load(text, environment, overrides)
    assert str(refusal.value) == sentence


def test_secret_is_not_repeated_with_its_origin() -> None:
    overrides = ["kafka.sasl.password=hunter2", "kafka.sasl.mechanism=NONE"]
    with pytest.raises(ConfigurationError) as refusal:
        load(None, {}, overrides)
    assert "hunter2" not in str(refusal.value)
