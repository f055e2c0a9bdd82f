from odradek.config.kafka import (
    BROKER_SETTINGS,
    BROKER_THEMES,
    RUN_TIME_SETTINGS,
    TOPIC_SETTINGS,
)
from odradek.config.setting import UpdateMode

ALL = [*TOPIC_SETTINGS.values(), *BROKER_SETTINGS.values(), *RUN_TIME_SETTINGS.values()]


def test_no_setting_is_declared_twice() -> None:
    names = [setting.name for theme in BROKER_THEMES for setting in theme.SETTINGS]
    assert len(names) == len(set(names)) == len(BROKER_SETTINGS)


def test_every_default_is_legal() -> None:
    for setting in ALL:
        if setting.default is not None:
            setting.parse(setting.default)


def test_documentation_is_whole_sentences() -> None:
    fragments = [
        s.name for s in ALL if not (s.documentation[0].isupper() and s.documentation.endswith("."))
    ]
    assert fragments == []


def test_every_topic_setting_takes_its_default_from_broker_settings_that_exist() -> None:
    for setting in TOPIC_SETTINGS.values():
        assert set(setting.synonyms) <= set(BROKER_SETTINGS)
        assert setting.update_mode is UpdateMode.PER_TOPIC
