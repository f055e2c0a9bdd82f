"""Which config and which mode apply."""

from odradek.registry.state.settings import GLOBAL_KEY, Config, Mode, config_in_scope, in_scope


def level(configs: dict[str | None, Config], subject: str | None) -> str | None:
    return config_in_scope(configs, subject, "BACKWARD").compatibilityLevel


def test_nearest_config_applies() -> None:
    configs = {
        "a": Config(compatibilityLevel="FULL"),
        None: Config(compatibilityLevel="NONE"),
        ":.c:": Config(compatibilityLevel="FORWARD"),
        GLOBAL_KEY: Config(compatibilityLevel="FULL_TRANSITIVE"),
    }
    assert level(configs, "a") == "FULL"
    assert level(configs, "b") == "NONE"
    assert level(configs, None) == "NONE"
    assert level(configs, ":.c:a") == "FORWARD"
    assert level(configs, ":.d:a") == "FULL_TRANSITIVE"
    assert level({}, "a") == level({}, ":.c:a") == level({}, None) == "BACKWARD"


def test_own_config_is_completed_from_the_global_one() -> None:
    configs = {
        "a": Config(normalize=True),
        None: Config(compatibilityLevel="NONE", normalize=False),
    }
    applying = config_in_scope(configs, "a", "BACKWARD")
    assert (applying.compatibilityLevel, applying.normalize) == ("NONE", True)


def test_nearest_mode_applies() -> None:
    modes = {"a": Mode.IMPORT, ":.c:": Mode.READONLY}
    assert in_scope(modes.get, "a", Mode.READWRITE) is Mode.IMPORT
    assert in_scope(modes.get, ":.c:a", Mode.READWRITE) is Mode.READONLY
    assert in_scope(modes.get, "b", Mode.READWRITE) is Mode.READWRITE
