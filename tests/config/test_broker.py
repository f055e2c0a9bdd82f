import pytest

from odradek.config import load
from odradek.config.broker import OWN_SETTINGS, broker_configuration
from odradek.config.kafka import BROKER_SETTINGS
from odradek.config.listener import Listener
from odradek.config.setting import InvalidSetting


def test_own_settings_take_no_name_from_kafka() -> None:
    assert not {setting.name for setting in OWN_SETTINGS} & set(BROKER_SETTINGS)


def test_own_defaults_are_legal() -> None:
    for setting in OWN_SETTINGS:
        assert setting.default is None or setting.parse(setting.default)


def test_explicit_kafka_settings_are_handed_on_as_text() -> None:
    broker = broker_configuration({"log.retention.hours": "24", "durability": "process"})
    assert broker.kafka == {"log.retention.hours": "24"}


def test_settings_that_the_broker_does_not_honour_are_named() -> None:
    broker = broker_configuration({"num.io.threads": "4", "num.partitions": "2"})
    assert broker.without_effect == ("num.io.threads",)


def test_log_dirs_wins_over_log_dir() -> None:
    assert broker_configuration({"log.dir": "one"}).data_dir == "one"
    assert broker_configuration({"log.dir": "one", "log.dirs": "two"}).data_dir == "two"


def test_empty_name_is_no_data_directory() -> None:
    with pytest.raises(InvalidSetting, match=r"configuration log\.dir: name a directory"):
        broker_configuration({"log.dir": ""})


@pytest.mark.parametrize("name", ["log.dir", "log.dirs"])
def test_several_data_directories_are_refused(name: str) -> None:
    with pytest.raises(InvalidSetting, match=f"configuration {name}: one directory is used"):
        broker_configuration({name: "a,b"})


def test_advertised_address_may_differ_from_the_one_listened_on() -> None:
    overrides = ["broker.listeners=0.0.0.0:0", "broker.advertised.listeners=PLAINTEXT://kafka:9092"]
    broker = load(None, {}, overrides).broker
    assert (broker.listen_host, broker.listen_port) == ("0.0.0.0", 0)  # noqa: S104 - asked for
    assert broker.advertised == Listener("kafka", 9092)
