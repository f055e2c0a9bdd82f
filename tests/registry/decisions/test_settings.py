"""Configs and modes are set and removed."""

import pytest

from odradek.registry.decisions import settings
from odradek.registry.decisions.deletion import delete_subject
from odradek.registry.decisions.view import Defaults, View
from odradek.registry.errors import ErrorCode, RegistryError
from odradek.registry.state.settings import Config, Mode
from tests.registry.world import avro, registered, settle


def test_config_keeps_what_is_not_mentioned() -> None:
    view = View()
    settle(view, settings.set_config(view, "a", {"compatibilityLevel": "FULL", "alias": "b"}))
    settle(view, settings.set_config(view, "a", {"normalize": True, "alias": None}))
    assert view.index.configs["a"] == Config(compatibilityLevel="FULL", normalize=True)


def test_global_config_is_always_there_and_a_subjects_own_is_not() -> None:
    view = View(defaults=Defaults(compatibility_level="FULL"))
    assert settings.own_config(view, None) == Config(compatibilityLevel="FULL")
    assert settings.own_config(view, "a") is None


def test_deleting_a_config_needs_one() -> None:
    view = View()
    with pytest.raises(RegistryError) as error:
        settings.delete_config(view, "a")
    assert error.value.code is ErrorCode.SUBJECT_NOT_FOUND
    settle(view, settings.set_config(view, "a", {"compatibilityLevel": "FULL"}))
    assert settle(view, settings.delete_config(view, "a")).compatibilityLevel == "FULL"
    assert view.index.configs == {}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"compatibilityLevel": "SOMETIMES"}, ErrorCode.INVALID_COMPATIBILITY_LEVEL),
        ({"compatibilityPolicy": "SOMETIMES"}, ErrorCode.INVALID_COMPATIBILITY_LEVEL),
        ({"defaultRuleSet": {"domainRules": [{"name": "r"}]}}, ErrorCode.INVALID_RULE_SET),
        (
            {"defaultRuleSet": {"domainRules": [{"name": "r", "type": "x", "mode": "UPGRADE"}]}},
            ErrorCode.INVALID_RULE_SET,
        ),
    ],
)
def test_impossible_configs_are_refused(changes: dict[str, object], code: ErrorCode) -> None:
    with pytest.raises(RegistryError) as error:
        settings.set_config(View(), None, changes)
    assert error.value.code is code


def test_import_mode_needs_an_empty_subject_unless_forced() -> None:
    view = View()
    registered(view, "a", avro('"string"'))
    with pytest.raises(RegistryError) as error:
        settings.set_mode(view, "a", "IMPORT", force=False)
    assert error.value.code is ErrorCode.OPERATION_NOT_PERMITTED
    assert settings.set_mode(view, "a", "IMPORT", force=True).answer is Mode.IMPORT
    settle(view, delete_subject(view, "a", permanent=False))
    settle(view, settings.set_mode(view, "a", "import", force=False))
    assert view.index.subjects == {}
    assert view.mode("a") is Mode.IMPORT


def test_global_import_mode_is_for_the_default_context() -> None:
    view = View()
    registered(view, ":.c:a", avro('"string"'))
    settle(view, settings.set_mode(view, None, "IMPORT", force=False))
    assert view.mode("b") is Mode.IMPORT
    assert view.mode(":.c:a") is Mode.READWRITE


def test_modes_of_a_context_can_be_taken_away_together() -> None:
    view = View()
    for subject in ("a", "b", ":.c:a"):
        settle(view, settings.set_mode(view, subject, "READONLY", force=False))
    settle(view, settings.delete_mode(view, None, recursive=True))
    assert view.index.modes == {":.c:a": Mode.READONLY}


def test_unknown_modes_and_fixed_modes_are_refused() -> None:
    with pytest.raises(RegistryError) as error:
        settings.set_mode(View(), None, "SLOW", force=False)
    assert error.value.code is ErrorCode.INVALID_MODE
    with pytest.raises(RegistryError) as error:
        settings.set_mode(
            View(defaults=Defaults(modes_can_change=False)), None, "IMPORT", force=False
        )
    assert error.value.code is ErrorCode.OPERATION_NOT_PERMITTED
