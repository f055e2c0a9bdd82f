"""The reference marks as without effect exactly the settings that the broker never reads."""

from pathlib import Path

from odradek.broker.log import LogConfig
from odradek.config.kafka import BROKER_SETTINGS, TOPIC_SETTINGS

SOURCE = Path(__file__).resolve().parents[2] / "src" / "odradek"
READERS = [*sorted((SOURCE / "broker").rglob("*.py")), SOURCE / "config" / "broker.py"]


def names_read(known: set[str]) -> set[str]:
    source = "\n".join(file.read_text(encoding="utf-8") for file in READERS)
    return {name for name in known if f'"{name}"' in source}


def topic_settings_read() -> set[str]:
    # LogConfig names its fields after the settings.
    fields = {field.replace("_", ".") for field in LogConfig.__struct_fields__}
    return (fields & set(TOPIC_SETTINGS)) | names_read(set(TOPIC_SETTINGS))


def test_topic_setting_acts_when_the_broker_reads_it() -> None:
    acting = {name for name, setting in TOPIC_SETTINGS.items() if setting.acts}
    assert acting == topic_settings_read()


def test_broker_setting_acts_when_the_broker_or_an_acting_topic_setting_reads_it() -> None:
    acting = {name for name, setting in BROKER_SETTINGS.items() if setting.acts}
    defaults = {name for topic in topic_settings_read() for name in TOPIC_SETTINGS[topic].synonyms}
    assert acting == names_read(set(BROKER_SETTINGS)) | defaults
